"""Evidence is kept edition by edition, counts for what it is linked to and what that maps to, and ends."""

import datetime

import pytest
from django.db import IntegrityError, InternalError, transaction

from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.evidence import jobs
from annexa.evidence.contents import Content
from annexa.evidence.models import Edition, Evidence
from annexa.evidence.queries import evidence as queries
from annexa.evidence.services import evidence as services
from annexa.lib import clock, files
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations.roles import Role
from annexa.risks.models import Risk
from annexa.tasks import notices, words
from tests.factories import everything
from tests.factories import organizations as make

DAY = datetime.timedelta(days=1)


@pytest.fixture
def harbour(db):
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield actor


@pytest.fixture
def jonas(harbour):
    return make.member(harbour, Role.CONTRIBUTOR, "Jonas Weber")


def put_in(actor, title="Restore test", **given):
    content = given.pop("content", Content(text="Restored in 40 minutes"))
    controls = queries.requirements_named(actor, given.pop("controls", ""))
    return services.add_evidence(actor=actor, title=title, content=content, controls=controls, **given)


class TestKeeping:
    def test_it_gets_a_reference_an_owner_and_a_first_edition(self, harbour, jonas):
        made = put_in(jonas, controls="A.8.13, 9.1")
        assert made.reference == f"EVID-{made.number}"
        assert (made.owner, made.latest.number, made.latest.kind) == (jonas.membership, 1, "record")
        assert made.latest.collected_on == clock.today()
        assert queries.evidence_for(harbour, made.reference.lower()) == made
        assert put_in(jonas).number == made.number + 1

    @pytest.mark.parametrize(
        "content",
        [Content(), Content(url="https://a.example", text="x"), Content(url="javascript:x"), Content(text=" ")],
    )
    def test_content_is_one_of_three(self, harbour, content):
        with pytest.raises(UserError):
            put_in(harbour, content=content)

    @pytest.mark.parametrize(
        "given",
        [
            {"title": " "},
            {"collected_on": datetime.date(2999, 1, 1)},
            {"period_from": datetime.date(2026, 2, 1), "period_to": datetime.date(2026, 1, 1)},
        ],
    )
    def test_bad_fields_are_explained(self, harbour, given):
        with pytest.raises(UserError):
            put_in(harbour, **given)

    def test_an_edition_takes_the_place_of_the_newest_and_the_old_one_stays(self, harbour, settings, tmp_path):
        settings.FILES = tmp_path
        made = put_in(harbour)
        stored = files.save(harbour.organization_id, [b"%PDF-1.7 proof"])
        content = Content(file_name="proof.pdf", sha256=stored.sha256, size=stored.size)
        until = clock.today() + 90 * DAY
        services.add_edition(actor=harbour, evidence=made, content=content, expires_on=until, note="Third quarter")
        made.refresh_from_db()
        assert (made.latest.number, made.latest.file_name, made.expires_on) == (2, "proof.pdf", until)
        assert [each.number for each in queries.editions(made)] == [2, 1]
        assert queries.edition_of(made, 1).text == "Restored in 40 minutes"
        with pytest.raises(NotFound):
            queries.edition_of(made, 3)
        with pytest.raises(UserError, match="before it was collected"):
            services.add_edition(actor=harbour, evidence=made, content=content, expires_on=clock.today() - DAY)

    def test_the_database_keeps_editions_as_they_are(self, harbour):
        put_in(harbour)
        for change in (lambda: Edition.objects.update(note="x"), lambda: Edition.objects.all()._raw_delete("default")):
            with pytest.raises((IntegrityError, InternalError), match="never changed"), transaction.atomic():
                change()

    def test_owners_keep_their_own_and_editors_all(self, harbour, jonas):
        made, his = put_in(harbour), put_in(jonas)
        other = make.member(harbour, Role.CONTRIBUTOR, "Rosa Calder")
        for mine in (made, his):
            with pytest.raises(NotAllowed):
                services.change_evidence(actor=other, evidence=mine, title="Other")
        services.change_evidence(actor=jonas, evidence=his, title="Better")
        with pytest.raises(NotAllowed, match="hand evidence over"):
            services.change_evidence(actor=jonas, evidence=his, owner=other.membership)
        services.change_evidence(actor=harbour, evidence=his, owner=other.membership)
        with pytest.raises(NotAllowed):
            put_in(jonas, owner=other.membership)

    def test_retired_it_counts_for_nothing_and_takes_no_edition(self, harbour):
        made = put_in(harbour, controls="A.8.13")
        services.retire_evidence(actor=harbour, evidence=made)
        control = Requirement.objects.get(framework__slug="iso27001-2022", ref="A.8.13")
        assert queries.showing(harbour, control) == []
        with pytest.raises(UserError, match="retired"):
            services.add_edition(actor=harbour, evidence=made, content=Content(text="x"))
        services.restore_evidence(actor=harbour, evidence=made)
        assert len(queries.showing(harbour, control)) == 1


class TestCounting:
    def test_one_piece_counts_for_every_mapped_requirement_with_the_relation(self, harbour):
        made = put_in(harbour, controls="A.7.1")
        served = {(each.framework, each.ref): each for each in queries.serves(made, queries.linked(made))}
        assert served[("iso27001-2022", "A.7.1")].by == ""
        mapped = next(each for key, each in served.items() if key[0] == "house-rules")
        assert (mapped.ref, mapped.by, mapped.relation) == ("1.1", "A.7.1", "intersects-with")
        there = Requirement.objects.filter(framework__slug="house-rules", ref="1.1").first()
        assert there is not None
        assert [(each.pk, by, relation) for each, by, relation in queries.showing(harbour, there)] == [
            (made.pk, "A.7.1", "intersects-with")
        ]

    def test_references_find_iso_and_own_controls_first_and_name_what_is_unknown(self, harbour):
        found = queries.requirements_named(harbour, "A.8.13, SITE-1; 9.1,house-rules:1.1, A.8.13")
        assert [each.ref for each in found] == ["A.8.13", "SITE-1", "9.1", "1.1"]
        with pytest.raises(UserError, match=r"A\.99, house-rules:9"):
            queries.requirements_named(harbour, "A.8.13, A.99, house-rules:9")
        assert queries.requirements_named(harbour, " , ") == []

    def test_links_are_made_once_and_taken_away(self, harbour):
        made, risk = put_in(harbour), Risk.objects.get()
        control = queries.requirements_named(harbour, "A.8.13")
        for _time in range(2):
            services.link_evidence(actor=harbour, evidence=made, controls=control, risks=[risk])
        assert (made.controls.count(), made.risks.count()) == (1, 1)
        assert [each.pk for each, _by, _relation in queries.showing(harbour, control[0])] == [made.pk]
        services.unlink_evidence(actor=harbour, evidence=made, controls=control, risks=[risk])
        assert (made.controls.count(), made.risks.count()) == (0, 0)

    def test_a_control_that_shows_evidence_is_kept(self, harbour):
        put_in(harbour, controls="SITE-1")
        control = Requirement.objects.get(ref="SITE-1")
        catalog.retire_control(actor=harbour, control=control)
        assert queries.narrowed(harbour, control="SITE-1").count() == 1


class TestExpiry:
    def test_lists_tell_what_is_past_and_what_is_near(self, harbour):
        before = queries.counts(harbour)
        today = clock.today()
        for title, days in (("Past", -1), ("Near", 30), ("Far", 31)):
            made = put_in(harbour, title=title)
            Evidence.objects.filter(pk=made.pk).update(expires_on=today + days * DAY)
        put_in(harbour, title="Without end")
        counts = queries.counts(harbour)
        assert (counts["expired"] - before["expired"], counts["expiring"] - before["expiring"]) == (1, 1)
        assert [each.title for each in queries.narrowed(harbour, expired=True)] == ["Past"]
        assert [each.title for each in queries.narrowed(harbour, expiring=True)] == ["Near"]

    def test_the_owner_is_told_once_before_and_once_after(self, harbour, jonas):
        made = put_in(jonas, title="Certificate")
        Evidence.objects.filter(pk=made.pk).update(expires_on=clock.today() + 10 * DAY)
        for _time in range(2):
            jobs.remind.func(0)
        assert [words.sentence(each) for each in notices.inbox(jonas)] == ["Evidence expires: Certificate"]
        with clock.at(clock.now() + 11 * DAY):
            jobs.remind.func(0)
        assert notices.inbox(jonas).count() == 2

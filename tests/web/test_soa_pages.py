"""The pages of the Statement of Applicability."""

import io
import uuid

import pytest
from django.urls import reverse

from annexa.isms import services as isms
from annexa.isms.profiles import Answers
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statements
from tests.factories import organizations as make
from tests.factories import statements as soa
from tests.factories import treatment

HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(acme, client):
    """The client, signed in as the owner of Acme."""
    return make.signed_in(client, acme)


def url(actor, name, *args):
    return reverse(f"soa:{name}", args=[actor.organization.slug, *args])


def at(actor, statement, ref, name="row"):
    return url(actor, name, statement.number, soa.row(statement, ref).pk)


def text(response):
    return response.content.decode()


def said(response):
    return [str(message) for message in response.context["messages"]]


class TestEmpty:
    def test_offers_to_start_one(self, acme, page):
        assert "Start the statement" in text(page.get(url(acme, "index")))
        response = page.post(url(acme, "start"), follow=True)
        assert "The draft is ready" in said(response)[0]
        assert "Draft 1" in text(response)

    def test_says_what_the_profile_prefills(self, acme, page):
        answers = Answers("saas", "small", ())
        isms.choose_profile(actor=acme, scope=organizations.scope_for(acme), answers=answers)
        assert "From your profile" in text(page.get(url(acme, "index")))

    def test_a_reader_is_told_who_starts_it(self, acme, client):
        reader = make.member(acme, Role.READER)
        page = make.signed_in(client, reader)
        assert "The ISMS manager starts it" in text(page.get(url(acme, "index")))
        assert page.post(url(acme, "start")).status_code == 403


class TestTable:
    def test_shows_the_whole_standard_in_four_themes(self, acme, page):
        soa.draft(acme)
        table = page.get(url(acme, "index")).context["table"]
        assert len(table.rows) == 93
        assert [len(rows) for _label, rows in table.groups] == [37, 8, 14, 34]

    @pytest.mark.parametrize(
        ("query", "refs"),
        [
            ("theme=people&new=1", []),
            ("applicable=no", ["A.7.12"]),
            ("applicable=undecided&q=clock", ["A.8.17"]),
            ("reason=legal", ["A.5.1"]),
            ("status=planned", ["A.5.2"]),
            ("owner=Olga Owner", ["A.5.2"]),
            ("mine=1", ["A.5.2"]),
            ("q=secure coding", ["A.8.28"]),
        ],
    )
    def test_filters_are_in_the_address(self, acme, page, query, refs):
        statement = soa.draft(acme)
        soa.decide(acme, statement, "A.5.1", applicable=True, reasons=["legal"])
        soa.decide(acme, statement, "A.5.2", status="planned", owner=acme.membership)
        soa.decide(acme, statement, "A.7.12", applicable=False, justification="None.")
        table = page.get(f"{url(acme, 'index')}?{query}").context["table"]
        assert [entry.line.ref for entry in table.rows] == refs

    def test_says_what_the_gap_analysis_says(self, acme, page):
        statement = soa.draft(acme)
        treatment.rate(acme, treatment.assessment(acme), "A.5.1", conformity="nonconforming")
        soa.decide(acme, statement, "A.5.1", applicable=True, reasons=["risk"], status="implemented")
        (entry,) = page.get(f"{url(acme, 'index')}?q=A.5.1&status=implemented").context["table"].rows
        assert entry.verdict == ("bad", "Contradicts")
        assert len(entry.problems) == 2

    def test_is_quick_in_few_queries(self, acme, page, django_assert_max_num_queries):
        soa.complete(acme)
        treatment.assessment(acme)
        page.get(url(acme, "index"))
        with django_assert_max_num_queries(16):  # 12 and the four savepoints that stand for one transaction
            page.get(url(acme, "index"))

    @pytest.mark.parametrize(("format", "start"), [("csv", b"\xef\xbb\xbfControl,In"), ("xlsx", b"PK")])
    def test_what_is_shown_goes_out(self, acme, page, format, start):
        soa.draft(acme)
        assert page.get(f"{url(acme, 'index')}?format={format}&theme=people").content.startswith(start)

    def test_another_organisation_is_not_there(self, acme, client):
        statement = soa.draft(acme)
        stranger = make.organization("Other")
        page = make.signed_in(client, stranger)
        for address in (url(acme, "index"), at(acme, statement, "A.5.1"), url(acme, "export", 1, "pdf")):
            assert page.get(address).status_code == 404
        with make.inside(stranger):
            soa.draft(stranger)
        assert page.get(url(stranger, "row", 1, soa.row(statement, "A.5.1").pk)).status_code == 404

    def test_an_employee_may_not_look(self, acme, client):
        soa.draft(acme)
        page = make.signed_in(client, make.member(acme, Role.EMPLOYEE))
        assert page.get(url(acme, "index")).status_code == 403

    def test_an_unknown_number_is_not_there(self, acme, page):
        soa.draft(acme)
        assert page.get(url(acme, "statement", 9)).status_code == 404


class TestBulk:
    def test_many_controls_change_at_once(self, acme, page):
        statement = soa.draft(acme)
        chosen = [soa.row(statement, ref).pk for ref in ("A.5.1", "A.5.2")]
        given = {"selected": chosen, "applicable": "yes", "reasons": ["risk", "legal"], "status": "planned"}
        response = page.post(url(acme, "index"), {**given, "owner": acme.membership.pk}, follow=True)
        assert said(response) == ["2 controls changed."]
        row = soa.row(statement, "A.5.2")
        assert (row.applicable, row.reasons, row.status, row.owner) == (
            True, ["legal", "risk"], "planned", acme.membership
        )  # fmt: skip

    @pytest.mark.parametrize("given", [{}, {"selected": [str(uuid.uuid4())], "status": "planned"}])
    def test_nothing_chosen_changes_nothing(self, acme, page, given):
        soa.draft(acme)
        assert said(page.post(url(acme, "index"), given, follow=True))[0].startswith("Nothing was changed")

    def test_a_contributor_cannot_change_what_others_own(self, acme, client):
        statement = soa.draft(acme)
        page = make.signed_in(client, make.member(acme))
        given = {"selected": soa.row(statement, "A.5.1").pk, "status": "planned"}
        response = page.post(url(acme, "index"), given, follow=True)
        assert said(response) == ["You can change only the controls you own."]


class TestDrawer:
    def test_opens_alone_for_htmx_and_beside_the_statement_otherwise(self, acme, page):
        address = at(acme, soa.draft(acme), "A.5.17")
        alone, whole = page.get(address, headers=HTMX), page.get(address)
        assert "<html" not in text(alone)
        assert 'id="drawer"' in text(alone)
        assert len(whole.context["table"].rows) == 93
        assert "is-sel" in text(whole)

    def test_has_guidance_obligations_and_history(self, acme, page):
        answers = Answers("saas", "small", ("personal_data_eu",))
        isms.choose_profile(actor=acme, scope=organizations.scope_for(acme), answers=answers)
        statement = soa.draft(acme)
        row = queries.rows(statement).filter(from_profile=True).first()
        soa.decide(acme, statement, row.requirement.ref, status="planned")
        shown = page.get(url(acme, "row", 1, row.pk), headers=HTMX)
        assert shown.context["obligations"]
        assert shown.context["guidance"]["do"]
        assert shown.context["history"][0]["changes"] == [("Status", "Not started", "Planned")]
        assert "Comes from the profile" in text(shown)

    def test_is_shown_in_few_queries(self, acme, page, django_assert_max_num_queries):
        statement = soa.draft(acme)
        address = at(acme, statement, "A.5.17")
        for ref in ("A.5.17",) * 3:
            soa.decide(acme, statement, ref, implementation=str(uuid.uuid4()))
        page.get(address, headers=HTMX)
        with django_assert_max_num_queries(16):
            page.get(address, headers=HTMX)

    @pytest.mark.parametrize(
        ("field", "posted", "stored"),
        [
            ("applicable", "yes", True),
            ("applicable", "", None),
            ("reasons", ["risk", "legal"], ["legal", "risk"]),
            ("reasons", [], []),
            ("justification", " Because. ", "Because."),
            ("status", "planned", "planned"),
            ("implementation", "So.\r\nAnd so.", "So.\nAnd so."),
        ],
    )
    def test_each_field_is_saved_by_itself(self, acme, page, field, posted, stored):
        statement = soa.draft(acme)
        response = page.post(at(acme, statement, "A.5.1"), {"field": field, field: posted}, headers=HTMX)
        assert response.status_code == 200
        assert f'name="seen_{field}"' in text(response)
        assert getattr(soa.row(statement, "A.5.1"), field) == stored

    def test_an_owner_is_chosen_and_taken_away(self, acme, page):
        statement = soa.draft(acme)
        address = at(acme, statement, "A.5.1")
        page.post(address, {"field": "owner", "owner": acme.membership.pk}, headers=HTMX)
        assert soa.row(statement, "A.5.1").owner == acme.membership
        page.post(address, {"field": "owner", "owner": ""}, headers=HTMX)
        assert soa.row(statement, "A.5.1").owner is None

    @pytest.mark.parametrize(
        ("field", "mine", "seen", "theirs"),
        [
            ("justification", "Mine.", "", "Theirs."),
            ("status", "planned", "not_started", "implemented"),
            ("reasons", ["risk"], "", ["legal"]),
            ("applicable", "yes", "", False),
        ],
    )
    def test_a_concurrent_change_shows_both(self, acme, page, field, mine, seen, theirs):
        statement = soa.draft(acme)
        soa.decide(acme, statement, "A.5.1", **{field: theirs})
        given = {"field": field, field: mine, f"seen_{field}": seen}
        response = page.post(at(acme, statement, "A.5.1"), given, headers=HTMX)
        assert response.status_code == 409
        assert "Olga Owner changed this" in text(response)
        assert getattr(soa.row(statement, "A.5.1"), field) == theirs
        again = {**given, f"seen_{field}": {"applicable": "no", "reasons": "legal"}.get(field, theirs)}
        assert page.post(at(acme, statement, "A.5.1"), again, headers=HTMX).status_code == 200

    @pytest.mark.parametrize(
        "given",
        [
            {"field": "status", "status": "perhaps"},
            {"field": "owner", "owner": str(uuid.uuid4())},
            {"field": "justification", "justification": "x" * 20_001},
        ],
    )
    def test_bad_input_is_explained_beside_the_field(self, acme, page, given):
        response = page.post(at(acme, soa.draft(acme), "A.5.1"), given, headers=HTMX)
        assert response.status_code == 422
        assert 'role="alert"' in text(response)

    def test_works_without_scripts(self, acme, page):
        statement = soa.draft(acme)
        given = {"applicable": "yes", "reasons": ["risk"], "status": "planned", "justification": "J", "owner": ""}
        response = page.post(at(acme, statement, "A.5.1"), given, follow=True)
        assert said(response) == ["Saved."]
        assert soa.row(statement, "A.5.1").justification == "J"

    def test_a_conflict_without_scripts_keeps_what_was_typed_and_the_second_try_wins(self, acme, page):
        statement = soa.draft(acme)
        soa.decide(acme, statement, "A.5.1", justification="Theirs.", implementation="Theirs too.")
        given = {"applicable": "yes", "reasons": ["risk"], "status": "planned", "justification": "Mine.", "owner": "",
                 "implementation": ""}  # fmt: skip
        seen = {"seen_applicable": "", "seen_reasons": "", "seen_justification": "", "seen_implementation": ""}
        refused = page.post(at(acme, statement, "A.5.1"), given | seen)
        assert refused.status_code == 409
        assert "Olga Owner changed this meanwhile to: Theirs." in text(refused)
        assert "Mine.</textarea>" in text(refused)
        assert 'name="seen_justification" value="Theirs."' in text(refused)
        page.post(at(acme, statement, "A.5.1"), given | seen | {"seen_justification": "Theirs."})
        row = soa.row(statement, "A.5.1")
        assert (row.justification, row.implementation, row.applicable) == ("Mine.", "Theirs too.", True)

    def test_an_owner_of_a_row_sees_two_fields(self, acme, client):
        statement = soa.draft(acme)
        owner = make.member(acme)
        soa.decide(acme, statement, "A.5.1", owner=owner.membership)
        page = make.signed_in(client, owner)
        assert list(page.get(at(acme, statement, "A.5.1"), headers=HTMX).context["form"].fields) == [
            "status", "implementation"
        ]  # fmt: skip
        assert page.get(at(acme, statement, "A.5.2"), headers=HTMX).context["form"] is None
        refused = page.post(at(acme, statement, "A.5.2"), {"field": "status", "status": "planned"}, headers=HTMX)
        assert refused.status_code == 422

    def test_links_are_added_and_removed(self, acme, page):
        statement = soa.draft(acme)
        given = {"title": "Policy", "url": "https://wiki.example/p"}
        assert "Policy" in text(page.post(at(acme, statement, "A.5.1", "link"), given, follow=True))
        page.post(at(acme, statement, "A.5.1", "unlink"), {"url": "https://wiki.example/p"})
        assert soa.row(statement, "A.5.1").links == []

    def test_a_bad_link_keeps_what_was_typed(self, acme, page):
        statement = soa.draft(acme)
        response = page.post(at(acme, statement, "A.5.1", "link"), {"title": "Policy", "url": "javascript:alert(1)"})
        assert response.status_code == 422
        assert "begins with https" in text(response)
        assert 'value="javascript:alert(1)"' in text(response)

    def test_a_proposal_asks_for_own_words(self, acme, page):
        scope = organizations.scope_for(acme)
        isms.choose_profile(actor=acme, scope=scope, answers=Answers("saas", "small", ()))
        statement = soa.draft(acme)
        shown = page.get(at(acme, statement, "A.7.12"), headers=HTMX)
        proposal = shown.context["proposal"]
        assert proposal["ask"] in text(shown)
        address = at(acme, statement, "A.7.12", "leave-out")
        refused = page.post(address, {"justification": proposal["because"]})
        assert refused.status_code == 422
        assert "own words" in text(refused)
        page.post(address, {"justification": "The landlord runs it."})
        assert soa.row(statement, "A.7.12").applicable is False

    def test_a_carried_row_is_kept_by_a_button(self, acme, page):
        statement = soa.draft(acme)
        soa.decide(acme, statement, "A.5.16", applicable=True, decision_needed="A.9.2.1: applies.")
        assert "Keep as it stands" in text(page.get(at(acme, statement, "A.5.16"), headers=HTMX))
        page.post(at(acme, statement, "A.5.16", "confirm"))
        assert soa.row(statement, "A.5.16").decision_needed == ""


def seen(actor):
    """Return what the page with the approval posts of what it showed."""
    statement = queries.current(actor, organizations.scope_for(actor))
    return {"seen": statement.submitted_hash}


class TestReview:
    def test_what_stops_it_is_counted_and_listed_with_links(self, acme, page):
        statement = soa.draft(acme)
        assert "93 things stop approval" in text(page.get(url(acme, "index")))
        listed = page.get(url(acme, "problems", 1))
        assert len(listed.context["stopping"]) == 93
        assert at(acme, statement, "A.5.1") in text(listed)
        assert "93 things" in said(page.post(url(acme, "submit", 1), follow=True))[0]

    def test_the_way_to_an_approved_version(self, acme, page, client):
        statement, ruth = soa.complete(acme), soa.approver(acme)
        assert "Nothing stops approval" in text(page.get(url(acme, "index")))
        assert "in review" in text(page.post(url(acme, "submit", 1), follow=True))
        refused = page.post(url(acme, "approve", 1), seen(acme), follow=True)
        assert "somebody else approves it (four eyes)" in said(refused)[0]
        other = make.signed_in(client, ruth)
        approved = other.post(url(acme, "approve", 1), {"note": "Well done.", **seen(acme)}, follow=True)
        assert said(approved) == ["Approved. This version stays as it is for ever."]
        assert soa.again(acme, statement).content_hash in text(approved)
        assert "Preliminary: not derived from risk treatment." in text(approved)

    def test_an_approver_returns_it_with_a_note(self, acme, client):
        soa.in_review(acme)
        page = make.signed_in(client, soa.approver(acme))
        assert said(page.post(url(acme, "return", 1), seen(acme), follow=True)) == ["Say what should change."]
        response = page.post(url(acme, "return", 1), {"note": "Look at A.7.12.", **seen(acme)}, follow=True)
        assert "Look at A.7.12." in text(response)

    @pytest.mark.parametrize("step", ["approve", "return"])
    def test_what_was_sent_again_behind_the_open_page_is_read_again(self, acme, client, step):
        statement, ruth = soa.in_review(acme), soa.approver(acme)
        page = make.signed_in(client, ruth)
        shown = text(page.get(url(acme, "index")))
        old = seen(acme)
        assert old["seen"] in shown
        statements.return_statement(actor=acme, statement=statement, seen_hash=old["seen"])
        soa.decide(acme, soa.again(acme, statement), "A.5.1", justification="Slipped in.")
        statements.submit_statement(actor=acme, statement=statement)
        answer = page.post(url(acme, step, 1), {"note": "Fine.", **old}, follow=True)
        assert said(answer) == ["It was changed and sent for review again while this page was open; read it again."]
        assert soa.again(acme, statement).state == "in_review"
        assert seen(acme)["seen"] in text(answer)

    def test_a_reader_approves_nothing(self, acme, client):
        soa.in_review(acme)
        page = make.signed_in(client, make.member(acme, Role.READER))
        assert page.post(url(acme, "approve", 1)).status_code == 403
        assert page.post(url(acme, "return", 1)).status_code == 403

    def test_getting_changes_nothing(self, acme, page):
        soa.complete(acme)
        assert [page.get(url(acme, name, 1)).status_code for name in ("submit", "approve", "return")] == [405] * 3

    def test_relaxed_four_eyes_are_shown(self, acme, page):
        soa.in_review(acme)
        people.relax_four_eyes(actor=acme, relaxed=True, reason="One person.")
        assert "four-eyes rule is relaxed" in text(page.get(url(acme, "index")))
        page.post(url(acme, "approve", 1), seen(acme))
        assert "the four-eyes rule is relaxed: One person." in text(page.get(url(acme, "index")))


class TestVersions:
    @pytest.fixture
    def two(self, acme):
        soa.approved(acme)
        second = soa.draft(acme)
        soa.decide(acme, second, "A.5.1", justification="Needed by law.", reasons=["legal"])
        return second

    def test_are_listed_with_their_hash(self, acme, page, two):
        shown = text(page.get(url(acme, "versions")))
        assert "v1" in shown
        assert "Draft 2" in shown
        assert queries.statement_for(acme, two.scope, 1).content_hash[:16] in shown

    def test_an_approved_version_is_shown_as_it_was_and_cannot_be_changed(self, acme, page, two):
        first = queries.statement_for(acme, two.scope, 1)
        response = page.get(url(acme, "statement", 1))
        assert response.context["table"].rows[0].line.justification == "Needed."
        assert not response.context["table"].actions
        drawer = page.get(at(acme, first, "A.5.1"), headers=HTMX)
        assert drawer.context["form"] is None
        refused = page.post(at(acme, first, "A.5.1"), {"field": "status", "status": "planned"}, headers=HTMX)
        assert refused.status_code == 422
        assert "not a draft" in text(refused)

    def test_a_redline_strikes_out_and_writes_anew(self, acme, page, two):
        shown = text(page.get(f"{url(acme, 'compare')}?from=1&to=2"))
        assert "<del>Needed.</del> <ins>Needed by law.</ins>" in shown
        assert "<del>Risk</del> <ins>Legal</ins>" in shown
        assert "1 control differs" in shown

    @pytest.mark.parametrize("query", ["", "from=1&to=9", "from=x&to=y"])
    def test_a_redline_needs_two_versions(self, acme, page, query):
        soa.draft(acme)
        assert "Two versions are needed" in text(page.get(f"{url(acme, 'compare')}?{query}"))

    def test_hostile_words_stay_words(self, acme, page, two):
        soa.decide(acme, two, "A.5.2", justification="<script>alert(1)</script>")
        assert "<script>alert" not in text(page.get(f"{url(acme, 'compare')}?from=1&to=2"))

    @pytest.mark.parametrize("number", [1, 2])
    @pytest.mark.parametrize("format", ["pdf", "docx", "xlsx", "csv"])
    def test_every_version_goes_out_in_every_format(self, acme, page, two, number, format):
        response = page.get(url(acme, "export", number, format))
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment")

    def test_an_unknown_format_is_refused(self, acme, page, two):
        assert page.get(url(acme, "export", 1, "odt")).status_code == 400


class TestImport:
    def upload(self, page, acme, content, name="old.csv"):
        file = io.BytesIO(content.encode())
        file.name = name
        return page.post(url(acme, "import"), {"file": file})

    def test_from_file_to_draft(self, acme, page):
        statement = soa.draft(acme)
        sent = self.upload(page, acme, "Control,Applicable,Justification\nA.5.1,yes,Because\nA.9.2.1,no,Not here\n")
        assert sent.status_code == 302
        mapping = page.get(sent.url)
        assert mapping.context["form"]["applicable"].initial == "1"
        chosen = {"ref": "0", "applicable": "1", "justification": "2"}
        looked = page.post(sent.url, {**chosen, "step": "look"})
        assert (looked.context["ins"], looked.context["outs"], looked.context["total"]) == (1, 1, 2)
        assert soa.row(statement, "A.5.1").applicable is None
        done = page.post(sent.url, {**chosen, "step": "apply"}, follow=True)
        assert said(done) == ["2 controls changed by the import."]
        assert soa.row(statement, "A.5.1").justification == "Because"
        assert "A.9.2.1: does not apply. Not here" in soa.row(statement, "A.5.16").decision_needed

    def test_a_bad_cell_is_named_and_nothing_can_be_applied(self, acme, page):
        statement = soa.draft(acme)
        sent = self.upload(page, acme, "Id,Applicable\nA.5.1,yes\nA.5.99,yes\n")
        looked = page.post(sent.url, {"ref": "0", "applicable": "1", "step": "look"})
        assert "A3: “A.5.99” is no control" in text(looked)
        assert 'value="apply"' not in text(looked)
        applied = page.post(sent.url, {"ref": "0", "applicable": "1", "step": "apply"})
        assert applied.status_code == 422
        assert "Nothing was imported" in text(applied)
        assert soa.row(statement, "A.5.1").applicable is None

    @pytest.mark.parametrize(("content", "name"), [("", "a.csv"), ("not a workbook", "a.exe")])
    def test_a_useless_file_is_explained(self, acme, page, content, name):
        soa.draft(acme)
        assert self.upload(page, acme, content, name).status_code == 422

    def test_the_column_of_ids_is_needed(self, acme, page):
        soa.draft(acme)
        sent = self.upload(page, acme, "Id,Applicable\nA.5.1,yes\n")
        assert page.post(sent.url, {"ref": "", "step": "look"}).status_code == 422

    def test_an_upload_belongs_to_its_session(self, acme, page, client):
        soa.draft(acme)
        sent = self.upload(page, acme, "Id,Applicable\nA.5.1,yes\n")
        other = make.signed_in(client, make.member(acme, Role.ISMS_MANAGER))
        assert other.get(sent.url).status_code == 302

    def test_needs_a_draft(self, acme, page):
        soa.approved(acme)
        assert "There is no draft to import into" in text(page.get(url(acme, "import")))

    def test_a_contributor_may_not(self, acme, client):
        soa.draft(acme)
        assert make.signed_in(client, make.member(acme)).get(url(acme, "import")).status_code == 403

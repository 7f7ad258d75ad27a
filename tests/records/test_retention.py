"""Records are kept, held, disposed of: what goes is gone from rows, versions and trail, and the trail still holds."""

import datetime

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from annexa.activity import queries as activity
from annexa.activity.models import TrailEntry
from annexa.assets.models import Asset
from annexa.assets.services import assets
from annexa.lib import clock, files
from annexa.lib.database import history
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.records import jobs, retention
from annexa.records.models import Disposal, Tombstone
from annexa.records.services import retention as services
from annexa.risks.models import Reading, Risk
from annexa.risks.services import risks
from annexa.tasks import services as tasks
from annexa.tasks.models import Notice, Task
from annexa.treatment.models import Acceptance, GapEvidence, GapRating
from annexa.treatment.services import gap
from tests.factories import everything
from tests.factories import organizations as make

LONG_AGO = datetime.datetime(2019, 5, 6, 12, tzinfo=datetime.UTC)


@pytest.fixture
def boss(acme):
    return make.member(acme, Role.TOP_MANAGEMENT, "Priya Raman")


def finished(actor, title="Secret plan of 2019", **given):
    """Return a task that was done long ago."""
    task = tasks.create_task(actor=actor, title=title, **given)
    tasks.update_task(actor=actor, task=task, title=title, due=None, note="Confidential note")
    tasks.finish_task(actor=actor, task=task)
    Task.objects.filter(pk=task.pk).update(done_at=LONG_AGO)
    return task


def dispose(actor, boss, record_class):
    """Put forward, approve and carry out."""
    disposal = services.propose_disposal(actor=actor, record_class=record_class)
    services.approve_disposal(actor=boss, disposal=disposal, note="Agreed")
    jobs.dispose(str(actor.organization_id), str(disposal.pk))
    disposal.refresh_from_db()
    return disposal


@pytest.mark.django_db
class TestRules:
    def test_without_a_rule_everything_is_kept(self, acme):
        finished(acme)
        line = next(each for each in retention.overview(acme) if each.record_class.key == "tasks")
        assert (line.ended, line.past, line.rule) == (1, 0, None)
        with pytest.raises(UserError, match="how long"):
            services.propose_disposal(actor=acme, record_class="tasks")

    def test_only_what_ended_long_enough_ago_is_past_its_time(self, acme):
        finished(acme)
        young = tasks.create_task(actor=acme, title="Young")
        tasks.finish_task(actor=acme, task=young)
        tasks.create_task(actor=acme, title="Open")
        services.set_rule(actor=acme, record_class="tasks", months=36, basis="ISO 27001, 7.5.3 f")
        line = next(each for each in retention.overview(acme) if each.record_class.key == "tasks")
        assert (line.ended, line.past, line.held, line.ready) == (2, 1, 0, 1)
        services.set_rule(actor=acme, record_class="tasks", months=1200)
        assert retention.rules(acme).get().months == 1200
        services.set_rule(actor=acme, record_class="tasks", months=None)
        assert not retention.rules(acme).exists()

    @pytest.mark.parametrize("given", [{"months": 0}, {"months": 1201}, {"record_class": "people", "months": 5}])
    def test_bad_rules_are_explained(self, acme, given):
        with pytest.raises(UserError):
            services.set_rule(actor=acme, **{"record_class": "tasks"} | given)

    def test_a_reader_keeps_and_approves_nothing(self, acme):
        reader = make.member(acme, Role.READER, "Rea Reader")
        with pytest.raises(NotAllowed):
            services.set_rule(actor=reader, record_class="tasks", months=5)
        services.set_rule(actor=acme, record_class="tasks", months=5)
        finished(acme)
        disposal = services.propose_disposal(actor=acme, record_class="tasks")
        with pytest.raises(NotAllowed):
            services.approve_disposal(actor=reader, disposal=disposal)


@pytest.mark.django_db
class TestHolds:
    @pytest.mark.parametrize("where", ["all", "class", "one"])
    def test_what_is_held_is_not_put_forward(self, acme, where):
        task = finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        given = {
            "all": {},
            "class": {"record_class": "tasks"},
            "one": {"record_class": "tasks", "record": str(task.pk)},
        }
        hold = services.place_hold(actor=acme, reason="Case 12/2026", **given[where])
        with pytest.raises(UserError, match="on hold"):
            services.propose_disposal(actor=acme, record_class="tasks")
        services.release_hold(actor=acme, hold=hold, reason="Settled")
        assert services.propose_disposal(actor=acme, record_class="tasks").items.count() == 1

    def test_a_hold_placed_after_approval_still_keeps(self, acme, boss):
        finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        disposal = services.propose_disposal(actor=acme, record_class="tasks")
        services.approve_disposal(actor=boss, disposal=disposal)
        services.place_hold(actor=acme, reason="Case 12/2026")
        jobs.dispose(str(acme.organization_id), str(disposal.pk))
        item = Tombstone.objects.get()
        assert (item.destroyed_at, item.kept_because) == (None, "A hold was placed on it.")
        assert Task.objects.filter(title__startswith="Secret").exists()

    def test_a_reference_names_a_record_and_a_wrong_one_does_not(self, acme):
        asset = assets.add_asset(actor=acme, name="Old server", kind="hardware")
        hold = services.place_hold(actor=acme, reason="Case", record_class="assets", record=asset.reference.lower())
        assert (hold.subject_id, hold.subject_name) == (asset.pk, f"{asset.reference} Old server")
        for wrong in ("ASSET-99", "ASSET-²", "x", "RISK-1"):
            with pytest.raises(UserError, match="no such record"):
                services.place_hold(actor=acme, reason="Case", record_class="assets", record=wrong)
        with pytest.raises(UserError):
            services.place_hold(actor=acme, reason="Case", record=asset.reference)
        with pytest.raises(UserError):
            services.release_hold(actor=acme, hold=hold, reason=" ")


@pytest.mark.django_db
class TestApproval:
    @pytest.fixture
    def disposal(self, acme):
        finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        return services.propose_disposal(actor=acme, record_class="tasks")

    def test_somebody_else_approves(self, acme, boss, disposal):
        with pytest.raises(NotAllowed, match="Somebody else"):
            services.approve_disposal(actor=acme, disposal=disposal)
        services.approve_disposal(actor=boss, disposal=disposal)
        with pytest.raises(UserError, match="decided already"):
            services.refuse_disposal(actor=boss, disposal=disposal, note="No")

    def test_with_four_eyes_relaxed_the_reason_stands_on_the_record(self, acme, disposal):
        people.relax_four_eyes(actor=acme, relaxed=True, reason="We are two")
        services.approve_disposal(actor=acme, disposal=disposal)
        disposal.refresh_from_db()
        assert disposal.four_eyes_relaxed == "We are two"

    def test_no_program_approves(self, acme, disposal):
        with pytest.raises(NotAllowed, match="A person"):
            services.approve_disposal(actor=access.system(acme.organization), disposal=disposal)

    def test_what_is_refused_or_taken_back_stays(self, acme, boss, disposal):
        services.refuse_disposal(actor=boss, disposal=disposal, note="Audit next month")
        jobs.dispose(str(acme.organization_id), str(disposal.pk))
        assert Task.objects.filter(title__startswith="Secret").exists()
        again = services.propose_disposal(actor=acme, record_class="tasks")
        services.withdraw_disposal(actor=acme, disposal=again)
        assert not retention.disposals(acme).filter(state="proposed").exists()

    def test_one_of_a_class_at_a_time(self, acme, disposal):
        with pytest.raises(UserError, match="already"):
            services.propose_disposal(actor=acme, record_class="tasks")


@pytest.mark.django_db
class TestDestruction:
    def test_row_versions_and_what_the_trail_said_are_gone_and_the_trail_holds(self, acme, boss):
        jonas = make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")
        task = finished(acme, owner=jonas.membership)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        disposal = dispose(acme, boss, "tasks")
        assert disposal.state == Disposal.State.DONE
        assert not Task.objects.filter(pk=task.pk).exists()
        assert not history.versions(Task).filter(id=task.pk).exists()
        assert not Notice.objects.filter(subject_id=str(task.pk)).exists()
        about = TrailEntry.objects.filter(organization_id=acme.organization_id, subject_id=str(task.pk))
        assert about.count() >= 3
        assert {(entry.body, bytes(entry.salt)) for entry in about} == {("", b"")}
        assert "Secret plan" not in str(list(TrailEntry.objects.values_list("body", flat=True)))
        verdict = activity.verify(acme.organization_id)
        assert (verdict.unbroken, verdict.disposed) == (True, about.count())

    def test_a_tombstone_says_what_by_which_rule_by_whom_and_when(self, acme, boss):
        task = finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36, basis="Our rule 7")
        disposal = dispose(acme, boss, "tasks")
        stone = Tombstone.objects.get()
        assert (stone.subject_type, stone.subject_id, stone.name) == ("tasks.task", task.pk, "")
        assert len(stone.digest) == 64
        assert stone.ended_on == datetime.date(2019, 5, 6)
        assert (disposal.months, disposal.basis, disposal.decided_by) == (36, "Our rule 7", boss.membership)

    def test_a_signed_risk_goes_with_readings_and_signatures_and_its_asset_after_it(self, db):
        actor = everything.organization("Harbour")
        with make.inside(actor):
            boss = make.member(actor, Role.TOP_MANAGEMENT, "Priya Raman")
            risk = Risk.objects.get()
            asset = risk.assets.get().asset
            risks.close_risk(actor=actor, risk=risk, reason="Gone")
            Risk.objects.filter(pk=risk.pk).update(closed_at=LONG_AGO)
            assets.retire_asset(actor=actor, asset=asset, reason="Old")
            Asset.objects.filter(pk=asset.pk).update(changed_at=LONG_AGO)
            for key in ("risks", "assets"):
                services.set_rule(actor=actor, record_class=key, months=84)
            dispose(actor, boss, "assets")
            assert Tombstone.objects.get(subject_id=asset.pk).kept_because == "Still named by 1 of: risks."
            assert Acceptance.objects.filter(risk=risk).exists()
            dispose(actor, boss, "risks")
            stone = Tombstone.objects.get(subject_id=risk.pk)
            assert stone.destroyed_at is not None
            assert stone.rows > 5
            assert not Reading.objects.exists()
            assert not Acceptance.objects.exists()
            dispose(actor, boss, "assets")
            assert not Asset.objects.filter(pk=asset.pk).exists()
            assert activity.verify(actor.organization_id).unbroken

    def test_files_that_nothing_else_names_go_with_their_assessment(
        self, db, settings, tmp_path, django_capture_on_commit_callbacks
    ):
        settings.FILES = tmp_path
        actor = everything.organization("Harbour")
        with make.inside(actor):
            boss = make.member(actor, Role.TOP_MANAGEMENT, "Priya Raman")
            rating = GapRating.objects.get(requirement__ref="A.5.1")
            stored = files.save(actor.organization_id, [b"%PDF- content"])
            gap.add_evidence(
                actor=actor,
                rating=rating,
                title="File",
                dated=clock.today(),
                sha256=stored.sha256,
                size=stored.size,
            )
            gap.close_assessment(actor=actor, assessment=rating.assessment)
            type(rating.assessment).objects.update(closed_at=LONG_AGO)
            services.set_rule(actor=actor, record_class="gap", months=84)
            with django_capture_on_commit_callbacks(execute=True):
                dispose(actor, boss, "gap")
            assert not GapEvidence.objects.exists()
        assert not files.place(actor.organization_id, stored.sha256).exists()

    def test_what_is_in_use_again_stays(self, acme, boss):
        task = finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        disposal = services.propose_disposal(actor=acme, record_class="tasks")
        tasks.reopen_task(actor=acme, task=task)
        services.approve_disposal(actor=boss, disposal=disposal)
        jobs.dispose(str(acme.organization_id), str(disposal.pk))
        assert Tombstone.objects.get().kept_because == "It is in use again, or gone."
        assert Task.objects.filter(pk=task.pk).exists()

    def test_a_job_that_is_repeated_destroys_nothing_twice(self, acme, boss):
        finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        disposal = dispose(acme, boss, "tasks")
        before = TrailEntry.objects.count()
        Disposal.objects.update(state="approved")  # as a worker leaves it that dies before its last step
        jobs.dispose(str(acme.organization_id), str(disposal.pk))
        assert TrailEntry.objects.filter(command="records.destroy_record").count() == 1
        assert TrailEntry.objects.count() == before + 1  # that it is done


@pytest.mark.django_db
class TestGuards:
    def test_the_application_destroys_nothing_that_nobody_approved(self, acme):
        task = finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        services.propose_disposal(actor=acme, record_class="tasks")
        stone = Tombstone.objects.get()
        with pytest.raises((ProgrammingError, InternalError), match="nobody approved"), transaction.atomic():
            _destroy(acme, stone, ["tasks_task"], ["tasks.task"], [task.pk])

    def test_an_approval_reaches_no_other_kind_of_row(self, acme, boss):
        finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        disposal = services.propose_disposal(actor=acme, record_class="tasks")
        services.approve_disposal(actor=boss, disposal=disposal)
        stone = Tombstone.objects.get()
        for table in (
            "activity_trailentry",
            "organizations_membership",
            "records_tombstone",
            "tasks_task_version",
            "x; drop",
        ):
            with pytest.raises((ProgrammingError, InternalError), match="not disposed of"), transaction.atomic():
                _destroy(acme, stone, [table], ["x"], [stone.subject_id])

    def test_a_tombstone_never_changes_and_is_never_removed(self, acme, boss):
        finished(acme)
        services.set_rule(actor=acme, record_class="tasks", months=36)
        dispose(acme, boss, "tasks")
        with pytest.raises((IntegrityError, InternalError), match="never changes"), transaction.atomic():
            Tombstone.objects.update(digest="0" * 64)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("delete from records_tombstone")

    def test_another_organisation_is_out_of_reach(self, acme):
        other = make.organization("Other")
        with pytest.raises((ProgrammingError, InternalError), match="out of reach"), transaction.atomic():
            connection.cursor().execute(
                "select records_destroy(%s, %s, '', '{}', '{}', '{}')", [other.organization_id, other.organization_id]
            )


@pytest.mark.django_db(transaction=True)
def test_content_that_is_lost_without_a_disposal_is_named(owner_login):
    actor = make.organization("Tampered")
    with make.inside(actor):
        finished(actor)
        assert activity.verify(actor.organization_id).unbroken
    with owner_login(), connection.cursor() as cursor:
        cursor.execute("update activity_trailentry set body = '', salt = '' where seq = 3")
    with make.inside(actor):
        verdict = activity.verify(actor.organization_id)
    assert (verdict.broken_at, verdict.reason) == (3, "entry 3 lost its content, and no disposal says so")


def _destroy(actor, stone, tables, kinds, ids):
    with connection.cursor() as cursor:
        cursor.execute(
            "select records_destroy(%s, %s, 'x', %s::text[], %s::text[], %s::uuid[])",
            [actor.organization_id, stone.pk, tables, kinds, ids],
        )

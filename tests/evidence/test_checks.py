"""Control checks: rhythm, items, what is too old, who may record, and what answers by itself."""

import datetime

import pytest

from annexa.catalog import library
from annexa.catalog.models import Requirement
from annexa.evidence import checking
from annexa.evidence.contents import Content
from annexa.evidence.models import CheckResult, ControlCheck, Evidence
from annexa.evidence.queries import checks as queries
from annexa.evidence.queries import status
from annexa.evidence.queries.evidence import requirements_named
from annexa.evidence.ready import READY
from annexa.evidence.services import checks, findings
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.roles import Role
from annexa.tasks.models import Task
from tests.evidence.test_findings import semgrep
from tests.factories import everything
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def harbour():
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield actor


def add(actor, ref="A.8.13", **given):
    given = {"owner": actor.membership} | given
    return checks.add_check(actor=actor, title="restore", controls=requirements_named(actor, ref), **given)


def record(actor, check, outcome="pass", **told):
    return checks.record_result(actor=actor, check=again(check), outcome=outcome, **told)


def again(check):
    return ControlCheck.objects.select_related("owner", "latest").get(pk=check.pk)


def light(actor, ref="A.8.13"):
    control = Requirement.objects.get(framework__slug=library.ISO_27001, ref=ref)
    return status.lights(actor, {control.pk: ref})[control.pk].state


def tasks():
    return list(Task.objects.filter(source_kind="control_check", title__endswith=": restore").order_by("due"))


def test_no_data_turns_green_turns_weak_and_goes_back_to_no_data_when_its_time_is_over(harbour):
    check = add(harbour)
    assert (again(check).standing, light(harbour)) == ("none", "nothing")
    record(harbour, check)
    assert (again(check).standing, light(harbour)) == ("pass", "shown")
    record(harbour, check, "fail", actual="two of nine tables are empty")
    assert (again(check).standing, light(harbour)) == ("fail", "weakness")
    with clock.at(clock.now() + 91 * DAY):
        assert again(check).is_late
        assert (again(check).standing, light(harbour)) == ("none", "nothing")


@pytest.mark.parametrize("state", ["pass", "fail", "na", "none", "off"])
def test_the_database_and_the_row_agree_on_how_a_check_stands(harbour, state):
    for given in ("pass", "fail", "na"):
        record(harbour, add(harbour), given)
    record(harbour, add(harbour, due=clock.today()), "pass", on=clock.today() - 100 * DAY)
    checks.retire_check(actor=harbour, check=add(harbour))
    add(harbour)
    rows = queries.visible_to(harbour)
    assert {each.pk for each in rows.filter(queries.standing(state))} == {
        each.pk for each in rows if each.standing == state
    }
    assert rows.filter(queries.standing(state)).exists()


def test_a_task_waits_in_each_round_and_is_done_by_recording(harbour):
    check = add(harbour)
    [first] = tasks()
    assert (first.state, first.due) == ("open", clock.today() + 14 * DAY)
    record(harbour, check)
    assert [each.state for each in tasks()] == ["done"]
    with clock.at(clock.now() + 80 * DAY):
        checks.ask_for_checks(actor=harbour)
        checks.ask_for_checks(actor=harbour)
        assert [each.state for each in tasks()] == ["open"]
        checks.change_check(actor=harbour, check=again(check), due=clock.today() + 3 * DAY)
        assert [each.due for each in tasks()] == [clock.today() + 3 * DAY]


def test_what_is_looked_at_every_week_is_done_until_its_week_is_nearly_over(harbour):
    check = add(harbour, every_days=7)
    assert tasks() == []
    with clock.at(clock.now() + 4 * DAY):
        checks.ask_for_checks(actor=harbour)
        assert [each.state for each in tasks()] == ["open"]
        record(harbour, check)
        assert [each.state for each in tasks()] == ["done"]
        checks.ask_for_checks(actor=harbour)
        assert [each.state for each in tasks()] == ["done"]


def test_no_day_makes_a_result_count_for_longer_than_its_rhythm(harbour):
    check = add(harbour)
    record(harbour, check)
    with pytest.raises(UserError, match="counts until"):
        checks.change_check(actor=harbour, check=again(check), due=clock.today() + 91 * DAY)
    checks.change_check(actor=harbour, check=again(check), due=None)
    assert again(check).due == clock.today() + 90 * DAY
    checks.change_check(actor=harbour, check=again(check), every_days=30)
    assert again(check).due == clock.today() + 30 * DAY
    never = add(harbour)
    checks.change_check(actor=harbour, check=never, due=None)
    assert again(never).due == clock.today() + 14 * DAY


def test_what_is_recorded_late_for_an_earlier_day_does_not_replace_what_is_newer(harbour):
    check = add(harbour)
    record(harbour, check)
    record(harbour, check, "fail", on=clock.today() - DAY)
    assert again(check).standing == "pass"
    with pytest.raises(UserError, match="future"):
        record(harbour, check, on=clock.today() + DAY)


def test_what_is_kept_becomes_evidence_of_its_controls_until_the_next_round(harbour):
    check = add(harbour)
    kept = Evidence.objects.get(pk=record(harbour, check, content=Content(text="43 minutes")).evidence_id)
    assert kept.expires_on == clock.today() + 90 * DAY
    assert [link.requirement.ref for link in kept.controls.select_related("requirement")] == ["A.8.13"]


def test_items_that_are_left_out_do_not_make_it_fail_and_count_again_after_their_day(harbour):
    check, items = add(harbour, kind="push"), [{"name": "db-7", "detail": "no backup"}]

    def report():
        made = checks.report_result(actor=harbour, check=again(check), items=items, population=12)
        return made.outcome, made.failing, made.excluded

    assert report() == ("fail", 1, 0)
    checks.exclude_item(actor=harbour, check=check, item="db-7", reason="empty", until=clock.today() + 5 * DAY)
    assert report() == ("pass", 0, 1)
    with clock.at(clock.now() + 6 * DAY):
        assert report() == ("fail", 1, 0)
    checks.include_item(actor=harbour, check=check, item="db-7")
    assert report() == ("fail", 1, 0)


@pytest.mark.parametrize(
    ("told", "about"),
    [
        ({"outcome": "pass", "items": [{"name": "a"}]}, "did not pass"),
        ({"outcome": "na", "items": [{"name": "a"}]}, "did not pass"),
        ({"outcome": "green"}, "what it showed"),
        ({"outcome": "fail", "items": [{"name": "a"}, {"name": "b"}], "population": 1}, "looked at"),
        ({"outcome": "fail", "items": [{"name": str(n)} for n in range(501)]}, "500"),
    ],
)
def test_what_contradicts_itself_is_refused(harbour, told, about):
    check = add(harbour)
    with pytest.raises(UserError, match=about):
        record(harbour, check, **told)
    assert not CheckResult.objects.filter(check_of=check).exists()


def test_leaving_out_needs_a_reason_and_a_day_within_a_year(harbour):
    check = add(harbour)
    for reason, until in (("", clock.today() + DAY), ("move", clock.today()), ("move", clock.today() + 400 * DAY)):
        with pytest.raises(UserError):
            checks.switch_check_off(actor=harbour, check=check, reason=reason, until=until)
    checks.switch_check_off(actor=harbour, check=check, reason="move", until=clock.today() + 20 * DAY)
    assert again(check).standing == "off"
    assert [each.state for each in tasks()] == ["dropped"]
    with clock.at(clock.now() + 21 * DAY):
        assert again(check).standing == "none"


def test_a_scan_answers_the_checks_that_wait_for_it(harbour):
    given = {"kind": "scan", "source": "semgrep", "target": "api"}
    check = add(harbour, "A.8.28", **given)
    other = add(harbour, "A.8.28", **given | {"target": "web"})
    findings.import_scan(actor=harbour, content=semgrep("sql"), target="api")
    assert (again(check).standing, again(other).standing) == ("fail", "none")
    assert again(check).latest.items[0]["name"].startswith("FIND-")
    findings.import_scan(actor=harbour, content=semgrep(), target="api")
    assert again(check).standing == "pass"
    with pytest.raises(UserError, match="not people"):
        record(harbour, check)


def test_findings_beyond_those_that_are_named_fail_too(harbour, monkeypatch):
    monkeypatch.setattr(checking, "MOST_ITEMS", 2)
    check = add(harbour, "A.8.28", kind="scan", source="semgrep", target="api")
    findings.import_scan(actor=harbour, content=semgrep("a", "b", "c", "d"), target="api")
    latest = again(check).latest
    assert (latest.failing, len(latest.items)) == (4, 2)
    for each in latest.items:
        until = clock.today() + 5 * DAY
        checks.exclude_item(actor=harbour, check=check, item=each["name"], reason="old", until=until)
    findings.import_scan(actor=harbour, content=semgrep("a", "b", "c", "d"), target="api")
    assert (again(check).standing, again(check).latest.failing) == ("fail", 2)


def test_a_scanner_that_nobody_knows_is_refused(harbour):
    with pytest.raises(UserError, match="scanner"):
        add(harbour, kind="scan", source="guess", target="api")


def test_who_looks_at_it_may_record_and_nobody_else(harbour):
    ines, olav = make.member(harbour, Role.EMPLOYEE, "Ines Ruiz"), make.member(harbour, Role.EMPLOYEE, "Olav Dahl")
    check = add(harbour, owner=ines.membership)
    assert list(queries.visible_to(ines)) == [check]
    assert list(queries.visible_to(olav)) == []
    record(ines, check)
    with pytest.raises(NotAllowed):
        record(olav, check)
    with pytest.raises(NotAllowed):
        checks.retire_check(actor=ines, check=check)


def test_ready_checks_name_controls_that_are_there_and_are_added_once(harbour):
    made = checks.add_ready_checks(actor=harbour, keys=list(READY))
    assert len(made) == len(READY)
    assert checks.add_ready_checks(actor=harbour, keys=["restore"]) == []
    assert all(there for _each, there in queries.ready(harbour))
    with pytest.raises(UserError, match="no ready check: magic"):
        checks.add_ready_checks(actor=harbour, keys=["magic"])


UNSEEN = """5.4 5.8 5.9 5.11 5.12 5.20 5.27 5.30 5.31 5.32 5.35 6.1 6.2 6.3 6.5 6.6 7.1 7.2 7.3 7.5 7.6 7.7 7.8 7.9 7.11
7.12 7.13 8.6 8.17 8.25 8.28 8.29 8.31 8.32 8.33"""  # Annex A controls to which no check of Prowler maps


def test_there_is_a_ready_check_for_every_control_that_no_machine_sees():
    named = {ref for each in READY.values() for ref in each.controls}
    assert {f"A.{number}" for number in UNSEEN.split()} <= named

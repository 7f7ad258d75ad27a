"""Findings are kept once, come back, go when they are gone, and people decide about them with a reason."""

import datetime
import json

import pytest

from annexa.assets.services import assets
from annexa.evidence import jobs, scanning
from annexa.evidence.models import Finding, FindingStep, Scan, Severity
from annexa.evidence.queries import findings as queries
from annexa.evidence.services import findings as services
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.risks.models import Risk
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def semgrep(*rules, severity="ERROR"):
    """Return a file in which each rule was found once."""
    results = [
        {"check_id": rule, "path": "app/main.py", "start": {"line": 3},
         "extra": {"message": f"Found {rule}", "severity": severity}}
        for rule in rules
    ]  # fmt: skip
    return json.dumps({"results": results, "errors": [], "version": "1.0"}).encode()


def bring(actor, *rules, target="api", **given):
    return services.import_scan(actor=actor, content=semgrep(*rules, **given), target=target, file_name="a.json")


def numbers(scan):
    return scan.new, scan.again, scan.reopened, scan.mended


class TestBringingIn:
    def test_new_ones_get_references_days_and_controls(self, acme):
        scan = bring(acme, "sql", "xss")
        assert (scan.source, scan.tool, numbers(scan)) == ("semgrep", "Semgrep 1.0", (2, 0, 0, 0))
        found = Finding.objects.get(rule="sql")
        assert (found.severity, found.state, found.due) == (Severity.HIGH, "open", clock.today() + 30 * DAY)
        assert found.controls == ["A.8.28"]
        assert queries.finding_for(acme, found.reference.lower()) == found
        assert [each.state for each in queries.steps(found)] == ["open"]

    def test_the_same_file_twice_changes_nothing_but_when_it_was_seen(self, acme):
        bring(acme, "sql", "xss")
        before = Finding.objects.get(rule="sql")
        scan = bring(acme, "sql", "xss")
        found = Finding.objects.get(rule="sql")
        assert numbers(scan) == (0, 2, 0, 0)
        assert Finding.objects.count() == 2
        assert (found.times_seen, found.number, found.due) == (2, before.number, before.due)
        assert found.last_seen > before.last_seen

    def test_what_is_gone_is_mended_and_what_returns_is_open_again(self, acme):
        bring(acme, "sql", "xss")
        assert numbers(bring(acme, "xss")) == (0, 1, 0, 1)
        assert Finding.objects.get(rule="sql").state == "mended"
        assert numbers(bring(acme, "sql", "xss")) == (0, 2, 1, 0)
        found = Finding.objects.get(rule="sql")
        assert (found.state, found.closed_at) == ("open", None)
        assert [each.state for each in queries.steps(found)] == ["open", "mended", "open"]

    def test_another_target_is_left_alone(self, acme):
        bring(acme, "sql", target="api")
        bring(acme, "xss", target="site")
        assert {each.rule: each.state for each in Finding.objects.all()} == {"sql": "open", "xss": "open"}

    def test_what_a_scanner_says_differently_is_told_anew(self, acme):
        bring(acme, "sql")
        bring(acme, "sql", severity="INFO")
        assert Finding.objects.get().severity == Severity.LOW

    def test_what_a_person_decided_stays_when_it_is_seen_again(self, acme):
        bring(acme, "sql", "xss")
        found = list(Finding.objects.all())
        services.decide_findings(actor=acme, findings=found, state="false", reason="Test code")
        bring(acme, "sql")
        assert {each.state for each in Finding.objects.all()} == {"false"}

    def test_what_was_found_on_a_known_asset_is_linked_to_it(self, acme):
        asset = assets.add_asset(actor=acme, name="web-1", kind="hardware")
        line = {"template-id": "x", "host": "WEB-1", "info": {"name": "X", "severity": "low"}}
        services.import_scan(actor=acme, content=json.dumps(line).encode(), target="hosts")
        assert Finding.objects.get().asset == asset

    def test_doubles_in_one_file_are_one_finding_the_worst(self, acme):
        first, second = json.loads(semgrep("sql", severity="INFO")), json.loads(semgrep("sql"))
        first["results"] += second["results"]
        scan = services.import_scan(actor=acme, content=json.dumps(first).encode(), target="api")
        assert (scan.new, Finding.objects.get().severity) == (1, Severity.HIGH)

    @pytest.mark.parametrize(
        ("content", "given", "said"),
        [
            (b"", {}, "No format"),
            (b"PK\x03\x04", {}, "unpack it"),
            (b"<!DOCTYPE x []><x/>", {"source": "zap"}, "document type"),
            (b"{", {"source": "sarif"}, "line 1"),
            (b"{}", {"source": "moon"}, "Choose a format"),
            (semgrep("x"), {"target": " "}, "what was scanned"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_kept(self, acme, content, given, said):
        with pytest.raises(UserError, match=said):
            services.import_scan(actor=acme, **{"content": content, "target": "api"} | given)
        assert not Scan.objects.exists()

    def test_many_take_few_statements(self, acme, django_assert_max_num_queries):
        rules = [f"r{number}" for number in range(5_000)]
        with django_assert_max_num_queries(40):
            bring(acme, *rules)
        with django_assert_max_num_queries(40):
            bring(acme, *rules[1:], "other")
        assert Finding.objects.filter(state="open").count() == 5_000
        assert FindingStep.objects.count() == 5_002


class TestDeciding:
    @pytest.fixture
    def found(self, acme):
        bring(acme, "sql")
        return Finding.objects.get()

    def test_accepted_until_a_day_it_opens_again_by_itself(self, acme, found):
        until = clock.today() + 5 * DAY
        services.decide_findings(actor=acme, findings=[found], state="accepted", reason="Behind the proxy", until=until)
        assert (found.state, found.accepted_until) == ("accepted", until)
        jobs.reopen_accepted.func(0)
        assert Finding.objects.get().state == "accepted"
        with clock.at(clock.now() + 6 * DAY):
            jobs.reopen_accepted.func(0)
        again = Finding.objects.get()
        assert (again.state, again.accepted_until, again.reason) == ("open", None, "The time is over.")

    @pytest.mark.parametrize(
        "given",
        [
            {"state": "false"},
            {"state": "accepted", "reason": "x"},
            {"state": "accepted", "reason": "x", "until": datetime.date(2020, 1, 1)},
            {"state": "mended", "reason": "x"},
            {"state": "moon", "reason": "x"},
        ],
    )
    def test_what_lacks_is_explained(self, acme, found, given):
        with pytest.raises(UserError):
            services.decide_findings(actor=acme, findings=[found], **given)

    def test_readers_decide_nothing(self, acme, found):
        reader = make.member(acme, Role.READER, "Rea Reader")
        with pytest.raises(NotAllowed):
            services.decide_findings(actor=reader, findings=[found], state="false", reason="x")
        with pytest.raises(NotAllowed):
            bring(reader, "x")

    def test_an_owner_and_a_day_are_given(self, acme, found):
        jonas = make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")
        day = clock.today() + 3 * DAY
        assert services.assign_findings(actor=acme, findings=[found], owner=jonas.membership, due=day) == 1
        assert [each.pk for each in queries.narrowed(jonas, mine=True)] == [found.pk]
        with clock.at(clock.now() + 4 * DAY):
            assert queries.narrowed(acme, late=True).count() == 1

    def test_one_risk_is_raised_and_kept_up_to_date(self, acme, found):
        scope = organizations.scope_for(acme)
        first = services.raise_from_finding(actor=acme, finding=found, scope=scope)
        second = services.raise_from_finding(actor=acme, finding=found, scope=scope)
        assert first == second
        assert (Risk.objects.count(), first.sources) == (1, found.reference)

    def test_of_a_control_the_worst_come_first(self, acme):
        bring(acme, "low", severity="INFO", target="one")
        bring(acme, "bad", target="two")
        counted, worst = queries.of_control(acme, "A.8.28")
        assert (counted["open"], counted["against"], [each.rule for each in worst]) == (2, 0, ["bad", "low"])
        with clock.at(clock.now() + 31 * DAY):
            assert queries.of_control(acme, "A.8.28")[0]["against"] == 1

    def test_what_is_late_but_low_beside_what_is_bad_but_young_contradicts_nothing(self, acme):
        bring(acme, "low", severity="INFO", target="one")
        bring(acme, "bad", target="two")
        Finding.objects.filter(rule="low").update(due=clock.today() - DAY)
        assert queries.of_control(acme, "A.8.28")[0]["against"] == 0

    @pytest.mark.parametrize("state", ["accepted", "disputed"])
    def test_what_is_gone_is_mended_even_if_it_was_accepted_or_disputed(self, acme, found, state):
        until = clock.today() + 5 * DAY
        services.decide_findings(actor=acme, findings=[found], state=state, reason="x", until=until)
        assert numbers(bring(acme))[3] == 1
        gone = Finding.objects.get()
        assert (gone.state, gone.accepted_until) == ("mended", None)

    def test_what_the_scanner_itself_takes_back_is_false_from_then_on(self, acme, found):
        said = json.loads(semgrep("sql"))
        said["results"][0]["extra"]["is_ignored"] = True
        for _time in range(2):
            services.import_scan(actor=acme, content=json.dumps(said).encode(), target="api")
        again = Finding.objects.get()
        assert (again.state, again.reason) == ("false", "The scanner itself says: suppressed")
        assert again.steps.count() == 2

    def test_of_one_scope_there_are_none(self, acme, found):
        limited = make.member(acme, Role.ISMS_MANAGER, "Lena Limited", scope=organizations.scope_for(acme))
        with pytest.raises(NotFound):
            queries.finding_for(limited, found.pk)
        with pytest.raises(NotAllowed):
            bring(limited, "x")


def test_days_to_mend_follow_the_severity():
    assert scanning.DAYS == {Severity.CRITICAL: 7, Severity.HIGH: 30, Severity.MEDIUM: 90, Severity.LOW: 180}

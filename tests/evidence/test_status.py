"""The light of a control: no data is never green, and only what is bad, confirmed and late contradicts."""

import datetime

import pytest

from annexa.catalog import library
from annexa.catalog.models import Requirement
from annexa.evidence.contents import Content
from annexa.evidence.models import Finding
from annexa.evidence.queries import evidence as pieces
from annexa.evidence.queries import status
from annexa.evidence.queries.status import Light
from annexa.evidence.services import contradictions, evidence, findings
from annexa.lib import clock
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from annexa.treatment.models import StatementRow
from annexa.treatment.services import statements
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


def light(actor, ref="A.8.28"):
    control = Requirement.objects.get(framework__slug=library.ISO_27001, ref=ref)
    return status.lights(actor, {control.pk: ref})[control.pk]


def show(actor, ref="A.8.28", **given):
    controls = pieces.requirements_named(actor, ref)
    return evidence.add_evidence(actor=actor, title="t", content=Content(text="x"), controls=controls, **given)


def scan(actor, *rules, **given):
    findings.import_scan(actor=actor, content=semgrep(*rules, **given), target="api")


def test_it_goes_from_no_data_to_shown_to_contradicted_to_mended(harbour):
    assert light(harbour).state == "nothing"
    show(harbour)
    assert light(harbour).state == "shown"
    scan(harbour, "sql")
    assert light(harbour).state == "weakness"
    with clock.at(clock.now() + 31 * DAY):
        assert light(harbour) == Light(shown=1, open=1, against=1)
        assert light(harbour).state == "contradicted"
    scan(harbour)
    assert light(harbour).state == "shown"


def test_expired_evidence_is_no_green(harbour):
    made = show(harbour, expires_on=clock.today() + DAY)
    assert light(harbour).state == "shown"
    with clock.at(clock.now() + 2 * DAY):
        assert light(harbour) == Light(expired=1)
        assert light(harbour).state == "expired"
    evidence.retire_evidence(actor=harbour, evidence=made)
    assert light(harbour).state == "nothing"


@pytest.mark.parametrize("decision", ["accepted", "disputed", "false"])
def test_what_is_accepted_disputed_or_false_does_not_count(harbour, decision):
    scan(harbour, "sql")
    until = clock.today() + 90 * DAY
    findings.decide_findings(
        actor=harbour, findings=list(Finding.objects.filter(rule="sql")), state=decision, reason="x", until=until
    )
    with clock.at(clock.now() + 31 * DAY):
        assert light(harbour).state == "nothing"


def test_a_low_one_is_a_weakness_however_late(harbour):
    scan(harbour, "style", severity="INFO")
    with clock.at(clock.now() + 999 * DAY):
        assert light(harbour).state == "weakness"


def test_all_controls_take_two_statements(harbour, django_assert_num_queries):
    refs = dict(Requirement.objects.filter(framework__slug=library.ISO_27001, kind="control").values_list("pk", "ref"))
    scan(harbour, "sql")
    with django_assert_num_queries(2):
        found = status.lights(harbour, refs)
    assert len(found) == len(refs) == 93
    assert found[next(key for key, ref in refs.items() if ref == "A.8.24")].state == "weakness"  # the sample's scan


def test_the_statement_shows_it_beside_what_is_declared(client, harbour):
    show(harbour, "A.5.1")
    make.signed_in(client, harbour)
    text = client.get(make.url(harbour, "soa/")).content.decode()
    assert "Shown" in text
    assert "Weakness" in text
    assert "No data" in text
    narrowed = client.get(make.url(harbour, "soa/?light=weakness")).content.decode()
    assert "A.8.24" in narrowed
    assert ">A.5.2<" not in narrowed


def contradiction_tasks():
    return [(task.reference, task.state) for task in Task.objects.filter(source_kind="contradiction")]


def test_what_disagrees_becomes_one_task_which_ends_when_it_agrees_and_comes_back(harbour):
    row = StatementRow.objects.filter(requirement__ref="A.8.28", statement__state="draft").get()
    values = {"applicable": True, "reasons": ["risk"], "status": "implemented"}
    statements.decide_control(actor=harbour, row=row, values=values)
    scan(harbour, "sql")
    assert contradictions.follow_contradictions(actor=harbour) == 0
    with clock.at(clock.now() + 31 * DAY):
        for _night in range(2):
            contradictions.follow_contradictions(actor=harbour)
        assert contradiction_tasks() == [("A.8.28", "open")]
        scan(harbour)
        contradictions.follow_contradictions(actor=harbour)
        assert [state for _ref, state in contradiction_tasks()] == ["dropped"]
        scan(harbour, "sql")
    with clock.at(clock.now() + 70 * DAY):
        contradictions.follow_contradictions(actor=harbour)
        assert contradiction_tasks() == [("A.8.28", "open")]


def test_a_task_that_is_finished_while_they_disagree_is_opened_again_after_two_weeks(harbour):
    row = StatementRow.objects.filter(requirement__ref="A.8.28", statement__state="draft").get()
    values = {"applicable": True, "reasons": ["risk"], "status": "implemented"}
    statements.decide_control(actor=harbour, row=row, values=values)
    scan(harbour, "sql")
    for days, finish, state in ((31, True, "done"), (40, False, "done"), (46, False, "open")):
        with clock.at(clock.now() + days * DAY):
            contradictions.follow_contradictions(actor=harbour)
            if finish:
                tasks.finish_task(actor=harbour, task=Task.objects.get(source_kind="contradiction"))
            assert contradiction_tasks() == [("A.8.28", state)]

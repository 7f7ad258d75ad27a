"""Tell owners what expires, open again what was accepted for a time, and ask for checks; all bear repeating."""

from procrastinate.contrib.django import app

from annexa.activity import queries as activity
from annexa.evidence.models import Evidence
from annexa.evidence.queries.evidence import SOON
from annexa.evidence.services import checks, contradictions, findings
from annexa.jobs import queue
from annexa.lib import clock
from annexa.organizations.every import inside
from annexa.tasks import notices
from annexa.tasks.models import Kind


@app.periodic(cron="15 5 * * *")
@app.task(name="evidence.remind", queueing_lock="evidence.remind", retry=queue.PATIENT)
def remind(timestamp: int) -> None:
    """Tell each owner once of what expires within a month, and once more when it has."""
    for organization_id in activity.organization_ids():
        with inside(organization_id) as actor:
            today = clock.today()
            found = Evidence.objects.filter(state=Evidence.State.CURRENT, expires_on__lte=today + SOON)
            for each in found.exclude(owner=None).select_related("owner__person"):
                if each.owner and each.owner.is_active() and each.expires_on:
                    step = "past" if each.expires_on < today else "soon"
                    key = f"{Kind.EVIDENCE_EXPIRES}:{each.pk}:{each.expires_on}:{step}"
                    facts = {"title": each.title, "due": each.expires_on.isoformat()}
                    notices.tell(actor, [each.owner], Kind.EVIDENCE_EXPIRES, each, key=key, **facts)


@app.periodic(cron="25 0 * * *")
@app.task(name="evidence.reopen_accepted", queueing_lock="evidence.reopen_accepted", retry=queue.PATIENT)
def reopen_accepted(timestamp: int) -> None:
    """Open findings again whose acceptance is over."""
    for organization_id in activity.organization_ids():
        with inside(organization_id) as actor:
            findings.reopen_accepted(actor=actor)


@app.periodic(cron="35 0 * * *")
@app.task(name="evidence.ask_for_checks", queueing_lock="evidence.ask_for_checks", retry=queue.PATIENT)
def ask_for_checks(timestamp: int) -> None:
    """Give the tasks of checks that are due within two weeks."""
    for organization_id in activity.organization_ids():
        with inside(organization_id) as actor:
            checks.ask_for_checks(actor=actor)


@app.periodic(cron="45 0 * * *")
@app.task(name="evidence.follow_contradictions", queueing_lock="evidence.follow_contradictions", retry=queue.PATIENT)
def follow_contradictions(timestamp: int) -> None:
    """Give a task where what is declared and what is observed disagree."""
    for organization_id in activity.organization_ids():
        with inside(organization_id) as actor:
            contradictions.follow_contradictions(actor=actor)

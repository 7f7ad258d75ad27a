"""End signatures that do not hold any more; bears being repeated."""

from procrastinate.contrib.django import app

from annexa.activity import queries as activity
from annexa.jobs import queue
from annexa.organizations.every import inside
from annexa.risks.models import Risk
from annexa.treatment.queries import acceptance as queries
from annexa.treatment.services import acceptance as services


@app.periodic(cron="*/10 * * * *")
@app.task(name="treatment.end_acceptances", queueing_lock="treatment.end_acceptances", retry=queue.PATIENT)
def end_acceptances(timestamp: int) -> None:
    """End signatures whose day has passed or whose risk got worse; pages say so at once, this tells people."""
    for organization_id in activity.organization_ids():
        with inside(organization_id) as actor:
            signed = Risk.objects.filter(pk__in=queries.in_force(actor).values("risk"))
            spent = [each.risk for each in queries.of(actor, signed) if each.is_reopened]
            if spent:
                services.end_acceptances(actor=actor, risks=spent)

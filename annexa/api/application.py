"""The REST interface as one object: its parts under `/api/v1/`."""

from django.utils.translation import gettext_lazy as _

from annexa.api import problems
from annexa.api.document import Api
from annexa.api.parts import (
    activity,
    catalog,
    context,
    controls,
    delegations,
    exports,
    history,
    inbox,
    invitations,
    me,
    members,
    organization,
    plan,
    retention,
    scopes,
    search,
    tasks,
    tokens,
    webhooks,
)
from annexa.api.parts.assets import entries, inventory, links
from annexa.api.parts.evidence import checks as control_checks
from annexa.api.parts.evidence import findings
from annexa.api.parts.evidence import pieces as evidence_pieces
from annexa.api.parts.evidence import requests as evidence_requests
from annexa.api.parts.gap import assessments, evidence, exchange, ratings
from annexa.api.parts.risks import acceptance as risk_acceptance
from annexa.api.parts.risks import entries as risks
from annexa.api.parts.risks import library as risk_library
from annexa.api.parts.risks import method as risk_method
from annexa.api.parts.risks import numbers as risk_numbers
from annexa.api.parts.risks import readings as risk_readings
from annexa.api.parts.risks import sheets as risk_sheets
from annexa.api.parts.soa import rows, statements
from annexa.api.schema import Renderer

DESCRIPTION = _(
    "Everything a person does on the pages, a program can do here, by the same commands: same permissions, same trail."
)

api = Api(title="Annexa", version="1", description=str(DESCRIPTION), docs_url=None, openapi_url="openapi.json",
               renderer=Renderer(), urls_namespace="api")  # fmt: skip
problems.register(api)
for prefix, routers in (
    ("me", (me,)),
    ("organization", (organization,)),
    ("members/", (members,)),
    ("delegations/", (delegations,)),
    ("invitations/", (invitations,)),
    ("tokens/", (tokens,)),
    ("scopes/", (scopes,)),
    ("context/", (context,)),
    ("assets/", (inventory, entries, links)),
    ("risks/", (risk_method, risk_library, risk_numbers, risk_sheets, risk_acceptance, risks, risk_readings)),
    ("plan/", (plan,)),
    ("frameworks/", (catalog,)),
    ("controls/", (controls,)),
    ("checks/", (control_checks,)),
    ("evidence/", (evidence_requests, evidence_pieces)),
    ("findings/", (findings,)),
    ("gap/", (assessments, ratings, evidence, exchange)),
    ("soa/", (statements, rows)),
    ("tasks/", (tasks,)),
    ("inbox/", (inbox,)),
    ("webhooks/", (webhooks,)),
    ("exports/", (exports,)),
    ("retention/", (retention,)),
    ("history/", (history,)),
    ("activity/", (activity,)),
    ("search", (search,)),
):
    for part in routers:
        api.add_router(f"/{prefix}", part.router)

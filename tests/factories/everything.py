"""An organisation with something in every table, for the tests that walk all of them."""

import datetime

from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.isms import services as isms
from annexa.isms.profiles import Answers
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.tasks import services as tasks
from annexa.treatment.models import GapRating
from annexa.treatment.services import gap, statements
from tests.catalog.test_format import GOOD
from tests.factories import organizations as make

ANSWERS = Answers("saas", "medium", ("personal_data_eu", "customer_data"))


def organization(name="Acme"):
    """Return the owner of an organisation that has begun everything."""
    actor = make.organization(name)
    with make.inside(actor):
        scope = organizations.scope_for(actor)
        framework = catalog.adopt_framework(actor=actor, framework_id=library.ISO_27001)
        catalog.import_framework(actor=actor, text=GOOD, file="rules.yaml")
        catalog.import_crosswalk(actor=actor, text=CROSSWALK, file="crosswalk.yaml")
        isms.choose_profile(actor=actor, scope=scope, answers=ANSWERS)
        people.invite_person(actor=actor, email="new@example.com", role=Role.READER)
        tasks.create_task(actor=actor, title="Begin")
        assessment = gap.start_assessment(actor=actor, scope=scope, framework=framework)
        rating = GapRating.objects.get(assessment=assessment, requirement__ref="A.5.1")
        gap.add_evidence(
            actor=actor,
            rating=rating,
            title="Policy",
            dated=datetime.date(2026, 1, 5),
            url="https://example.com/policy",
        )
        statements.start_statement(actor=actor, scope=scope, framework=framework)
    return actor


CROSSWALK = (
    "format: annexa/crosswalk/1\nid: mine\nsource: house-rules\ntarget: iso27001-2022\nprovenance: our own reading\n"
    "pairs:\n  - {source: '1.1', target: A.7.1, relation: intersects-with}\n"
)

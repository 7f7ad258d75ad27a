"""Pages of the menu, lists and controls send at most twelve statements, however much there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annexa.catalog import queries
from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.lib.text import natural_key
from annexa.treatment.models import GapAssessment
from annexa.treatment.services import gap
from tests.factories import everything, treatment
from tests.factories import organizations as make

MOST = 12
# Savepoints stand for the transaction of a request; the last `set local` undoes what the test's own transaction keeps.
OVERHEAD = ("SAVEPOINT", "RELEASE", "set local annexa.organization = ''; set local annexa.person = ''")
PAGES = (
    "", "guide/", "activity/", "catalog/", "catalog/bridge/", "catalog/iso27001-2022/", "catalog/iso27001-2022/A.5.17/",
    "catalog/iso27001-2022/9.2/", "catalog/own/OWN-1/", "catalog/controls/", "catalog/controls/?page=3",
    "catalog/controls/?status=not_started&page=2", "context/", "gap/", "gap/?view=plan", "gap/assessments/",
    "assets/", "risks/", "risks/method/", "risks/library/", "risks/numbers/", "risks/trend/",
    "people/", "records/exports/", "settings/", "soa/", "soa/versions/", "tasks/", "webhooks/",
)  # fmt: skip


@pytest.fixture
def busy(client):
    """An organisation with a second assessment, figures and more own controls than a page holds."""
    actor = everything.organization("Harbour")
    with make.inside(actor):
        own = catalog.create_control(actor=actor, ref="OWN-1", title="Own").framework
        Requirement.objects.bulk_create(
            Requirement(
                organization=actor.organization, framework=own, ref=f"OWN-{n}", sort_key=natural_key(f"OWN-{n}"),
                title=f"Own control {n}", kind="control",
            )
            for n in range(2, 150)
        )  # fmt: skip
        first = GapAssessment.objects.get()
        treatment.rate(actor, first, "4.1", conformity="conforming")
        gap.close_assessment(actor=actor, assessment=first)
        treatment.assessment(actor, title="Second", copy_from=first)
    make.signed_in(client, actor)
    return actor


@pytest.mark.django_db
@pytest.mark.slow
def test_pages_send_at_most_twelve_statements(client, busy):
    found = {}
    for page in PAGES:
        address = make.url(busy, page)
        assert client.get(address).status_code == 200, page
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found[page] = len([each for each in captured if not each["sql"].startswith(OVERHEAD)])
    assert {page: count for page, count in found.items() if count > MOST} == {}


@pytest.mark.django_db
def test_pages_far_from_the_start_go_on_where_the_one_before_ended(client, busy):
    address = make.url(busy, "catalog/controls/")
    pages = [client.get(address, {"sort": "control", "page": number}).context["table"].rows for number in range(1, 6)]
    with make.inside(busy):
        usual = list(queries.controls(busy).order_by("sort_key", "pk"))
    assert [row.pk for rows in pages for row in rows] == [row.pk for row in usual[:250]]
    assert all(hasattr(row, "decision") for row in pages[-1])

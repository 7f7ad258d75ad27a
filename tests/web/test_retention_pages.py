"""Retention on pages: rules, holds, putting forward, and approval by somebody who has just shown who they are."""

import pytest

from annexa.organizations.roles import Role
from annexa.records import jobs
from annexa.records.models import Disposal, Hold, Rule, Tombstone
from annexa.tasks.models import Task
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW


@pytest.fixture
def harbour(db):
    """An organisation in which one task is held and another put forward."""
    return everything.organization("Harbour")


def one(actor, model, **only):
    with make.inside(actor):
        return model.objects.get(**only)


def test_every_page_answers_with_few_queries(client, harbour, django_assert_max_num_queries):
    make.signed_in(client, harbour)
    disposal, hold = one(harbour, Disposal), one(harbour, Hold)
    pages = ("", "rule/tasks/", f"disposal/{disposal.pk}/", f"hold/{hold.pk}/release/")
    for page in pages:
        address = make.url(harbour, f"records/retention/{page}")
        client.get(address)
        with django_assert_max_num_queries(FEW):
            assert client.get(address).status_code == 200


def test_a_rule_is_set_and_taken_away(client, harbour):
    make.signed_in(client, harbour)
    page = make.url(harbour, "records/retention/rule/risks/")
    assert client.post(page, {"months": "84", "basis": "Our rule"}).status_code == 302
    assert one(harbour, Rule, record_class="risks").months == 84
    assert client.post(page, {"months": "", "basis": ""}).status_code == 302
    with make.inside(harbour):
        assert not Rule.objects.filter(record_class="risks").exists()
    assert client.post(page, {"months": "1201"}).status_code == 422
    assert client.get(make.url(harbour, "records/retention/rule/people/")).status_code == 404


def test_a_hold_is_placed_and_released(client, harbour):
    make.signed_in(client, harbour)
    page = make.url(harbour, "records/retention/")
    assert client.post(page, {"reason": "Case 7", "record_class": "risks", "record": "RISK-1"}).status_code == 302
    hold = one(harbour, Hold, reason="Case 7")
    wrong = client.post(page, {"reason": "Case 8", "record_class": "risks", "record": "RISK-99"})
    assert wrong.status_code == 422
    assert "RISK-99" in wrong.content.decode()
    release = make.url(harbour, f"records/retention/hold/{hold.pk}/release/")
    assert client.post(release, {"reason": ""}).status_code == 422
    assert client.post(release, {"reason": "Settled"}).status_code == 302
    assert "Settled" in client.get(page).content.decode()


def test_somebody_else_approves_and_the_name_goes_with_the_record(client, harbour):
    with make.inside(harbour):
        boss = make.member(harbour, Role.TOP_MANAGEMENT, "Priya Raman")
    disposal = one(harbour, Disposal)
    page = make.url(harbour, f"records/retention/disposal/{disposal.pk}/")
    make.signed_in(client, harbour)
    assert "Approve and destroy" not in client.get(page).content.decode()
    assert client.post(f"{page}decide/", {"approve": "", "note": ""}).status_code == 403
    make.signed_in(client, boss)
    assert "Past its time" in client.get(page).content.decode()
    assert client.post(f"{page}decide/", {"approve": "", "note": "Agreed"}).status_code == 302
    jobs.dispose(str(harbour.organization_id), str(disposal.pk))
    stone = one(harbour, Tombstone)
    text = client.get(page).content.decode()
    assert "Past its time" not in text
    assert str(stone.subject_id) in text
    assert stone.digest[:16] in text
    with make.inside(harbour):
        assert not Task.objects.filter(title="Past its time").exists()
        assert Task.objects.filter(title="Held").exists()


def test_what_is_refused_needs_a_reason_and_stays(client, harbour):
    with make.inside(harbour):
        boss = make.member(harbour, Role.TOP_MANAGEMENT, "Priya Raman")
    disposal = one(harbour, Disposal)
    page = make.url(harbour, f"records/retention/disposal/{disposal.pk}/")
    make.signed_in(client, boss)
    assert client.post(f"{page}decide/", {"refuse": "", "note": ""}).status_code == 422
    assert client.post(f"{page}decide/", {"refuse": "", "note": "Audit first"}).status_code == 302
    assert one(harbour, Disposal).state == "refused"
    make.signed_in(client, harbour)
    again = client.post(make.url(harbour, "records/retention/rule/tasks/propose/"))
    assert again.status_code == 302
    waiting = one(harbour, Disposal, state="proposed")
    assert client.post(make.url(harbour, f"records/retention/disposal/{waiting.pk}/withdraw/")).status_code == 302
    assert one(harbour, Disposal, pk=waiting.pk).state == "refused"


def test_a_reader_sees_nothing_of_it_and_an_auditor_may_look(client, harbour):
    with make.inside(harbour):
        reader = make.member(harbour, Role.READER, "Rea Reader")
        auditor = make.member(harbour, Role.INTERNAL_AUDITOR, "Ada Auditor")
    page = make.url(harbour, "records/retention/")
    make.signed_in(client, reader)
    assert client.get(page).status_code == 403
    make.signed_in(client, auditor)
    text = client.get(page).content.decode()
    assert "Place a hold" not in text
    assert client.post(page, {"reason": "x"}).status_code == 403

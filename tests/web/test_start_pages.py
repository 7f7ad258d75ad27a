"""The guided start, the context page and home."""

import pytest

from annexa.isms import queries as isms
from annexa.isms.models import Issue
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from tests.factories import everything
from tests.factories import organizations as make

ANSWERS = {"profile": "saas", "size": "medium", "protects": ["personal_data_eu"]}


@pytest.fixture
def harbour(db):
    return everything.organization("Harbour")


def test_three_answers_lead_to_the_scope_they_propose(client, acme):
    make.signed_in(client, acme)
    answer = client.post(make.url(acme, "start/"), ANSWERS)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Acme" in page
    assert "A.8.28" in page


def test_an_answer_left_out_is_asked_for_and_the_others_stay(client, acme):
    answer = make.signed_in(client, acme).post(make.url(acme, "start/"), {"profile": "saas"})
    assert answer.status_code == 422
    assert 'value="saas" class="form-check-input" data-preselect' in answer.content.decode()


def test_the_scope_is_saved_in_ones_own_words(client, acme):
    make.signed_in(client, acme)
    client.post(make.url(acme, "start/"), ANSWERS)
    client.post(make.url(acme, "start/scope/"), {"name": "Platform", "statement": "Our platform."})
    with make.inside(acme):
        assert organizations.scope_for(acme).statement == "Our platform."


@pytest.mark.parametrize("page", ["", "guide/", "start/", "start/scope/", "context/", "context/scope/edit/", "context/issues/add/"])
def test_every_page_answers_with_few_queries(client, harbour, page, django_assert_max_num_queries):
    make.signed_in(client, harbour).get(make.url(harbour, page))
    with django_assert_max_num_queries(20):
        assert client.get(make.url(harbour, page)).status_code == 200


def test_a_line_of_the_context_is_added_changed_and_removed(client, harbour):
    make.signed_in(client, harbour)
    client.post(make.url(harbour, "context/issues/add/"), {"side": "internal", "text": "We move offices"})
    with make.inside(harbour):
        issue = Issue.objects.get(text="We move offices")
    client.post(make.url(harbour, f"context/issues/{issue.pk}/"), {"side": "external", "text": "They move"})
    client.post(make.url(harbour, f"context/issues/{issue.pk}/remove/"))
    with make.inside(harbour):
        assert "They move" not in [row.text for row in isms.rows(Issue, organizations.scope_for(harbour))]


def test_an_obligation_cannot_name_a_control_that_does_not_exist(client, harbour):
    answer = make.signed_in(client, harbour).post(
        make.url(harbour, "context/obligations/add/"), {"title": "Law", "kind": "legal", "controls": "A.5.1, A.9.99"}
    )
    assert answer.status_code == 422
    assert "has no A.9.99" in answer.content.decode()


def test_a_reader_sees_the_context_and_cannot_change_it(client, harbour):
    with make.inside(harbour):
        reader = make.member(harbour, Role.READER)
    make.signed_in(client, reader)
    assert client.get(make.url(harbour, "context/")).status_code == 200
    assert client.get(make.url(harbour, "context/scope/edit/")).status_code == 403
    assert client.post(make.url(harbour, "context/issues/add/"), {"side": "internal", "text": "x"}).status_code == 403


def test_another_organisation_is_not_there(client, harbour):
    stranger = make.organization("Stranger")
    assert make.signed_in(client, stranger).get(make.url(harbour, "context/")).status_code == 404


def test_nobody_gets_in_without_signing_in(client, harbour):
    assert client.get(make.url(harbour, "context/"))["Location"].startswith("/account/login/")

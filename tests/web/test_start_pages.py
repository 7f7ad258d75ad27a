"""The guided start, the context page and home."""

import pytest

from annexa.isms import queries as isms
from annexa.isms.models import Issue
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.treatment.models import GapRating
from annexa.treatment.services import gap
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW

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


@pytest.mark.parametrize(
    "page", ["", "guide/", "start/", "start/scope/", "context/", "context/scope/edit/", "context/issues/add/"]
)
def test_every_page_answers_with_few_queries(client, harbour, page, django_assert_max_num_queries):
    make.signed_in(client, harbour).get(make.url(harbour, page))
    with django_assert_max_num_queries(FEW):
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


class TestHome:
    @pytest.fixture
    def begun(self, harbour):
        with make.inside(harbour):
            rating = GapRating.objects.get(requirement__ref="A.5.1")
            values = {"conformity": "partial", "action": "Write the policy", "owner": harbour.membership}
            gap.rate_requirement(actor=harbour, rating=rating, values=values)
        return harbour

    def test_is_the_way_to_the_certificate_until_something_is_rated(self, client, harbour):
        text = make.signed_in(client, harbour).get(make.url(harbour)).content.decode()
        assert "From nothing to the certificate" in text
        assert "about 4 hours" in text

    def test_then_shows_work_figures_and_what_happened(self, client, begun):
        text = make.signed_in(client, begun).get(make.url(begun)).content.decode()
        for words in ("My work", "Write the policy", "What happened", "Readiness", "Draft 1 is being written"):
            assert words in text

    def test_says_a_repeated_thing_once(self, client, begun):
        with make.inside(begun):
            for name in ("One", "Two", "Three"):
                people.update_organization(actor=begun, name=name)
        text = make.signed_in(client, begun).get(make.url(begun)).content.decode()
        assert text.count("changed the settings") == 1

    def test_shows_an_employee_own_work_only(self, client, begun):
        with make.inside(begun):
            employee = make.member(begun, Role.EMPLOYEE)
        text = make.signed_in(client, employee).get(make.url(begun)).content.decode()
        assert "Nothing is due" in text
        assert "Readiness" not in text
        assert "What happened" not in text

    def test_takes_few_queries(self, client, begun, django_assert_max_num_queries):
        make.signed_in(client, begun).get(make.url(begun))
        with django_assert_max_num_queries(FEW + 2):  # three kinds of figures besides all else
            client.get(make.url(begun))


class TestScopes:
    @pytest.fixture
    def lisbon(self, harbour):
        with make.inside(harbour):
            return people.create_scope(actor=harbour, name="Lisbon office")

    def test_the_guided_start_stays_in_the_scope_it_began_in(self, client, harbour, lisbon):
        make.signed_in(client, harbour)
        answer = client.post(make.url(harbour, "start/?scope=lisbon-office"), ANSWERS)
        assert answer["Location"] == make.url(harbour, "start/scope/?scope=lisbon-office")
        client.post(answer["Location"], {"name": "Lisbon office", "statement": "Our office."})
        with make.inside(harbour):
            assert organizations.scope_for(harbour, "lisbon-office").statement == "Our office."

    def test_the_navigation_keeps_the_scope(self, client, harbour, lisbon):
        text = make.signed_in(client, harbour).get(make.url(harbour, "context/?scope=lisbon-office")).content.decode()
        assert make.url(harbour, "gap/?scope=lisbon-office") in text

    def test_a_line_is_added_to_the_scope_in_the_address(self, client, harbour, lisbon):
        make.signed_in(client, harbour)
        answer = client.post(
            make.url(harbour, "context/issues/add/?scope=lisbon-office"), {"side": "internal", "text": "We move"}
        )
        assert answer["Location"] == make.url(harbour, "context/?scope=lisbon-office")
        with make.inside(harbour):
            assert Issue.objects.get(text="We move").scope == lisbon

    def test_an_unknown_scope_is_not_there(self, client, harbour):
        assert make.signed_in(client, harbour).get(make.url(harbour, "context/?scope=x")).status_code == 404


def test_one_page_of_the_navigation_is_marked(client, harbour):
    make.signed_in(client, harbour)
    for page in ("catalog/controls/", "catalog/", "people/roles/", ""):
        assert client.get(make.url(harbour, page)).content.decode().count('class="is-active" aria-current="page"') == 1

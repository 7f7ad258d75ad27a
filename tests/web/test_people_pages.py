"""Members, invitations and roles."""

import csv
import datetime
import html
import io

import pytest

from annexa.lib import clock
from annexa.organizations import queries, services
from annexa.organizations.models import Invitation, Membership
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role
from annexa.web.words import MAY
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW


@pytest.fixture
def harbour(db):
    return everything.organization("Harbour")


@pytest.fixture
def jonas(harbour):
    with make.inside(harbour):
        return make.member(harbour, Role.CONTRIBUTOR)


def again(harbour, actor):
    with make.inside(harbour):
        return queries.member_for(harbour, actor.membership.pk)


@pytest.mark.parametrize("page", ["people/", "people/?role=owner&q=olga", "people/roles/", "people/invite/"])
def test_every_page_answers_with_few_queries(client, harbour, page, django_assert_max_num_queries):
    make.signed_in(client, harbour).get(make.url(harbour, page))
    with django_assert_max_num_queries(FEW):
        assert client.get(make.url(harbour, page)).status_code == 200


def test_lists_members_and_open_invitations(client, harbour, jonas):
    text = make.signed_in(client, harbour).get(make.url(harbour, "people/")).content.decode()
    assert "Jonas Weber" in text
    assert "new@example.com" in text


def test_who_may_not_invite_sees_no_invitations_and_opens_nobody(client, harbour, jonas):
    text = make.signed_in(client, jonas).get(make.url(harbour, "people/")).content.decode()
    assert "new@example.com" not in text
    assert "Invite somebody" not in text
    assert client.get(make.url(harbour, f"people/{jonas.membership.pk}/")).status_code == 403


def test_a_member_opens_on_a_page_of_its_own(client, harbour, jonas):
    text = make.signed_in(client, harbour).get(make.url(harbour, "people/")).content.decode()
    row = make.url(harbour, f"people/{jonas.membership.pk}/")
    assert f'href="{row}"' in text
    assert f'hx-get="{row}"' not in text


def test_somebody_is_invited_and_the_invitation_withdrawn(client, harbour):
    make.signed_in(client, harbour)
    answer = client.post(make.url(harbour, "people/invite/"), {"email": "kim@example.com", "role": "reader"})
    assert answer.status_code == 302
    with make.inside(harbour):
        invitation = Invitation.objects.get(email="kim@example.com")
    client.post(make.url(harbour, f"people/invitations/{invitation.pk}/withdraw/"))
    with make.inside(harbour):
        assert not Invitation.objects.get(pk=invitation.pk).is_open
    assert client.post(make.url(harbour, f"people/invitations/{invitation.pk}/withdraw/")).status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "nonsense", "role": "reader"}, "Enter a valid email address"),
        ({"email": "kim@example.com", "role": "king"}, "Select a valid choice"),
        ({"email": "kim@example.com", "role": "external_auditor"}, "Needed for this role"),
        ({"email": "kim@example.com", "role": "reader", "expires_on": "2001-01-01"}, "In the past"),
    ],
)
def test_a_bad_invitation_is_explained_and_stays(client, harbour, data, sentence):
    answer = make.signed_in(client, harbour).post(make.url(harbour, "people/invite/"), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert data["email"] in answer.content.decode()


def test_a_member_cannot_be_invited_again(client, harbour, jonas):
    email = again(harbour, jonas).person.email
    answer = make.signed_in(client, harbour).post(
        make.url(harbour, "people/invite/"), {"email": email.upper(), "role": "reader"}
    )
    assert "A member already" in answer.content.decode()


LIST = "kim@example.com\n\nSam Lee <Sam@Example.com>\n"


def test_a_pasted_list_is_invited(client, harbour):
    address = make.url(harbour, "people/invite/list/")
    answer = make.signed_in(client, harbour).post(address, {"people": LIST, "role": "reader"})
    assert answer.status_code == 302
    with make.inside(harbour):
        found = {each.email for each in queries.invitations(harbour) if each.is_open}
    assert found >= {"kim@example.com", "sam@example.com"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("nonsense", "Line 3 (nonsense): this is no e-mail address."),
        ("kim@example.com", "Line 3 (kim@example.com): this address is in the list already."),
        ("{owner}", "This person is a member already."),
        ("Kim <kim@example.com", "Line 3"),
    ],
)
def test_a_list_with_a_bad_line_invites_nobody_and_names_the_line(client, harbour, line, sentence):
    text = f"kim@example.com\nsam@example.com\n{line.format(owner=harbour.membership.person.email)}"
    address = make.url(harbour, "people/invite/list/")
    answer = make.signed_in(client, harbour).post(address, {"people": text, "role": "reader"})
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.content.decode())
    assert "sam@example.com" in answer.content.decode()
    with make.inside(harbour):
        assert not Invitation.objects.filter(email="sam@example.com").exists()


def test_the_access_review_says_who_may_do_what(client, harbour, jonas):
    make.signed_in(client, harbour)
    answer = client.get(make.url(harbour, "people/access-review/csv/"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    line = next(row for row in rows if "Jonas Weber" in row)
    assert [line[2], line[3], line[4], line[8], line[9]] == ["Contributor", "All", "active", "no", "0"]
    assert next(row for row in rows if "Olga Owner" in row)[9] == "1"
    for format, start in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        assert client.get(make.url(harbour, f"people/access-review/{format}/")).content.startswith(start)


def test_the_access_review_is_for_those_who_change_members(client, harbour, jonas):
    assert make.signed_in(client, jonas).get(make.url(harbour, "people/access-review/csv/")).status_code == 403


def test_role_and_end_change(client, harbour, jonas):
    end = clock.today() + datetime.timedelta(days=30)
    make.signed_in(client, harbour).post(
        make.url(harbour, f"people/{jonas.membership.pk}/"), {"role": "reader", "expires_on": end.isoformat()}
    )
    assert (again(harbour, jonas).role, again(harbour, jonas).expires_on) == ("reader", end)


def test_access_ends_at_once_and_can_be_given_again(client, harbour, jonas):
    other = client.__class__()
    make.signed_in(other, jonas)
    assert other.get(make.url(harbour, "tasks/")).status_code == 200
    make.signed_in(client, harbour).post(make.url(harbour, f"people/{jonas.membership.pk}/deactivate/"))
    assert other.get(make.url(harbour, "tasks/")).status_code == 404
    client.post(make.url(harbour, f"people/{jonas.membership.pk}/reactivate/"))
    assert other.get(make.url(harbour, "tasks/")).status_code == 200


def test_the_last_owner_stays(client, harbour):
    answer = make.signed_in(client, harbour).post(make.url(harbour, f"people/{harbour.membership.pk}/deactivate/"))
    assert answer.status_code == 422
    assert "needs at least one active owner" in answer.content.decode()
    assert again(harbour, harbour).is_active()


def test_a_manager_makes_no_owner(client, harbour, jonas):
    with make.inside(harbour):
        manager = make.member(harbour, Role.ISMS_MANAGER, "Samir Benali")
    address = make.url(harbour, f"people/{jonas.membership.pk}/")
    answer = make.signed_in(client, manager).post(address, {"role": "owner"})
    assert answer.status_code == 422
    assert 'value="owner"' not in answer.content.decode()
    assert again(harbour, jonas).role == Role.CONTRIBUTOR


def test_the_form_offers_only_what_can_be_given(client, harbour):
    with make.inside(harbour):
        first = queries.scope_for(harbour)
        services.create_scope(actor=harbour, name="Second site")
        end = clock.today() + datetime.timedelta(days=30)
        narrow = make.member(harbour, Role.ISMS_MANAGER, "Lena Limited", scope=first, expires_on=end)
    form = make.signed_in(client, narrow).get(make.url(harbour, "people/invite/")).context["form"]
    assert [key for key, _name in form.fields["scope"].choices] == [str(first.pk)]
    assert {Role.OWNER, Role.TOP_MANAGEMENT} & {role for role, _name in form.fields["role"].choices} == set()
    assert form.fields["expires_on"].widget.attrs["max"] == end.isoformat()
    given = {"email": "kim@example.com", "role": "reader", "scope": str(first.pk)}
    later = (end + datetime.timedelta(days=1)).isoformat()
    for wrong in ({}, {"expires_on": later}):
        assert client.post(make.url(harbour, "people/invite/"), given | wrong).status_code == 422
    fit = given | {"expires_on": end.isoformat()}
    assert client.post(make.url(harbour, "people/invite/"), fit).status_code == 302
    form = make.signed_in(client, harbour).get(make.url(harbour, "people/invite/")).context["form"]
    assert [name for _key, name in form.fields["scope"].choices] == ["All scopes", first.name, "Second site"]


@pytest.mark.parametrize("verb", ["", "deactivate/", "reactivate/"])
def test_members_of_others_are_not_there(client, harbour, verb):
    stranger = make.organization("Stranger")
    theirs = make.url(harbour, f"people/{stranger.membership.pk}/{verb}")
    make.signed_in(client, harbour)
    assert client.post(theirs, {"role": "reader"}).status_code == 404
    assert make.signed_in(client, stranger).get(make.url(harbour, "people/")).status_code == 404


def test_every_permission_is_said_in_words(client, harbour):
    assert set(MAY) == set(Permission)
    text = make.signed_in(client, harbour).get(make.url(harbour, "people/roles/")).content.decode()
    assert "Approve the Statement of Applicability" in text


def test_the_list_comes_as_a_spreadsheet(client, harbour, jonas):
    text = make.signed_in(client, harbour).get(make.url(harbour, "people/?format=csv")).content.decode()
    assert "Jonas Weber" in text
    with make.inside(harbour):
        assert text.count("@example.com") == Membership.objects.count()

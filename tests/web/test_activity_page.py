"""The trail as a page."""

import pytest

from annexa.organizations import services
from annexa.organizations.access import COMMANDS
from annexa.organizations.roles import Role
from annexa.web import narrative
from annexa.web.activity import views
from annexa.web.activity.changes import changes
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW


@pytest.fixture
def harbour(db):
    return everything.organization("Harbour")


def test_tells_who_did_what_with_old_and_new_values(client, harbour):
    with make.inside(harbour):
        services.update_organization(actor=harbour, name="Harbour Cloud")
    text = make.signed_in(client, harbour).get(make.url(harbour, "activity/")).content.decode()
    assert "Olga Owner changed the settings" in text
    assert "<del>Harbour</del> → Harbour Cloud" in text
    assert "That is the whole trail" in text


def test_every_command_has_a_sentence():
    assert sorted(set(COMMANDS) - set(narrative.WORDS)) == []


def test_shows_one_person(client, harbour):
    with make.inside(harbour):
        manager = make.member(harbour, Role.ISMS_MANAGER, "Samir Benali")
    make.signed_in(client, harbour)
    assert (
        "Nothing by this person yet"
        in client.get(make.url(harbour, f"activity/?person={manager.person_id}")).content.decode()
    )
    assert (
        "Olga Owner founded" in client.get(make.url(harbour, f"activity/?person={harbour.person_id}")).content.decode()
    )


def test_older_entries_are_a_link_away(client, harbour, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 3)
    make.signed_in(client, harbour)
    first = client.get(make.url(harbour, "activity/")).content.decode()
    before = int(first.split("?before=")[1].split('"')[0])
    assert f"<dd>{before - 1} ·" in client.get(make.url(harbour, f"activity/?before={before}")).content.decode()


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=²", f"before={10**30}", "before=0", "person='"])
def test_odd_addresses_do_no_harm(client, harbour, query):
    assert make.signed_in(client, harbour).get(make.url(harbour, f"activity/?{query}")).status_code == 200


def test_an_address_with_nul_in_it_is_refused(client, harbour):
    make.signed_in(client, harbour)
    for path in ("activity/?person=%00", "search/?q=%00", "catalog/own/%00/"):
        assert client.get(make.url(harbour, path)).status_code == 400, path


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.READER, Role.EMPLOYEE])
def test_is_not_for_everybody(client, harbour, role):
    with make.inside(harbour):
        member = make.member(harbour, role)
    assert make.signed_in(client, member).get(make.url(harbour, "activity/")).status_code == 403


def test_another_organisation_is_not_there(client, harbour):
    stranger = make.organization("Stranger")
    assert make.signed_in(client, stranger).get(make.url(harbour, "activity/")).status_code == 404


def test_takes_few_queries_however_many_entries(client, harbour, django_assert_max_num_queries):
    make.signed_in(client, harbour).get(make.url(harbour, "activity/"))
    with django_assert_max_num_queries(FEW):
        client.get(make.url(harbour, "activity/"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"before": {"name": "A"}, "after": {"name": "B"}}, [("name", "A", "B")]),
        ({"role": "reader", "created": True}, [("role", "", "reader"), ("created", "", "Yes")]),
        ({"before": {"owner": "1"}, "after": {"owner": None}}, [("owner", "Mara", "")]),
        ({"after": {"reasons": ["risk", "legal"]}}, [("reasons", "", "risk, legal")]),
        ({"value": 3}, [("value", "", "3")]),
    ],
)
def test_changes_are_said_plainly(body, said):
    assert changes(body, {"1": "Mara"}) == said

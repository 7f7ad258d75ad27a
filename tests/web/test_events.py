"""Whom the stream of events tells what."""

import pytest
from django.conf import settings

from annexa.organizations.models import Organization, Person
from annexa.organizations.roles import Role
from annexa.tasks import services as tasks
from annexa.web import entry, events
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """A thread of the pool would drop a stale connection first; the test's own must stay."""
    monkeypatch.setattr(events, "close_old_connections", lambda: None)


@pytest.fixture
def jonas(acme):
    member = make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")
    tasks.create_task(actor=acme, title="Write the policy", owner=member.membership)
    return member


def _key(client, actor):
    make.signed_in(client, actor)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_member_hears_how_much_is_unread(client, acme, jonas):
    state = events._state(_key(client, jonas), acme.organization.slug)
    assert (state.unread, state.topic) == (1, f"inbox {jonas.membership.pk}")
    assert events._unread(state) == 1


@pytest.mark.parametrize("key", ["", "invented", "\x00"])
def test_nobody_hears_nothing(acme, key):
    assert events._state(key, acme.organization.slug) is None


def test_a_stranger_hears_nothing(client, acme, jonas):
    assert events._state(_key(client, make.organization("Other")), acme.organization.slug) is None


def test_a_changed_password_ends_it(client, acme, jonas):
    key = _key(client, jonas)
    person = Person.objects.get(pk=jonas.person_id)
    person.set_password("another long passphrase")
    person.save()
    assert events._state(key, acme.organization.slug) is None


def test_whoever_lacks_the_second_factor_that_is_asked_for_hears_nothing(client, acme, jonas):
    key = _key(client, jonas)
    Organization.objects.filter(pk=acme.organization_id).update(second_factor_required=True)
    assert events._state(key, acme.organization.slug) is None


def test_a_provider_opens_no_other_organisation(client, acme, jonas):
    key = _key(client, jonas)
    session = client.session
    session[entry.VOUCHED] = "01a21510-6ea4-717d-a73f-e14aa302b6f7"
    session.save()
    assert events._state(key, acme.organization.slug) is None

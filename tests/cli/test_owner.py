"""A way back in, from the operator's command line."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from annexa.activity.models import TrailEntry
from annexa.lib import clock
from annexa.lib.errors import NotAllowed
from annexa.organizations import access, services
from annexa.organizations.models import Membership, Person
from annexa.organizations.roles import Role
from tests.factories import organizations as make


@pytest.fixture
def operator(acme):
    return access.system(acme.organization)


def test_an_owner_whose_access_has_ended_is_restored_and_the_trail_says_by_the_operator(acme, operator):
    Membership.objects.filter(pk=acme.membership.pk).update(
        deactivated_at=clock.now(), role=Role.READER, expires_on=clock.today()
    )
    restored = services.restore_owner(actor=operator, email=acme.membership.person.email.upper())
    assert (restored.pk, restored.role, restored.is_active()) == (acme.membership.pk, Role.OWNER, True)
    entry = TrailEntry.objects.filter(command="organizations.restore_owner").latest("seq")
    assert entry.actor == "system"


def test_somebody_new_becomes_an_owner(operator):
    restored = services.restore_owner(actor=operator, email="rescue@example.com")
    assert Person.objects.get(email="rescue@example.com") == restored.person
    assert restored.role == Role.OWNER


def test_no_member_does_it_from_inside(acme):
    with pytest.raises(NotAllowed):
        services.restore_owner(actor=acme, email="rescue@example.com")
    with pytest.raises(ObjectDoesNotExist):
        Person.objects.get(email="rescue@example.com")


def test_the_link_lets_in(client, acme, operator):
    restored = services.restore_owner(actor=operator, email="rescue@example.com")
    client.post(f"/sign-in/{services.create_link(restored.person)}/")
    assert client.get(make.url(acme, "settings/")).status_code == 200

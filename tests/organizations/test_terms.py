"""Nobody gives more than they have: one scope, an end date."""

import datetime

import pytest

from annexa.lib import clock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries, services, terms
from annexa.organizations.errors import LinkSpent
from annexa.organizations.models import Invitation
from annexa.organizations.roles import Role
from tests.factories import organizations as make

SOON = datetime.timedelta(days=30)


@pytest.fixture
def first(acme):
    return queries.scope_for(acme)


@pytest.fixture
def second(acme):
    return services.create_scope(actor=acme, name="Second site")


@pytest.fixture
def limited(acme, first):
    """An ISMS manager of the first scope."""
    return make.member(acme, Role.ISMS_MANAGER, "Lena Limited", scope=first)


@pytest.fixture
def guest(acme):
    """An ISMS manager of every scope, for a month."""
    return make.member(acme, Role.ISMS_MANAGER, "Gil Guest", expires_on=clock.today() + SOON)


def invite(actor, **given):
    return services.invite_person(actor=actor, email="kim@example.com", role=Role.READER, **given)


class TestScope:
    def test_who_works_in_one_invites_into_it(self, limited, first):
        assert invite(limited, scope=first).scope == first

    def test_who_works_in_one_invites_nobody_into_all_of_them(self, limited):
        with pytest.raises(UserError, match="only that one") as error:
            invite(limited)
        assert "scope" in error.value.fields

    def test_who_works_in_one_invites_nobody_into_another(self, limited, second):
        with pytest.raises(NotFound):
            invite(limited, scope=second)

    def test_a_colleague_in_the_scope_is_changed_within_it(self, acme, limited, first):
        mate = make.member(acme, Role.READER, "Mia Mate", scope=first).membership
        services.change_membership(actor=limited, membership=mate, role=Role.CONTRIBUTOR, scope=first)
        assert mate.role == Role.CONTRIBUTOR
        with pytest.raises(UserError, match="only that one"):
            services.change_membership(actor=limited, membership=mate, role=Role.CONTRIBUTOR)

    @pytest.mark.parametrize("verb", ["change_membership", "deactivate_membership", "reactivate_membership"])
    def test_somebody_who_works_in_all_is_out_of_reach(self, acme, limited, first, verb):
        boss = make.member(acme, Role.READER, "Bo Boss").membership
        given = {"role": Role.READER, "scope": first} if verb == "change_membership" else {}
        with pytest.raises(NotAllowed, match="every scope"):
            getattr(services, verb)(actor=limited, membership=boss, **given)

    @pytest.mark.parametrize("verb", ["change_membership", "deactivate_membership", "reactivate_membership"])
    def test_somebody_of_another_scope_is_not_there(self, acme, limited, second, verb):
        other = make.member(acme, Role.READER, "Otto Other", scope=second).membership
        given = {"role": Role.READER} if verb == "change_membership" else {}
        with pytest.raises(NotFound):
            getattr(services, verb)(actor=limited, membership=other, **given)
        assert other not in queries.members(limited)

    def test_an_invitation_into_all_scopes_is_not_theirs_to_withdraw_or_replace(self, acme, limited, first):
        invitation = invite(acme)
        with pytest.raises(NotAllowed, match="every scope"):
            services.withdraw_invitation(actor=limited, invitation=invitation)
        invite(limited, scope=first)
        assert Invitation.objects.get(pk=invitation.pk).is_open

    def test_an_owner_is_one_for_every_scope(self, acme, first):
        with pytest.raises(UserError, match="every scope"):
            services.invite_person(actor=acme, email="kim@example.com", role=Role.OWNER, scope=first)

    def test_what_concerns_the_whole_organisation_is_not_theirs(self, acme, first):
        narrow = make.member(acme, Role.OWNER, "Olaf Narrow", scope=first)
        for act in (
            lambda: services.update_organization(actor=narrow, name="Mine"),
            lambda: services.relax_four_eyes(actor=narrow, relaxed=True, reason="Mine"),
            lambda: services.create_scope(actor=narrow, name="Mine"),
        ):
            with pytest.raises(NotAllowed, match="whole organisation"):
                act()


class TestEnd:
    def test_a_guest_invites_up_to_their_own_last_day(self, guest):
        assert invite(guest, expires_on=clock.today() + SOON).membership_expires_on == clock.today() + SOON

    @pytest.mark.parametrize("days", [None, 31])
    def test_a_guest_invites_nobody_for_longer(self, guest, days):
        end = clock.today() + datetime.timedelta(days=days) if days else None
        with pytest.raises(UserError, match="Your own access ends") as error:
            invite(guest, expires_on=end)
        assert "expires_on" in error.value.fields

    def test_a_guest_prolongs_nobody(self, acme, guest):
        mate = make.member(acme, Role.READER, "Mia Mate", expires_on=clock.today() + SOON).membership
        with pytest.raises(UserError, match="Your own access ends"):
            services.change_membership(actor=guest, membership=mate, role=Role.READER)

    def test_a_guest_gives_nobody_access_again_for_longer(self, acme, guest):
        gone = make.member(acme, Role.READER, "Gus Gone", deactivated_at=clock.now()).membership
        with pytest.raises(UserError, match="Your own access ends"):
            services.reactivate_membership(actor=guest, membership=gone)


def test_only_an_owner_is_offered_the_roles_of_owners(acme, limited):
    assert set(terms.roles_to_give(acme)) >= terms.OWNERS_GIVE
    assert terms.OWNERS_GIVE & set(terms.roles_to_give(limited)) == set()


class TestMeanwhile:
    """Somebody changed the row between reading it and the command."""

    def test_who_became_an_owner_is_not_sent_away_by_a_manager(self, acme):
        manager, jonas = make.member(acme, Role.ISMS_MANAGER), make.member(acme, Role.READER)
        read_before = queries.member_for(acme, jonas.membership.pk)
        services.change_membership(actor=acme, membership=jonas.membership, role=Role.OWNER)
        with pytest.raises(NotAllowed, match="Only an owner"):
            services.deactivate_membership(actor=manager, membership=read_before)
        assert queries.member_for(acme, jonas.membership.pk).is_active()

    def test_an_invitation_that_was_accepted_is_not_withdrawn(self, acme):
        read_before = Invitation.objects.get(pk=invite(acme).pk)
        kim = services.create_person(name="Kim Park", email="kim@example.com")
        services.accept_invitation(invitation=Invitation.objects.get(pk=read_before.pk), person=kim)
        with pytest.raises(LinkSpent):
            services.withdraw_invitation(actor=acme, invitation=read_before)
        assert Invitation.objects.get(pk=read_before.pk).withdrawn_at is None

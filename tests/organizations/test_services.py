"""Organisations, invitations, roles and one-time links."""

import datetime
import threading

import pytest
from django.core import mail
from django.db import connection

from annexa.lib import clock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access, jobs, queries, services
from annexa.organizations.errors import ForSomebodyElse, LastOwner, LinkSpent, SlugTaken
from annexa.organizations.models import Invitation, Membership, Organization, Person, SignInLink
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import MUST_EXPIRE, Role
from tests.factories import organizations as make

SOON = datetime.timedelta(days=30)


def invite(actor, email="kim@example.com", role=Role.READER, **terms):
    return services.invite_person(actor=actor, email=email, role=role, **terms)


def kim():
    """Return the person whom `invite` invites."""
    known = Person.objects.filter(email="kim@example.com").first()
    return known or services.create_person(name="Kim Park", email="kim@example.com")


class TestCreateOrganization:
    def test_makes_its_creator_the_owner_of_one_default_scope(self, acme):
        assert acme.membership.role == Role.OWNER
        assert [scope.is_default for scope in queries.scopes(acme)] == [True]

    def test_is_for_administrators_only(self, db):
        with pytest.raises(NotAllowed):
            services.create_organization(person=make.person(), name="Mine")

    def test_a_taken_slug_is_explained(self, db):
        owner = make.person(administrator=True)
        services.create_organization(person=owner, name="Twice")
        with pytest.raises(SlugTaken):
            services.create_organization(person=owner, name="Twice")

    def test_a_name_without_latin_letters_has_an_address_too(self, db):
        actor = services.create_organization(person=make.person(administrator=True), name="株式会社")
        assert actor.organization.slug == "organisation"


class TestCreatePerson:
    def test_an_address_is_used_once_whatever_its_case(self, db):
        services.create_person(name="Kim", email="kim@example.com")
        with pytest.raises(UserError, match="exists"):
            services.create_person(name="Kim", email=" KIM@example.com ")

    @pytest.mark.parametrize("password", ["short", "password1234", "kimpark@example.com"])
    def test_weak_passwords_are_refused(self, db, password):
        with pytest.raises(UserError) as error:
            services.create_person(name="Kim Park", email="kimpark@example.com", password=password)
        assert "password" in error.value.fields

    def test_without_a_password_nobody_signs_in_by_password(self, db):
        assert not services.create_person(name="Kim", email="kim@example.com").has_usable_password()


class TestLinks:
    def test_only_a_hash_is_stored(self, db):
        token = services.create_link()
        assert token not in SignInLink.objects.get().token_hash

    def test_works_once(self, db):
        link = services.find_link(services.create_link())
        services.spend_link(link)
        with pytest.raises(LinkSpent):
            services.spend_link(link)

    def test_expires_after_a_day(self, db):
        token = services.create_link()
        with clock.at(clock.now() + datetime.timedelta(hours=24, seconds=1)), pytest.raises(LinkSpent):
            services.find_link(token)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_race_one_gets_in(self):
        link = services.find_link(services.create_link())
        outcomes = in_parallel(lambda: services.spend_link(link))
        assert sorted(outcomes) == ["LinkSpent", "done"]


class TestInvite:
    def test_sends_a_link_that_opens_it(self, acme):
        invitation = invite(acme)
        jobs.send_invitation(str(acme.organization_id), str(invitation.pk))
        assert mail.outbox[0].to == ["kim@example.com"]
        assert invitation.token in mail.outbox[0].body

    def test_sends_nothing_once_it_is_withdrawn(self, acme):
        invitation = invite(acme)
        services.withdraw_invitation(actor=acme, invitation=invitation)
        jobs.send_invitation(str(acme.organization_id), str(invitation.pk))
        assert mail.outbox == []

    def test_a_second_one_replaces_the_first(self, acme):
        first, second = invite(acme), invite(acme, "KIM@example.com", Role.CONTRIBUTOR)
        first.refresh_from_db()
        assert (first.is_open, second.is_open) == (False, True)

    def test_members_are_not_invited_again(self, acme):
        with pytest.raises(UserError, match="member already"):
            invite(acme, acme.membership.person.email.upper())

    def test_an_owner_is_invited_by_an_owner_only(self, acme):
        manager = make.member(acme, Role.ISMS_MANAGER)
        with pytest.raises(NotAllowed):
            invite(manager, role=Role.OWNER)
        assert invite(acme, role=Role.OWNER).role == Role.OWNER

    @pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OWNER, Role.ISMS_MANAGER)])
    def test_needs_the_permission(self, acme, role):
        with pytest.raises(NotAllowed):
            invite(make.member(acme, role))

    @pytest.mark.parametrize("role", sorted(MUST_EXPIRE))
    def test_roles_that_end_need_a_day_and_a_scope(self, acme, role):
        scope, end = queries.scope_for(acme), clock.today() + SOON
        for terms, field in (({"scope": scope}, "expires_on"), ({"expires_on": end}, "scope")):
            with pytest.raises(UserError) as error:
                invite(acme, role=role, **terms)
            assert field in error.value.fields
        assert invite(acme, role=role, scope=scope, expires_on=end).membership_expires_on == end

    def test_no_membership_ends_before_it_begins(self, acme):
        with pytest.raises(UserError, match="in the past"):
            invite(acme, expires_on=clock.today() - datetime.timedelta(days=1))


class TestAccept:
    def test_gives_the_membership_on_its_terms(self, acme):
        end = clock.today() + SOON
        scope = queries.scope_for(acme)
        invitation = invite(acme, role=Role.EXTERNAL_AUDITOR, scope=scope, expires_on=end)
        joined = services.accept_invitation(invitation=invitation, person=kim())
        assert (joined.role, joined.scope, joined.expires_on) == (Role.EXTERNAL_AUDITOR, scope, end)

    def test_works_once(self, acme):
        invitation = invite(acme)
        services.accept_invitation(invitation=invitation, person=kim())
        with pytest.raises(LinkSpent):
            services.accept_invitation(invitation=invitation, person=kim())

    def test_a_withdrawn_one_is_worthless(self, acme):
        invitation = invite(acme)
        services.withdraw_invitation(actor=acme, invitation=Invitation.objects.get(pk=invitation.pk))
        with pytest.raises(LinkSpent):
            services.find_invitation(invitation_id=invitation.pk, token=invitation.token)
        with pytest.raises(LinkSpent):
            services.accept_invitation(invitation=invitation, person=kim())

    @pytest.mark.parametrize("email", ["eve@example.com", "kim@example.com.evil.example", "im@example.com"])
    def test_a_link_that_was_passed_on_lets_nobody_in(self, acme, email):
        invitation = invite(acme)
        with pytest.raises(ForSomebodyElse, match=r"for kim@example\.com"):
            services.accept_invitation(
                invitation=invitation, person=services.create_person(name="Eve Adams", email=email)
            )
        assert Invitation.objects.get(pk=invitation.pk).is_open
        assert Membership.objects.count() == 1

    def test_the_case_of_the_address_does_not_matter(self, acme):
        invitation = invite(acme, email="KIM@Example.com")
        assert services.accept_invitation(invitation=invitation, person=kim()).role == Role.READER

    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_race_one_joins(self):
        actor = make.organization("Racing")
        with make.inside(actor):
            invitation = invite(actor)
        person = kim()
        outcomes = in_parallel(lambda: services.accept_invitation(invitation=invitation, person=person))
        assert sorted(outcomes) == ["LinkSpent", "done"]
        with make.inside(actor):
            assert Membership.objects.count() == 2


class TestChangeMembership:
    def test_gives_another_role_at_once(self, acme):
        jonas = make.member(acme, Role.READER)
        services.change_membership(actor=acme, membership=jonas.membership, role=Role.ISMS_MANAGER)
        assert access.member(queries.member_for(acme, jonas.membership.pk)).can(Permission.SOA_EDIT)

    @pytest.mark.parametrize(
        "terms", [{"role": Role.READER}, {"role": Role.OWNER, "expires_on": datetime.date(2099, 1, 1)}]
    )
    def test_the_last_owner_stays_one_for_good(self, acme, terms):
        with pytest.raises(LastOwner):
            services.change_membership(actor=acme, membership=acme.membership, **terms)

    def test_one_of_two_owners_may_go(self, acme):
        second = make.member(acme, Role.OWNER, "Second Owner")
        services.change_membership(actor=second, membership=acme.membership, role=Role.READER)
        assert queries.member_for(acme, acme.membership.pk).role == Role.READER

    def test_an_owner_whose_access_has_ended_does_not_count(self, acme):
        make.member(acme, Role.OWNER, "Gone Owner", expires_on=clock.today() - SOON)
        with pytest.raises(LastOwner):
            services.deactivate_membership(actor=acme, membership=acme.membership)

    def test_only_an_owner_changes_an_owner(self, acme):
        manager = make.member(acme, Role.ISMS_MANAGER)
        for act in (services.deactivate_membership, services.reactivate_membership):
            with pytest.raises(NotAllowed):
                act(actor=manager, membership=acme.membership)
        with pytest.raises(NotAllowed):
            services.change_membership(actor=manager, membership=manager.membership, role=Role.OWNER)

    def test_an_end_in_the_past_may_stay_but_not_be_set(self, acme):
        gone = make.member(acme, Role.READER, expires_on=clock.today() - SOON).membership
        services.change_membership(actor=acme, membership=gone, role=Role.EMPLOYEE, expires_on=gone.expires_on)
        with pytest.raises(UserError, match="in the past"):
            services.change_membership(
                actor=acme, membership=gone, role=Role.READER, expires_on=clock.today() - SOON / 2
            )


class TestDeactivate:
    def test_bites_at_once_and_can_be_undone(self, acme):
        jonas = make.member(acme, Role.ISMS_MANAGER)
        services.deactivate_membership(actor=acme, membership=jonas.membership)
        stale = access.member(jonas.membership)
        assert stale.permissions == frozenset()
        with pytest.raises(NotAllowed):
            invite(stale)
        assert queries.memberships_of(jonas.membership.person) == []
        services.reactivate_membership(actor=acme, membership=jonas.membership)
        assert access.member(jonas.membership).can(Permission.MEMBERS_EDIT)

    def test_the_last_owner_stays(self, acme):
        with pytest.raises(LastOwner):
            services.deactivate_membership(actor=acme, membership=acme.membership)

    @pytest.mark.slow
    @pytest.mark.django_db(transaction=True)
    def test_of_two_owners_who_end_each_others_access_at_once_one_stays(self):
        first = make.organization("Duel")
        with make.inside(first):
            second = make.member(first, Role.OWNER, "Second Owner")
            pairs = iter([(first, second), (second, first)])
            pairs = [(actor, queries.member_for(actor, other.membership.pk)) for actor, other in pairs]
        turns = iter(pairs)

        def act():
            actor, other = next(turns)
            services.deactivate_membership(actor=actor, membership=other)

        assert sorted(in_parallel(act)) == ["LastOwner", "done"]
        with make.inside(first):
            assert [m.is_active() for m in Membership.objects.all()].count(True) == 1

    def test_access_ends_by_itself_on_its_day(self, acme):
        guest = make.member(acme, Role.INTERNAL_AUDITOR, expires_on=clock.today())
        assert guest.can(Permission.SOA_READ)
        with clock.at(clock.now() + datetime.timedelta(days=1)):
            assert access.member(guest.membership).permissions == frozenset()


class TestUpdateOrganization:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", " \x00 "),
            ("name", "x" * 161),
            ("legal_name", "x" * 201),
            ("time_zone", "Mars/Base"),
            ("currency", "euro"),
            ("currency", "EU"),
            ("language", "tlh"),
            ("name", 7),
        ],
    )
    def test_refuses_what_a_page_could_not_show(self, acme, field, value):
        with pytest.raises(UserError) as error:
            services.update_organization(actor=acme, **{field: value})
        assert list(error.value.fields) == [field]
        assert Organization.objects.get(pk=acme.organization_id).name == "Acme"

    def test_changes_only_what_is_given(self, acme):
        services.update_organization(actor=acme, legal_name="Acme\x00 Ltd ")
        found = Organization.objects.get(pk=acme.organization_id)
        assert (found.name, found.legal_name, found.currency) == ("Acme", "Acme Ltd", "EUR")

    def test_knows_no_other_field(self, acme):
        with pytest.raises(TypeError, match="four_eyes_relaxed"):
            services.update_organization(actor=acme, four_eyes_relaxed=True)


class TestFourEyes:
    def test_is_relaxed_with_a_reason_and_restored(self, acme):
        services.relax_four_eyes(actor=acme, relaxed=True, reason="We are two.")
        assert Organization.objects.get(pk=acme.organization_id).four_eyes_relaxed
        services.relax_four_eyes(actor=acme, relaxed=False, reason="We are two.")
        assert Organization.objects.get(pk=acme.organization_id).four_eyes_reason == ""

    def test_needs_a_reason(self, acme):
        with pytest.raises(UserError) as error:
            services.relax_four_eyes(actor=acme, relaxed=True, reason="  ")
        assert "four_eyes_reason" in error.value.fields

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
    def test_is_relaxed_by_an_owner_only(self, acme, role):
        with pytest.raises(NotAllowed):
            services.relax_four_eyes(actor=make.member(acme, role), relaxed=True, reason="Why not.")


def test_two_scopes_have_two_names(acme):
    services.create_scope(actor=acme, name="Lisbon office")
    with pytest.raises(UserError, match="a scope with this name"):
        services.create_scope(actor=acme, name="Lisbon Office")


def in_parallel(act):
    """Run an act in two threads at once; return "done" or the error's name for each."""
    outcomes, together = [], threading.Barrier(2)

    def run():
        try:
            together.wait(timeout=10)
            act()
            outcomes.append("done")
        except UserError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return outcomes


def test_people_are_found_whatever_the_case_of_their_address(db):
    kim = services.create_person(name="Kim", email="Kim@Example.com")
    assert Person.objects.get_by_natural_key("KIM@example.COM") == kim

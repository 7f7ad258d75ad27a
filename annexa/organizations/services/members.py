"""Invite, change and deactivate members."""

import uuid
from datetime import date, timedelta
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.jobs import queue
from annexa.lib import clock
from annexa.lib.database import scope as row_scope
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access, terms
from annexa.organizations.errors import ForSomebodyElse, LastOwner, LinkSpent
from annexa.organizations.models import Invitation, Membership, Person, Scope
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role
from annexa.organizations.services.accounts import create_person

INVITATION_DAYS, MOST_AT_ONCE = 14, 500


@access.command(Permission.MEMBERS_EDIT)
def invite_person(
    *, actor: access.Actor, email: str, role: Role, scope: Scope | None = None, expires_on: date | None = None
) -> Invitation:
    """Invite somebody by e-mail, replacing an older invitation to the same address."""
    terms.check_terms(actor, role, scope, expires_on)
    email = email.strip().lower()
    if Membership.objects.filter(organization=actor.organization, person__email__iexact=email).exists():
        raise UserError(_("This person is a member already."), {"email": _("A member already")})
    if actor.membership is None:
        raise NotAllowed(_("An invitation is sent by a member."))
    same = Invitation.objects.filter(organization=actor.organization, email__iexact=email, **actor.only_scope("scope"))
    for older in same.filter(accepted_at=None, withdrawn_at=None).select_for_update(no_key=True):
        activity.change(older, withdrawn_at=clock.now())
    invitation = Invitation.objects.create(
        organization=actor.organization,
        email=email,
        role=role,
        scope=scope,
        membership_expires_on=expires_on,
        invited_by=actor.membership,
        expires_at=clock.now() + timedelta(days=INVITATION_DAYS),
    )
    activity.note(invitation, role=role)
    queue.defer("organizations.send_invitation", organization_id=actor.organization_id, invitation_id=invitation.pk)
    return invitation


@access.command(Permission.MEMBERS_EDIT)
def invite_people(
    *,
    actor: access.Actor,
    people: str,
    role: Role,
    scope: Scope | None = None,
    expires_on: date | None = None,
) -> list[Invitation]:
    """Invite everybody of a list, one address a line or `Name <address>`; all or nothing, each line's problem named."""
    invited, problems, seen = [], [], set[str]()
    lines = [(number, line.strip()) for number, line in enumerate(people.splitlines(), 1) if line.strip()]
    if not 1 <= len(lines) <= MOST_AT_ONCE:
        raise _wrong_list(_("Give from 1 to %(most)s addresses, one a line.") % {"most": MOST_AT_ONCE})
    terms.check_terms(actor, role, scope, expires_on)
    for number, line in lines:
        email = parseaddr(line)[1].lower()
        try:
            _check_address(email, seen)
            invited.append(invite_person(actor=actor, email=email, role=role, scope=scope, expires_on=expires_on))
        except UserError as error:
            sentence = _("Line %(number)s (%(line)s): %(problem)s")
            problems.append(sentence % {"number": number, "line": line[:80], "problem": error.sentence})
        seen.add(email)
    if problems:
        raise _wrong_list(" ".join(problems))
    return invited


def _check_address(email: str, seen: set[str]) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise UserError(_("this is no e-mail address.")) from error
    if email in seen:
        raise UserError(_("this address is in the list already."))


def _wrong_list(sentence: str) -> UserError:
    return UserError(sentence, {"people": sentence})


@access.command(Permission.MEMBERS_EDIT)
def restore_owner(*, actor: access.Actor, email: str) -> Membership:
    """Make somebody an active owner of every scope; only the operator may, when no owner can come in any more."""
    if actor.membership:
        raise NotAllowed(_("Only the operator restores an owner, from the command line."))
    email = email.strip().lower()
    person = Person.objects.filter(email__iexact=email).first() or create_person(name=email, email=email)
    Person.objects.filter(pk=person.pk).update(is_active=True)
    lock(actor.organization)
    membership, created = Membership.objects.get_or_create(
        organization=actor.organization, person=person, defaults={"role": Role.OWNER}
    )
    if created:
        activity.note(membership, role=membership.role)
    else:
        activity.change(membership, role=Role.OWNER, scope=None, expires_on=None, deactivated_at=None)
    return membership


@access.command(Permission.MEMBERS_EDIT)
def withdraw_invitation(*, actor: access.Actor, invitation: Invitation) -> None:
    """Make an open invitation's link worthless; raises LinkSpent when it is worthless already."""
    if actor.scope_id and invitation.scope_id != actor.scope_id:
        raise NotAllowed(_("This invitation is for every scope; somebody who works in all of them withdraws it."))
    lock(invitation)
    if not invitation.is_open:
        raise LinkSpent
    activity.change(invitation, withdrawn_at=clock.now())


def find_invitation(*, invitation_id: uuid.UUID, token: str) -> Invitation:
    """Return an open invitation by its link; the caller has entered the organisation's scope. Raises LinkSpent."""
    invitation = (
        Invitation.objects.select_related("organization", "invited_by__person").filter(pk=invitation_id).first()
    )
    if invitation is None or not invitation.is_open or not constant_time_compare(token, invitation.token):
        raise LinkSpent
    return invitation


def accept_invitation(*, invitation: Invitation, person: Person) -> Membership:
    """Make the person a member on the invitation's terms; raises LinkSpent when it was accepted meanwhile.

    Raises ForSomebodyElse unless the person has the address it was sent to: a link that was passed on lets nobody in.
    """
    if person.email.casefold() != invitation.email.casefold():
        raise ForSomebodyElse(invitation.email)
    organization = invitation.organization
    with row_scope.within(organization.pk, person.pk):
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
        if not taken.update(accepted_at=clock.now()):
            raise LinkSpent
        membership, created = Membership.objects.get_or_create(
            organization=organization,
            person=person,
            defaults={
                "role": invitation.role,
                "scope_id": invitation.scope_id,
                "expires_on": invitation.membership_expires_on,
            },
        )
        with activity.recording(organization.pk, str(person.pk), "organizations.accept_invitation"):
            activity.note(membership, role=membership.role, invitation=str(invitation.pk), created=created)
    return membership


@access.command(Permission.MEMBERS_EDIT)
def change_membership(
    *,
    actor: access.Actor,
    membership: Membership,
    role: Role,
    scope: Scope | None = None,
    expires_on: date | None = None,
) -> None:
    """Give a member another role, scope or end date."""
    _lock_member(actor, membership)
    terms.check_terms(actor, role, scope, expires_on, before=membership)
    if membership.role == Role.OWNER and (role != Role.OWNER or expires_on):
        _keep_an_owner(membership)
    activity.change(membership, role=role, scope=scope, expires_on=expires_on)


@access.command(Permission.MEMBERS_EDIT)
def deactivate_membership(*, actor: access.Actor, membership: Membership) -> None:
    """End a person's access at once; what they did stays."""
    _lock_member(actor, membership)
    terms.check_reach(actor, membership)
    if membership.role in terms.OWNERS_GIVE:
        terms.check_owner_right(actor)
    if membership.role == Role.OWNER:
        _keep_an_owner(membership)
    activity.change(membership, deactivated_at=clock.now())


@access.command(Permission.MEMBERS_EDIT)
def reactivate_membership(*, actor: access.Actor, membership: Membership) -> None:
    """Give a deactivated member access again, on terms the actor may give."""
    _lock_member(actor, membership)
    terms.check_reach(actor, membership)
    if membership.role in terms.OWNERS_GIVE:
        terms.check_owner_right(actor)
    terms.check_not_wider(actor, membership.scope_id, membership.expires_on)
    activity.change(membership, deactivated_at=None)


def _lock_member(actor: access.Actor, membership: Membership) -> None:
    """Lock the organisation first: two owners who end each other's access wait for one another, in one order."""
    lock(actor.organization)
    lock(membership)


def _keep_an_owner(leaving: Membership) -> None:
    owners = Membership.objects.filter(organization_id=leaving.organization_id, role=Role.OWNER, deactivated_at=None)
    if not any(owner.is_active() for owner in owners.exclude(pk=leaving.pk)):
        raise LastOwner

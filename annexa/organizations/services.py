"""Create organisations; invite, change and deactivate people."""

import re
import uuid
from datetime import date, timedelta
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.jobs import queue
from annexa.lib import clock
from annexa.lib import values as field_values
from annexa.lib.database import scope as row_scope
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.text import slug as make_slug
from annexa.lib.tokens import new_token, token_hash
from annexa.organizations import access, terms
from annexa.organizations.errors import ForSomebodyElse, LastOwner, LinkSpent, SlugTaken
from annexa.organizations.models import Invitation, Membership, Organization, Person, Scope, SignInLink
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role

INVITATION_DAYS = 14
LINK_HOURS = 24


@transaction.atomic
def create_person(*, name: str, email: str, password: str | None = None, is_administrator: bool = False) -> Person:
    """Create a person; without a password they can only come in by a link. Raises UserError on a bad password."""
    person = Person(name=name.strip(), email=email.strip().lower(), is_administrator=is_administrator)
    if password is None:
        person.set_unusable_password()
    else:
        check_password_rules(password, person)
        person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise UserError(_("Somebody with this e-mail address exists."), {"email": _("In use")}) from error
    return person


def check_password_rules(password: str, person: Person) -> None:
    """Raise UserError with every rule the password breaks."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise UserError(" ".join(error.messages), {"password": " ".join(error.messages)}) from error


def create_link(person: Person | None = None) -> str:
    """Return the token of a fresh one-time link."""
    token = new_token()
    SignInLink.objects.create(
        token_hash=token_hash(token), person=person, expires_at=clock.now() + timedelta(hours=LINK_HOURS)
    )
    return token


def find_link(token: str) -> SignInLink:
    """Return the unused link of a token; raises LinkSpent."""
    link = SignInLink.objects.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=clock.now()).first()
    if link is None:
        raise LinkSpent
    return link


def spend_link(link: SignInLink) -> None:
    """Mark a link used, once even when two requests race; raises LinkSpent."""
    if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()):
        raise LinkSpent


@transaction.atomic
def create_administrator(*, token: str, name: str, email: str, password: str) -> Person:
    """Create an administrator from the link that the first start or `annexa createadmin` printed."""
    link = find_link(token)
    if link.person_id:
        raise LinkSpent
    spend_link(link)
    return create_person(name=name, email=email, password=password, is_administrator=True)


@transaction.atomic
def create_organization(
    *, person: Person, name: str, slug: str = "", time_zone: str = "UTC", currency: str = "EUR"
) -> access.Actor:
    """Create an organisation with its first scope and make the person its owner; raises NotAllowed, SlugTaken."""
    if not person.is_administrator:
        raise NotAllowed(_("Only an administrator of this installation may create an organisation."))
    organization = Organization(name=name.strip(), slug=slug or make_slug(name), time_zone=time_zone, currency=currency)
    with row_scope.within(organization.pk, person.pk):
        try:
            with transaction.atomic():
                organization.save(force_insert=True)
        except IntegrityError as error:
            raise SlugTaken(organization.slug) from error
        Scope.objects.create(organization=organization, slug="main", name=organization.name, is_default=True)
        membership = Membership.objects.create(organization=organization, person=person, role=Role.OWNER)
        actor = access.member(membership)
        with activity.recording(organization.pk, actor.name, "organizations.create_organization"):
            activity.note(organization, slug=organization.slug)
    return actor


@access.command(Permission.ORGANIZATION_EDIT)
def update_organization(
    *,
    actor: access.Actor,
    name: str | None = None,
    legal_name: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
    language: str | None = None,
) -> None:
    """Change what is given of name, legal name, time zone, currency and language."""
    access.require_all_scopes(actor)
    given = {
        "name": name,
        "legal_name": legal_name,
        "time_zone": time_zone,
        "currency": currency,
        "language": language,
    }
    given = {field: value for field, value in given.items() if value is not None}
    values = field_values.checked(Organization, given, given)
    _check_known(values)
    lock(actor.organization)
    activity.change(actor.organization, **values)


@access.command(Permission.ORGANIZATION_EDIT)
def relax_four_eyes(*, actor: access.Actor, relaxed: bool, reason: str) -> None:
    """Let one person change and approve, or stop it; the reason and compensating review are shown everywhere."""
    if actor.membership and actor.membership.role != Role.OWNER:
        raise NotAllowed(_("Only an owner may relax the four-eyes rule."))
    access.require_all_scopes(actor)
    reason = field_values.text(reason, "four_eyes_reason")
    if relaxed and not reason:
        sentence = _("Say why, and which review makes up for it.")
        raise UserError(sentence, {"four_eyes_reason": sentence})
    lock(actor.organization)
    activity.change(actor.organization, four_eyes_relaxed=relaxed, four_eyes_reason=reason if relaxed else "")


@access.command(Permission.ORGANIZATION_EDIT)
def create_scope(*, actor: access.Actor, name: str, statement: str = "") -> Scope:
    """Add an ISMS scope."""
    access.require_all_scopes(actor)
    lock(actor.organization)  # two at once: one waits
    new = Scope(organization=actor.organization, name=name.strip(), slug=make_slug(name, "scope"), statement=statement)
    if Scope.objects.filter(organization=actor.organization, slug=new.slug).exists():
        raise UserError(_("There is a scope with this name."), {"name": _("In use")})
    new.save(force_insert=True)
    activity.note(new, name=new.name)
    return new


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


def _check_known(values: dict[str, str]) -> None:
    """Raise UserError unless time zone, currency and language are ones that exist."""
    if values.get("time_zone", "UTC") not in available_timezones():
        raise UserError(_("Choose a time zone from the list."), {"time_zone": _("Unknown")})
    if not re.fullmatch("[A-Z]{3}", values.get("currency", "EUR")):
        raise UserError(_("A currency has three letters (ISO 4217), such as EUR."), {"currency": _("Three letters")})
    if "language" in values and values["language"] not in dict(settings.LANGUAGES):
        raise UserError(_("Choose a language from the list."), {"language": _("Unknown")})

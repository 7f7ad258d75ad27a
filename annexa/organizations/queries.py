"""Read organisations, scopes and people."""

import uuid
from collections import Counter
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.models import (
    ApiToken,
    Invitation,
    Membership,
    Organization,
    Person,
    Scope,
    SignInDomain,
    SingleSignOn,
)
from annexa.organizations.permissions import Permission


def memberships_of(person: Person) -> list[Membership]:
    """Return the person's active memberships; needs a scope with the person (or their organisation) in force."""
    found = Membership.objects.filter(person=person).select_related("organization", "person")
    return sorted((m for m in found if m.is_active()), key=lambda m: m.organization.name.casefold())


def members(actor: Actor) -> QuerySet[Membership]:
    """Return the members the actor works with: all, or for a member of one scope those of it and of every scope."""
    found = everybody(actor).select_related("person", "scope").order_by("person__name")
    return found.filter(Q(scope=None) | Q(scope=actor.scope_id)) if actor.scope_id else found


def everybody(actor: Actor) -> QuerySet[Membership]:
    """Return every member, for names of people on what the actor may see."""
    return Membership.objects.filter(organization_id=actor.organization_id).select_related("person")


def active_members(actor: Actor) -> list[Membership]:
    """Return who may own something."""
    return [member for member in members(actor) if member.is_active()]


def members_by_word(actor: Actor) -> dict[str, Membership]:
    """Return active members by lower-case name and address; a name that two people share means neither."""
    found = active_members(actor)
    shared = Counter(member.person.name.casefold() for member in found)
    by_address = {member.person.email.casefold(): member for member in found}
    return by_address | {name: each for each in found if shared[name := each.person.name.casefold()] == 1}


def who_can(actor: Actor, permission: Permission) -> list[Membership]:
    """Return the active members whose role has a permission."""
    return [member for member in active_members(actor) if permission in member.permissions]


def people_by_id(actor: Actor) -> dict[str, str]:
    """Return names by person id, for showing the trail."""
    return {str(m.person_id): str(m.person) for m in everybody(actor)}


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return invitations that wait for an answer and that the actor could have sent."""
    found = Invitation.objects.filter(
        organization_id=actor.organization_id,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        **actor.only_scope("scope_id"),
    )
    return found.select_related("scope").order_by("-created_at")


def scopes(actor: Actor) -> list[Scope]:
    """Return the scopes the actor may see, the default first."""
    found = Scope.objects.filter(organization_id=actor.organization_id).order_by("-is_default", "name")
    if actor.membership and actor.membership.scope_id:
        found = found.filter(pk=actor.membership.scope_id)
    return list(found)


def scope_for(actor: Actor, slug: str = "") -> Scope:
    """Return the named scope, or the first; raises NotFound."""
    for scope in scopes(actor):
        if not slug or scope.slug == slug:
            return scope
    raise NotFound("There is no such scope.")


def member_for(actor: Actor, membership_id: uuid.UUID | str) -> Membership:
    """Return one member; raises NotFound."""
    found = members(actor).filter(pk=membership_id).first()
    if found is None:
        raise NotFound("There is no such member.")
    return found


def with_second_factor(people: Iterable[Person | uuid.UUID]) -> set[uuid.UUID]:
    """Return which of the people have an authenticator app or a passkey."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found = Authenticator.objects.filter(user__in=people, type__in=kinds)  # type: ignore[misc]
    return set(found.values_list("user_id", flat=True))


def single_sign_on(organization_id: uuid.UUID) -> SingleSignOn | None:
    """Return the connection of the organisation the scope in force can see."""
    return SingleSignOn.objects.select_related("organization").filter(organization_id=organization_id).first()


def signed_in_elsewhere(email: str) -> uuid.UUID | None:
    """Return the organisation whose provider signs in an address, or None."""
    found = SignInDomain.objects.filter(domain=email.rpartition("@")[2].lower()).first()
    return found.holder if found else None


def sign_in_domains(actor: Actor) -> list[str]:
    """Return the domains whose addresses the organisation's provider signs in."""
    return list(SignInDomain.objects.filter(holder=actor.organization_id).values_list("domain", flat=True))


def organization_by_slug(slug: str) -> Organization | None:
    """Return an organisation the scope in force can see."""
    return Organization.objects.filter(slug=slug).first()


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tokens an actor may see, newest first: their own, or all for whoever changes members."""
    found = ApiToken.objects.filter(organization_id=actor.organization_id).select_related("membership__person")
    mine = found if actor.can(Permission.MEMBERS_EDIT) else found.filter(membership=actor.membership)
    return mine.filter(**actor.only_scope("membership__scope_id")).order_by("-created_at")


def token_for(actor: Actor, token_id: uuid.UUID) -> ApiToken:
    """Return one token; raises NotFound."""
    found = tokens(actor).filter(pk=token_id).first()
    if found is None:
        raise NotFound("There is no such token.")
    return found

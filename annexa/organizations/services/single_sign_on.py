"""Connect an organisation's identity provider, and let in whom it vouches for."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import crypto, links
from annexa.lib.database import scope as row_scope
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access, terms
from annexa.organizations.models import (
    ExternalIdentity,
    Membership,
    Organization,
    Person,
    SignInDomain,
    SingleSignOn,
)
from annexa.organizations.models.single_sign_on import PURPOSE
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import MUST_EXPIRE, ONE_SCOPE, Role
from annexa.organizations.services.accounts import create_person

# A provider's administrator must not be able to make owners, nor guests without an end.
GIVEN = tuple(role for role in Role if role not in terms.OWNERS_GIVE | MUST_EXPIRE | ONE_SCOPE)
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@access.command(Permission.ORGANIZATION_EDIT)
def connect_single_sign_on(
    *,
    actor: access.Actor,
    issuer: str,
    client_id: str,
    client_secret: str = "",
    role_claim: str = "",
    role_map: Iterable[tuple[str, str]] = (),
    default_role: Role = Role.READER,
) -> SingleSignOn:
    """Connect the organisation's OpenID Connect provider, or change that; an empty secret keeps the old one.

    Another provider has to be given the domains again: it could say of anybody that they are a member.
    """
    access.require_owner(actor)
    lock(actor.organization)
    found = SingleSignOn.objects.filter(organization=actor.organization).first()
    mapped = [[value, role] for value, role in role_map]
    _check_roles([default_role, *(role for _value, role in mapped)])
    values = {
        "issuer": _issuer(issuer),
        "client_id": _needed(client_id, "client_id"),
        "role_claim": role_claim.strip(),
        "role_map": mapped,
        "default_role": default_role,
    }
    if not (client_secret or found):
        _needed("", "client_secret")
    box = crypto.encrypt(client_secret, PURPOSE) if client_secret else ""
    if found is None:
        found = SingleSignOn.objects.create(organization=actor.organization, secret_box=box, **values)
        activity.note(found, **values)
        return found
    if found.issuer != values["issuer"] and not _may_claim(actor):
        SignInDomain.objects.filter(holder=actor.organization_id).delete()
        activity.note(actor.organization, domains=[])
    activity.change(found, **values)
    if box:
        SingleSignOn.objects.filter(pk=found.pk).update(secret_box=box)
        activity.note(found, with_new_secret=True)
    return found


@access.command(Permission.ORGANIZATION_EDIT)
def disconnect_single_sign_on(*, actor: access.Actor) -> None:
    """Remove the connection; people come in by other ways again."""
    access.require_owner(actor)
    lock(actor.organization)
    for found in SingleSignOn.objects.filter(organization=actor.organization):
        activity.note(found, issuer=found.issuer)
        found.delete()
    SignInDomain.objects.filter(holder=actor.organization_id).delete()
    activity.change(actor.organization, single_sign_on_required=False)


@access.command(Permission.ORGANIZATION_EDIT)
def require_single_sign_on(*, actor: access.Actor, required: bool) -> None:
    """Let members in by the provider only; owners keep their own way, so that a broken provider locks nobody out."""
    access.require_owner(actor)
    if required and not SingleSignOn.objects.filter(organization=actor.organization).exists():
        raise UserError(_("Connect a provider first."))
    lock(actor.organization)
    activity.change(actor.organization, single_sign_on_required=required)


@access.command(Permission.ORGANIZATION_EDIT)
def claim_domains(*, actor: access.Actor, domains: Iterable[str]) -> None:
    """Say whose addresses the provider signs in; only who runs this installation can know that the domain is theirs."""
    access.require_owner(actor)
    if not _may_claim(actor):
        raise NotAllowed(_("An administrator of this installation claims domains: annexa sso domains."))
    wanted = {domain.strip().lower().removeprefix("@") for domain in domains if domain.strip()}
    for domain in sorted(wanted):
        if not DOMAIN.fullmatch(domain):
            raise _at("domains", _("%(domain)s is not a domain such as example.com.") % {"domain": domain})
        if SignInDomain.objects.filter(domain=domain).exclude(holder=actor.organization_id).exists():
            raise _at("domains", _("%(domain)s belongs to another organisation here.") % {"domain": domain})
    lock(actor.organization)
    SignInDomain.objects.filter(holder=actor.organization_id).exclude(domain__in=wanted).delete()
    for domain in wanted:
        SignInDomain.objects.get_or_create(domain=domain, defaults={"holder": actor.organization_id})
    activity.note(actor.organization, domains=sorted(wanted))


def _may_claim(actor: access.Actor) -> bool:
    return actor.membership is None or actor.membership.person.is_administrator


@transaction.atomic
def arrive(*, connection: SingleSignOn, claims: Mapping[str, Any]) -> Membership:
    """Return the membership of somebody the provider vouches for, made now for somebody new; raises UserError.

    The caller has verified the claims and entered the organisation's scope.
    """
    organization, subject = connection.organization, str(claims.get("sub") or "")
    if not subject:
        raise UserError(_("The provider did not say who you are."))
    known = ExternalIdentity.objects.filter(organization=organization, issuer=connection.issuer, subject=subject)
    identity = known.select_related("membership__person", "membership__organization").first()
    membership = identity.membership if identity else _join(connection, organization, subject, claims)
    if membership.person.is_administrator:
        raise NotAllowed(_("An administrator of this installation signs in with a password or passkey of their own."))
    if not (membership.is_active() and membership.person.is_active):
        raise UserError(_("Your access to this organisation has ended."))
    _follow_role(connection, membership, claims)
    return membership


def _join(connection: SingleSignOn, organization: Organization, subject: str, claims: Mapping[str, Any]) -> Membership:
    email = str(claims.get("email") or "").strip().lower()
    domain = email.rpartition("@")[2]
    if not email or str(claims.get("email_verified", True)).lower() != "true":  # some providers say it as a text
        raise UserError(_("The provider did not confirm your e-mail address."))
    if not SignInDomain.objects.filter(domain=domain, holder=organization.pk).exists():
        sentence = _("%(name)s signs in no addresses of %(domain)s this way.")
        raise UserError(sentence % {"name": organization.name, "domain": domain})
    person = Person.objects.filter(email__iexact=email).first()
    person = person or create_person(name=str(claims.get("name") or email)[:120], email=email)
    with (
        row_scope.within(organization.pk, person.pk),
        activity.recording(organization.pk, str(person.pk), "organizations.join_by_single_sign_on"),
    ):
        role = connection.role_of(dict(claims)) or connection.default_role
        membership, created = Membership.objects.select_related("person", "organization").get_or_create(
            organization=organization, person=person, defaults={"role": role}
        )
        ExternalIdentity.objects.create(
            organization=organization, membership=membership, issuer=connection.issuer, subject=subject
        )
        activity.note(membership, role=membership.role, created=created)
    return membership


def _follow_role(connection: SingleSignOn, membership: Membership, claims: Mapping[str, Any]) -> None:
    """Give a member the role the provider maps to, unless an owner gave one that no provider may."""
    role = connection.role_of(dict(claims))
    if role is None or role == membership.role or membership.role not in GIVEN:
        return
    with activity.recording(
        membership.organization_id, str(membership.person_id), "organizations.join_by_single_sign_on"
    ):
        activity.change(membership, role=role)


def _check_roles(roles: Iterable[str]) -> None:
    if wrong := [role for role in roles if role not in GIVEN]:
        raise _at("role_map", _("A provider cannot give this role: %(role)s.") % {"role": wrong[0]})


def _issuer(text: str) -> str:
    url = _needed(text, "issuer").removesuffix("/.well-known/openid-configuration")
    try:
        url = links.web_address(url)
    except UserError as error:
        raise _at("issuer", error.sentence) from error
    if not url.startswith("https://") and not settings.ALLOW_PRIVATE_OIDC:
        raise _at("issuer", _("The address must begin with https://."))
    return url


def _needed(text: str, field: str) -> str:
    if not text.strip():
        raise _at(field, _("This is needed."))
    return text.strip()


def _at(field: str, sentence: str) -> UserError:
    return UserError(sentence, {field: sentence})

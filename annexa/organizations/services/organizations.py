"""Found an organisation, change its settings, add scopes."""

import re
from zoneinfo import available_timezones

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import values as field_values
from annexa.lib.database import scope as row_scope
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.text import one_line
from annexa.lib.text import slug as make_slug
from annexa.organizations import access
from annexa.organizations.errors import SlugTaken
from annexa.organizations.models import Membership, Organization, Person, Scope
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role


@transaction.atomic
def create_organization(
    *, person: Person, name: str, slug: str = "", time_zone: str = "UTC", currency: str = "EUR"
) -> access.Actor:
    """Create an organisation with its first scope and make the person its owner; raises NotAllowed, SlugTaken."""
    if not person.is_administrator:
        raise NotAllowed(_("Only an administrator of this installation may create an organisation."))
    organization = Organization(
        name=one_line(name), slug=slug or make_slug(name), time_zone=time_zone, currency=currency
    )
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
def require_second_factor(*, actor: access.Actor, required: bool) -> None:
    """Let in only members who have a second factor, from the next click on, or stop asking for it."""
    access.require_owner(actor)
    lock(actor.organization)
    activity.change(actor.organization, second_factor_required=required)


@access.command(Permission.ORGANIZATION_EDIT)
def create_scope(*, actor: access.Actor, name: str, statement: str = "") -> Scope:
    """Add an ISMS scope."""
    access.require_all_scopes(actor)
    lock(actor.organization)  # two at once: one waits
    new = Scope(
        organization=actor.organization, name=one_line(name), slug=make_slug(name, "scope"), statement=statement
    )
    if Scope.objects.filter(organization=actor.organization, slug=new.slug).exists():
        raise UserError(_("There is a scope with this name."), {"name": _("In use")})
    new.save(force_insert=True)
    activity.note(new, name=new.name)
    return new


def _check_known(values: dict[str, str]) -> None:
    """Raise UserError unless time zone, currency and language are ones that exist."""
    if values.get("time_zone", "UTC") not in available_timezones():
        raise UserError(_("Choose a time zone from the list."), {"time_zone": _("Unknown")})
    if not re.fullmatch("[A-Z]{3}", values.get("currency", "EUR")):
        raise UserError(_("A currency has three letters (ISO 4217), such as EUR."), {"currency": _("Three letters")})
    if "language" in values and values["language"] not in dict(settings.LANGUAGES):
        raise UserError(_("Choose a language from the list."), {"language": _("Unknown")})

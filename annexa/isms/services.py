"""Describe the scope and its context."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.isms import profiles
from annexa.isms.models import ChosenProfile, ContextRow, InterestedParty, Issue, Obligation
from annexa.lib.database.locks import lock
from annexa.lib.errors import UserError
from annexa.lib.values import checked
from annexa.organizations import access
from annexa.organizations import services as organizations
from annexa.organizations.models import Person, Scope
from annexa.organizations.permissions import Permission

Row = TypeVar("Row", bound=ContextRow)
SCOPE_FIELDS = ("name", "statement", "sites", "headcount", "boundaries", "interfaces")
ROW_FIELDS: Mapping[type[ContextRow], tuple[str, ...]] = {
    Issue: ("side", "text"),
    InterestedParty: ("name", "needs", "addressed"),
    Obligation: ("key", "title", "kind", "why", "controls"),
}


def found_organization(*, person: Person, name: str, **terms: str) -> access.Actor:
    """Create an organisation that works with ISO/IEC 27001:2022; raises what create_organization raises."""
    with transaction.atomic():
        actor = organizations.create_organization(person=person, name=name, **terms)
        catalog.adopt_framework(actor=actor, framework_id=library.ISO_27001)
    return actor


@access.command(Permission.CONTEXT_EDIT)
def choose_profile(*, actor: access.Actor, scope: Scope, answers: profiles.Answers) -> ChosenProfile:
    """Load an industry profile into a scope: its wording, parties, issues and obligations.

    Rows that still come from an earlier choice are replaced; rows that a person wrote or changed stay.
    """
    _check_answers(answers)
    lock(scope)
    chosen, _created = ChosenProfile.objects.update_or_create(
        organization=actor.organization,
        scope=scope,
        defaults={"profile": answers.profile, "size": answers.size, "protects": list(answers.protects)},
    )
    data = profiles.profile(answers.profile)
    kinds: tuple[type[ContextRow], ...] = (Issue, InterestedParty, Obligation)
    for kind in kinds:
        kind._default_manager.filter(organization=actor.organization, scope=scope, from_profile=True).delete()
    for model, rows in _rows(data, answers):
        model._default_manager.bulk_create(
            model(organization=actor.organization, scope=scope, from_profile=True, position=position, **row)
            for position, row in enumerate(rows)
        )
    activity.note(chosen, profile=answers.profile, size=answers.size, protects=list(answers.protects))
    if not scope.statement:
        activity.change(scope, **scope_wording(actor, answers.profile))
    return chosen


def scope_wording(actor: access.Actor, profile_id: str) -> dict[str, str]:
    """Return the profile's scope wording with the organisation's name in it."""
    wording = profiles.profile(profile_id)["scope"]
    statement = wording["statement"].replace("{organization}", actor.organization.name)
    return {"statement": statement, "boundaries": wording["boundaries"], "interfaces": wording["interfaces"]}


@access.command(Permission.CONTEXT_EDIT)
def describe_scope(*, actor: access.Actor, scope: Scope, **values: Any) -> None:
    """Change SCOPE_FIELDS of a scope."""
    if "name" in values and not str(values["name"]).strip():
        raise UserError(_("A scope needs a name."), {"name": _("Needed")})
    clean = checked(Scope, SCOPE_FIELDS, values)
    lock(scope)
    activity.change(scope, **clean)


@access.command(Permission.CONTEXT_EDIT)
def add_context_row(*, actor: access.Actor, scope: Scope, model: type[Row], **values: Any) -> Row:
    """Add an issue, interested party or obligation with its ROW_FIELDS."""
    clean = checked(model, _fields_of(model), values, whole=True)
    position = model._default_manager.filter(organization=actor.organization, scope=scope).count()
    row = model(organization=actor.organization, scope=scope, position=position, **clean)
    row.save(force_insert=True)
    activity.note(row, after={name: value for name, value in clean.items() if name in values})
    return row


@access.command(Permission.CONTEXT_EDIT)
def change_context_row(*, actor: access.Actor, row: ContextRow, **values: Any) -> None:
    """Change ROW_FIELDS of a row of the context; from then on it counts as the organisation's own words."""
    clean = checked(type(row), _fields_of(type(row)), values)
    lock(row)
    if any(getattr(row, name) != value for name, value in clean.items()):
        activity.change(row, from_profile=False, **clean)


@access.command(Permission.CONTEXT_EDIT)
def remove_context_row(*, actor: access.Actor, row: ContextRow) -> None:
    """Remove a row of the context."""
    lock(row)
    activity.note(row, removed=str(row)[:200])
    row.delete()


def _rows(data: dict[str, Any], answers: profiles.Answers) -> list[tuple[type[ContextRow], list[dict[str, Any]]]]:
    issues = [{"side": side, "text": text} for side in ("internal", "external") for text in data["issues"][side]]
    parties = [{key: party[key] for key in ("name", "needs", "addressed")} for party in data["parties"]]
    obligations = [
        {
            "key": entry["id"],
            "title": entry["title"],
            "kind": entry["kind"],
            "why": entry["why"],
            "controls": entry["controls"],
        }
        for entry in profiles.obligations(answers)
    ]
    return [(Issue, issues), (InterestedParty, parties), (Obligation, obligations)]


def _check_answers(answers: profiles.Answers) -> None:
    questions = profiles.questions()
    if answers.profile not in profiles.PROFILES:
        raise UserError(_("Choose an industry."), {"profile": _("Choose one")})
    if answers.size not in {size["id"] for size in questions["sizes"]}:
        raise UserError(_("Choose a size."), {"size": _("Choose one")})
    if unknown := set(answers.protects) - {thing["id"] for thing in questions["protects"]}:
        raise UserError(_("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))}, {"protects": _("Unknown")})


def _fields_of(model: type[ContextRow]) -> tuple[str, ...]:
    if model not in ROW_FIELDS:
        raise UserError(_("The context has issues, interested parties and obligations."))
    return ROW_FIELDS[model]

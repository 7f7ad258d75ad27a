"""What stands in a row's drawer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import queries as activity
from annexa.activity.models import TrailEntry
from annexa.catalog import library
from annexa.catalog import queries as catalog
from annexa.lib import files
from annexa.lib.errors import Conflict
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership
from annexa.treatment.models import Conformity, GapRating
from annexa.treatment.queries import gap
from annexa.treatment.services import gap as services
from annexa.web.gap.forms import EvidenceForm, RatingForm, plain, sealed
from annexa.web.gap.page import Page

MOST_HISTORY = 12


@dataclass(frozen=True)
class Event:
    """Something that happened to a row, in words."""

    at: datetime
    who: str
    sentence: str


def context(page: Page, rating: GapRating) -> dict[str, Any]:
    """Return a row's fields, guidance, evidence and history, with the ways to its neighbours."""
    members = owners(page.members, rating)
    may_rate = page.line(rating).may_rate
    before, after = _neighbours(page, rating)
    return {
        "drawer": "gap/row.html",
        "rating": rating,
        "requirement": rating.requirement,
        "title": gap.heading(rating.requirement),
        "may_rate": may_rate,
        "form": RatingForm(members, rating),
        "guidance": library.guidance(library.ISO_27001).get(rating.requirement.ref, {}),
        "items": catalog.children(rating.requirement),
        "evidence": gap.evidence_of(rating),
        "evidence_form": EvidenceForm(),
        "history": history(page.actor, rating, members),
        "previous_url": before,
        "next_url": after,
    }


def owners(members: list[Membership], rating: GapRating) -> list[Membership]:
    """Return who may own a row, and who does even if they have left."""
    return members if rating.owner is None or rating.owner in members else [*members, rating.owner]


def attach(actor: Actor, rating: GapRating, form: EvidenceForm) -> None:
    """Attach what the form holds; a file is stored first, which does no harm if the rest fails."""
    file = form.cleaned_data["file"]
    stored = files.save(actor.organization_id, file.chunks()) if file else None
    services.add_evidence(
        actor=actor,
        rating=rating,
        title=form.stored_title(),
        dated=form.cleaned_data["dated"],
        url=form.cleaned_data["url"],
        sha256=stored.sha256 if stored else "",
        size=stored.size if stored else None,
    )


def conflict(rating: GapRating, form: RatingForm, name: str, text: str, found: Conflict) -> dict[str, Any]:
    """Return what the conflict notice shows."""
    theirs = plain(found.theirs)
    return {
        "changed_by": rating.changed_by or _("Somebody"),
        "mine": _word(form, name, text),
        "theirs": _word(form, name, theirs),
        "theirs_value": theirs,
        "version": sealed(theirs),
        "version_name": f"seen_{name}",
    }


def conflict_sentence(rating: GapRating, name: str, found: Conflict) -> str:
    """Say both values in one sentence."""
    return _(
        "%(who)s changed %(id)s meanwhile: it says %(theirs)s, you wanted %(yours)s. Set it again if yours is right."
    ) % {
        "who": rating.changed_by or _("Somebody"),
        "id": rating.requirement.ref,
        "theirs": told(name, found.theirs),
        "yours": told(name, found.yours),
    }


def history(actor: Actor, rating: GapRating, members: list[Membership]) -> list[Event]:
    """Return what happened to a row, newest first."""
    people = {str(member.person_id): str(member) for member in members}
    names = {str(member.pk): str(member) for member in members}
    entries = activity.of_subject(actor.organization_id, rating, MOST_HISTORY)
    return [
        Event(entry.at, people.get(entry.actor, _("Annexa") if entry.actor == "system" else _("Somebody")), sentence)
        for entry in entries
        for sentence in _sentences(entry, names)
    ]


def _sentences(entry: TrailEntry, names: dict[str, str]) -> list[str]:
    body = activity.body_of(entry)
    if "after" in body:
        return [
            _("%(field)s: %(before)s → %(after)s")
            % {
                "field": RatingForm.base_fields[name].label,
                "before": told(name, body["before"].get(name), names),
                "after": told(name, value, names),
            }
            for name, value in body["after"].items()
            if name in RatingForm.base_fields
        ]
    words = _("Evidence removed: %(title)s") if "removed" in body else _("Evidence added: %(title)s")
    return [words % {"title": body.get("title", "")}]


def told(name: str, value: Any, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a field's value in words."""
    if value in (None, ""):
        return "–"
    if name == "conformity":
        return str(Conformity(value).label)
    if name == "owner":
        return names.get(str(value)) or (str(value) if isinstance(value, Membership) else _("Somebody"))
    return str(value)


def _word(form: RatingForm, name: str, text: str) -> str:
    """Return what a person reads for a value: a choice's words, or the text itself."""
    choices = {str(key): str(label) for key, label in getattr(form.fields[name], "choices", ())}
    return choices.get(text, text)


def _neighbours(page: Page, rating: GapRating) -> tuple[str, str]:
    at = page.ratings.index(rating)
    urls = [f"{page.base}{each.pk}/{page.scope_query}" for each in page.ratings]
    return urls[at - 1] if at else "", urls[at + 1] if at + 1 < len(urls) else ""

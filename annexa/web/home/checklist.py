"""The path from nothing to the certificate: what is done, what comes next."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.catalog import library
from annexa.organizations.access import Actor

# The steps whose pages exist; the others are named, so that the whole way can be seen.
PAGES = {"scope": "start:questions", "gap": "gap:index", "soa": "soa:index"}


@dataclass(frozen=True)
class Step:
    """One step; without a url it has no page in this version."""

    id: str
    title: str
    why: str
    effort: str
    url: str
    done: bool
    is_next: bool


def steps(actor: Actor, done: Collection[str]) -> list[Step]:
    """Return every step with its state, the first open one marked as next."""
    found, next_found = [], False
    for entry in library.data("profiles/checklist")["steps"]:
        page = PAGES.get(entry["page"], "")
        is_next = bool(page) and not next_found and entry["id"] not in done
        next_found = next_found or is_next
        url = reverse(page, args=[actor.organization.slug]) if page else ""
        found.append(
            Step(
                entry["id"], entry["title"], entry["why"], _effort(entry["minutes"]), url, entry["id"] in done, is_next
            )
        )
    return found


def _effort(minutes: int) -> str:
    """Say how long a step takes, in hours from an hour and a half on."""
    if minutes < 90:
        return _("about %(minutes)s min") % {"minutes": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(hours)s hour", "about %(hours)s hours", hours) % {"hours": hours}

"""What the pages about the past have in common."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.organizations import queries as organizations
from annexa.reports.history import registers
from annexa.reports.history.changes import Change, kind_word
from annexa.reports.history.registers import Register
from annexa.web.request import Request

KINDS = {"added": ("ok", "plus"), "removed": ("bad", "minus"), "changed": ("info", "pencil")}


def context(request: Request, register: Register, view: str) -> dict[str, Any]:
    """Return what the heading, the choice of registers and the two views need."""
    slug, scope = request.actor.organization.slug, request.GET.get("scope", "")
    query = {"scope": scope} if scope else None

    def address(name: str, key: str) -> str:
        return reverse(f"history:{name}", args=[slug, key], query=query)

    shown = "changes" if view == "changes" else "register"
    return {
        "page_title": register.title,
        "register": register,
        "registers": [(each, address(shown, each.key)) for each in registers.readable(request.actor)],
        "views": [
            (_("As it stood"), address("register", register.key), view == "register"),
            (_("What changed"), address("changes", register.key), view == "changes"),
        ],
        "scope": scope,
        "today": clock.today(),
    }


def retold(request: Request, changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return changes with names instead of ids, and the link to each row's versions."""
    people = organizations.people_by_id(request.actor)
    return [
        {
            "change": each,
            "who": people.get(each.by)
            or (_("Annexa") if each.by in ("", "system", "operator") else _("Somebody who left")),
            "mark": (KINDS[each.kind][0], kind_word(each.kind), KINDS[each.kind][1]),
        }
        for each in changes
    ]

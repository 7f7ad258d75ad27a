"""What the drawer of one control shows."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annexa.activity import queries as activity
from annexa.activity.models import TrailEntry
from annexa.catalog import library
from annexa.isms import queries as isms
from annexa.isms.models import Obligation
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission
from annexa.treatment.models import StatementRow
from annexa.treatment.queries import statements as queries
from annexa.web.forms import see_again
from annexa.web.request import Request
from annexa.web.soa import entries, forms
from annexa.web.soa.links import link, scope_query

SHOWN_HISTORY = 20


def editable(actor: Actor, row: StatementRow) -> list[str]:
    """Return the fields of a row that a person may change."""
    if not row.statement.is_draft:
        return []
    if actor.can(Permission.SOA_EDIT):
        return list(forms.FIELDS)
    return list(forms.WORK) if actor.can(Permission.SOA_EDIT_OWN) and actor.owns(row) else []


def context(request: Request, row: StatementRow) -> dict[str, Any]:
    """Return the variables of the drawer's template."""
    actor, statement = request.actor, row.statement
    names = editable(actor, row)
    members = list(organizations.members(actor))
    named = isms.obligations_by_control(statement.scope).get(row.requirement.ref, [])
    values = forms.initial(row)
    return {
        "row": row,
        "statement": statement,
        "entry": _entry(row, named),
        "form": forms.RowForm(initial=values, members=members, names=names) if names else None,
        "seen": [(name, value) for name, value in forms.as_seen(values).items() if name in names],
        "decides": "applicable" in names,
        "proposal": row.proposal if row.applicable is None and statement.is_draft else None,
        "leave_out": forms.LeaveOutForm(auto_id="leave_out_%s"),
        "link_form": forms.LinkForm(auto_id="link_%s"),
        "obligations": named,
        "guidance": _guidance(row),
        "history": _history(actor, row, {str(member.person_id): str(member) for member in members}),
        "close_url": link(request, "statement", statement.number),
        "refresh_url": _with(link(request, "statement", statement.number), f"open={row.pk}"),
        "post_url": link(request, "row", statement.number, row.pk),
        "scope_query": scope_query(request),
        **_neighbours(request, row),
    }


def conflict(request: Request, row: StatementRow, name: str) -> HttpResponse:
    """Show both versions of a field that somebody else changed meanwhile."""
    theirs = forms.as_seen(forms.initial(row))[name]
    mine = request.POST.getlist(name)
    shown = {
        "changed_by": row.changed_by or _("Somebody"),
        "mine": _words(request.actor, name, ",".join(mine)),
        "theirs": _words(request.actor, name, theirs),
        "theirs_value": theirs,
        "version": theirs,
        "version_name": f"seen_{name}",
        "url": link(request, "row", row.statement.number, row.pk),
    }
    template = "soa/conflict_reasons.html" if name == "reasons" or not theirs else "ui/forms/conflict.html"
    return render(request, template, shown, status=HTTPStatus.CONFLICT)


def explain_conflict(request: Request, row: StatementRow, form: forms.RowForm, name: str) -> None:
    """Say at a field what somebody else wrote there meanwhile; saving again sets it to what was typed."""
    theirs = forms.as_seen(forms.initial(row))[name]
    sentence = _("%(who)s changed this meanwhile to: %(theirs)s. Save again if yours is right.")
    words = {"who": row.changed_by or _("Somebody"), "theirs": _words(request.actor, name, theirs) or "—"}
    form.add_error(name, sentence % words)
    see_again(form, name, theirs)


def seen(row: StatementRow, names: Iterable[str]) -> dict[str, Any]:
    """Return the values that a person has seen from now on."""
    values = forms.as_seen(forms.initial(row))
    return {"seen": [(name, values[name]) for name in names if name in values]}


def _entry(row: StatementRow, named: list[Obligation]) -> entries.Entry:
    """Return the row as the table has it; an approved version from its frozen content."""
    if row.statement.is_approved:
        frozen = (line for line in queries.lines(row.statement) if line.row_id == str(row.pk))
        return entries.Entry(next(frozen))
    problems = queries.problems_of(row, named)
    return entries.Entry(
        queries.line_of(row), conformity=queries.conformity_of(row), obligations=len(named), problems=problems
    )


def _guidance(row: StatementRow) -> dict[str, Any]:
    framework = row.requirement.framework
    if not framework.is_builtin:
        return dict(row.requirement.guidance)
    return library.guidance(framework.slug, get_language() or "en").get(row.requirement.ref, {})


def _history(actor: Actor, row: StatementRow, people: dict[str, str]) -> list[dict[str, Any]]:
    found = activity.of_subject(actor.organization_id, row, SHOWN_HISTORY)
    return [
        {"at": entry.at, "who": people.get(entry.actor, _("Annexa")), "changes": _changes(actor, entry)}
        for entry in found
    ]


def _changes(actor: Actor, entry: TrailEntry) -> list[tuple[str, str, str]]:
    body = activity.body_of(entry)
    before, after = body.get("before", {}), body.get("after", {})
    return [
        (str(entries.FIELD_WORDS[name]), _words(actor, name, before.get(name)), _words(actor, name, after[name]))
        for name in after
        if name in entries.FIELD_WORDS
    ]


def _words(actor: Actor, name: str, value: Any) -> str:
    if name == "applicable":
        return entries.answer_word({True: "yes", False: "no", None: "undecided", "": "undecided"}.get(value, value))
    if name == "reasons":
        keys = value.split(",") if isinstance(value, str) else value or []
        return ", ".join(str(entries.REASON_WORDS.get(each, each)) for each in keys)
    if name == "status":
        return str(entries.STATUS_WORDS.get(value, value))
    if name == "owner":
        return str(organizations.members(actor).filter(pk=value).first() or "") if value else ""
    if name == "links":
        return ", ".join(each["title"] for each in value or [])
    if name == "from_profile":
        return _("Yes") if value else _("No")
    return str(value or "")


def _neighbours(request: Request, row: StatementRow) -> dict[str, str]:
    order = list(queries.rows(row.statement).values_list("pk", flat=True))
    place = order.index(row.pk)
    near = {"previous_url": order[place - 1] if place else None, "next_url": next(iter(order[place + 1 :]), None)}
    return {name: link(request, "row", row.statement.number, key) for name, key in near.items() if key}


def _with(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"

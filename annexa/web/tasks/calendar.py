"""The calendar: a month on the wall, the same days as a list on a phone, and an address for calendar programs."""

import calendar as weeks
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from annexa.lib import clock
from annexa.lib.database import scope
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.organizations.tokens import organization_of
from annexa.tasks import calendar, queries, services
from annexa.ui import dates
from annexa.web.request import Request, reads

SHOWN = 3  # entries of a day in the grid; the list below has all
FRESH = 15 * 60


@dataclass(frozen=True)
class Day:
    """One square of the month."""

    day: date
    is_outside: bool
    entries: list[calendar.Entry]

    @property
    def is_today(self) -> bool:
        return self.day == clock.today()

    @property
    def shown(self) -> list[calendar.Entry]:
        return self.entries if len(self.entries) <= SHOWN else self.entries[: SHOWN - 1]

    @property
    def hidden(self) -> int:
        return len(self.entries) - len(self.shown)


class AddressForm(forms.Form):
    """Which tasks stand in the calendar."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which tasks"),
        choices=[("mine", gettext_lazy("Mine")), ("all", gettext_lazy("All that I may see"))],
        initial="mine",
        widget=forms.RadioSelect,
    )


@reads(Permission.TASK_WORK)
def month(request: Request) -> HttpResponse:
    """Show what is due in one month: one's own, or all one may see."""
    first = _month_of(request.GET.get("month", ""))
    only_mine = request.GET.get("show") != "all"
    rows = weeks.Calendar().monthdatescalendar(first.year, first.month)
    found = calendar.entries(request.actor, rows[0][0], rows[-1][-1], only_mine=only_mine)
    by_day: dict[date, list[calendar.Entry]] = {}
    for entry in found:
        by_day.setdefault(entry.day, []).append(entry)
    last = first.replace(day=weeks.monthrange(first.year, first.month)[1])
    keep = "" if only_mine else "&show=all"
    context = {
        "page_title": _("Calendar"),
        "month_name": dates.month_and_year(first),
        "weekdays": [dates.weekday_name(day) for day in rows[0]],
        "rows": [[Day(day, day.month != first.month, by_day.get(day, [])) for day in row] for row in rows],
        "agenda": [Day(day, False, by_day[day]) for day in sorted(by_day) if first <= day <= last],
        "before": f"?month={first - timedelta(days=1):%Y-%m}{keep}",
        "after": f"?month={last + timedelta(days=1):%Y-%m}{keep}",
        "this_month": f"{first:%Y-%m}",
        "is_now": first <= clock.today() <= last,
        "only_mine": only_mine,
    }
    return render(request, "tasks/calendar.html", context)


@reads(Permission.TASK_WORK)
def address(request: Request) -> HttpResponse:
    """Give the calendar an address; the answer to the form shows it this once."""
    if request.actor.membership is None:
        raise Http404
    form = AddressForm(request.POST or None)
    context: dict[str, Any] = {"page_title": _("Calendar in your own program"), "form": form}
    if request.method == "POST" and form.is_valid():
        only_mine = form.cleaned_data["which"] == "mine"
        _feed, text = services.publish_calendar(actor=request.actor, only_mine=only_mine)
        context["address"] = calendar.address(settings.BASE_URL, text)
        return render(request, "tasks/calendar_address.html", context, status=201)
    context["feed"] = queries.calendar_feed(request.actor)
    return render(request, "tasks/calendar_address.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.TASK_WORK)
def withdraw(request: Request) -> HttpResponse:
    """Make the calendar's address worthless."""
    services.withdraw_calendar(actor=request.actor)
    messages.success(request, _("The address is worthless from now on."))
    return redirect("tasks:calendar-address", organization=request.actor.organization.slug)


@require_safe
def feed(request: HttpRequest, text: str) -> HttpResponse:
    """Answer a calendar program: the address is the key, the member's rights of this moment decide what it reads."""
    organization_id = organization_of(text)
    if organization_id is None:
        raise Http404
    with scope.within(organization_id):
        found = queries.feed_behind(text)
        if found is None:
            raise Http404
        member = found.membership
        scope.switch(organization_id, member.person_id, member.scope_id)
        actor = access.member(member)
        access.require(actor, Permission.TASK_WORK)
        queries.note_feed_use(found)
        with timezone.override(found.organization.time_zone), translation.override(member.person.language):
            name = _("%(organization)s: tasks") % {"organization": found.organization.name}
            body = calendar.feed(actor, only_mine=found.only_mine, name=name, base_url=settings.BASE_URL)
    return _stream(request, body)


def _stream(request: HttpRequest, body: bytes) -> HttpResponse:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    kept = {"ETag": tag, "Cache-Control": f"private, max-age={FRESH}"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=kept)
    disposition = {"Content-Disposition": 'inline; filename="annexa.ics"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=kept | disposition)


def _month_of(text: str) -> date:
    """Return the first day of a month such as 2026-11, or of this one."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return clock.today().replace(day=1)
    return found if date(1990, 1, 1) <= found <= date(2200, 1, 1) else clock.today().replace(day=1)

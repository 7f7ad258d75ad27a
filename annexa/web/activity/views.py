"""Everything that happened, newest first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annexa.activity import queries as activity
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.web import narrative
from annexa.web.request import Request, reads

PAGE = 100


@reads(Permission.ACTIVITY_READ)
def index(request: Request) -> HttpResponse:
    """Show the trail a hundred entries at a time, whole or of one person."""
    before, person = request.GET.get("before", ""), request.GET.get("person", "")
    entries = activity.page(
        request.actor.organization_id, PAGE, before=int(before) if before.isdecimal() else None, actor=person
    )
    context = {
        "page_title": _("Activity"),
        "lines": narrative.tell(request.actor, entries),
        "older": entries[-1].seq if len(entries) == PAGE else None,
        "people": sorted(organizations.people_by_id(request.actor).items(), key=lambda pair: pair[1]),
        "person": person,
    }
    return render(request, "activity/index.html", context)

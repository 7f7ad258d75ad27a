"""Everything that happened, newest first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annexa.activity import queries as activity
from annexa.lib.text import whole_number
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.web import narrative
from annexa.web.activity.changes import changes
from annexa.web.request import Request, reads

PAGE = 100


@reads(Permission.ACTIVITY_READ)
def index(request: Request) -> HttpResponse:
    """Show the trail a hundred entries at a time, whole or of one person."""
    before, person = request.GET.get("before", ""), request.GET.get("person", "")
    entries = activity.page(request.actor.organization_id, PAGE, before=whole_number(before), actor=person)
    everybody = list(organizations.everybody(request.actor))
    people = {str(member.person_id): str(member) for member in everybody}
    names = {str(member.pk): str(member) for member in everybody}
    members = {str(member.person_id): str(member) for member in organizations.members(request.actor)}
    context = {
        "page_title": _("Activity"),
        "lines": [(line, changes(line.body, names)) for line in narrative.tell(request.actor, entries, people=people)],
        "older": entries[-1].seq if len(entries) == PAGE else None,
        "people": sorted(members.items(), key=lambda pair: pair[1].casefold()),
        "person": person,
    }
    return render(request, "activity/index.html", context)

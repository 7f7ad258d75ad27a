"""Answer the palette, and search as a page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annexa.web.request import Request, is_fragment, scopes_of
from annexa.web.search import finders

LONGEST = 100


def index(request: Request) -> HttpResponse:
    """Find pages, controls, tasks, people, assessments and statements that the person may see."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    context = {"page_title": _("Search"), "text": text, "groups": finders.find(request.actor, scopes_of(request), text)}
    template = "ui/palette_results.html" if is_fragment(request) else "search/index.html"
    return render(request, template, context)

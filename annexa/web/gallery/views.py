"""Every component of the kit in every state; what is shown as code is what was rendered."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annexa.web.gallery import samples, specimens


def index(request: HttpRequest) -> HttpResponse:
    """Show the gallery."""
    for kind in request.GET.getlist("toast"):
        messages.add_message(
            request, messages.DEFAULT_LEVELS.get(kind.upper(), messages.INFO), _("“Access control” is saved.")
        )
    table = samples.ControlTable(samples.controls(), request)
    opened = next((row for row in samples.controls() if row.pk == request.GET.get("open")), None)
    context = {
        **samples.shell(),
        "page_title": _("UI kit"),
        "search_url": reverse("gallery:search"),
        "sections": [(title, specimens.of(name, request)) for name, title in specimens.SECTIONS.items()],
        "table": table,
        "opened": opened,
        "close_url": table.link(open=None, page=request.GET.get("page")),
    }
    return render(request, "gallery/index.html", context)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Answer the palette."""
    text = request.GET.get("q", "").casefold()
    hits = [
        {"title": row.title, "url": f"?open={row.pk}", "icon": "list-check", "hint": row.state_label}
        for row in samples.controls()
        if text in row.title.casefold()
    ]
    return render(
        request, "ui/palette_results.html", {"groups": [{"title": _("Controls"), "hits": hits[:6]}] if hits else []}
    )


@require_POST
def autosave(request: HttpRequest) -> HttpResponse:
    """Save nothing, and show what the form does with each kind of answer."""
    value = request.POST.get("note", "")
    if value == "fail":
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    if value == "conflict" and request.POST.get("version") == "1":
        context = {"changed_by": samples.PEOPLE[1], "mine": value, "theirs": "Restored every quarter", "version": 2}
        return render(request, "ui/forms/conflict.html", context, status=HTTPStatus.CONFLICT)
    return HttpResponse('<input type="hidden" name="version" value="3">')

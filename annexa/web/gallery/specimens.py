"""The specimens: each file of templates/gallery/specimens holds a section's, with a blank line between two."""

from django.http import HttpRequest
from django.template import engines
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

from annexa.web.gallery import samples

SECTIONS = {
    "status": _("Status"),
    "words": _("Words and people"),
    "dates": _("Dates"),
    "charts": _("Charts"),
    "buttons": _("Buttons and menus"),
    "notes": _("Notes, facts, tabs"),
    "progress": _("Progress of a job"),
    "forms": _("Forms"),
}


def of(name: str, request: HttpRequest) -> list[tuple[str, str]]:
    """Return code and result of each specimen in a section."""
    source = get_template(f"gallery/specimens/{name}.html").template.source  # type: ignore[attr-defined]
    codes = source.strip().split("\n\n")
    return [(code, engines["django"].from_string(code).render(samples.context(), request)) for code in codes]

"""The free self-assessment template; no account needed."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annexa.lib import files
from annexa.reports import gap_template


@require_GET
def gap_xlsx(request: HttpRequest) -> HttpResponse:
    """Send the empty gap template in the reader's language."""
    content = _workbook(get_language() or "en")
    headers = {
        "Content-Disposition": 'attachment; filename="iso27001-self-assessment.xlsx"',
        "Cache-Control": "public, max-age=3600",
    }
    return HttpResponse(content, content_type=files.media_type("a.xlsx"), headers=headers)


@cache
def _workbook(language: str) -> bytes:
    """Build it once per language; there are as many as settings.LANGUAGES."""
    with override(language):
        return gap_template.build(gap_template.empty_rows(), _("ISO/IEC 27001:2022 self-assessment"))

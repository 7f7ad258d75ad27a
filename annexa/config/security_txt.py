"""Who to tell about a weakness: /.well-known/security.txt (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

VALID = timedelta(days=180)  # the standard wants less than a year; it is made anew for every reader


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Name the contact the operator has set; nothing is there otherwise."""
    contact = settings.ENVIRONMENT.security_contact
    if not contact:
        raise Http404
    until = (timezone.now() + VALID).replace(microsecond=0)
    lines = (
        f"Contact: {contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings.BASE_URL}{request.path}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

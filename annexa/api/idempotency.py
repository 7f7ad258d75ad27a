"""A POST with an Idempotency-Key happens once: a repetition gets the first answer."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from annexa.api import problems
from annexa.api.models import Answered
from annexa.organizations.access import Actor

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT = ("Content-Type", "ETag", "Location")


def once(request: Any, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run the request, or answer as the first time; a second one at the same time waits for the first."""
    key = request.headers.get(HEADER, "")
    if request.method != "POST" or not key:
        return run()
    if len(key) > LONGEST or not key.isprintable():
        sentence = _("A key has at most %(most)s printable characters.") % {"most": LONGEST}
        return problems.response(422, sentence, [(HEADER, sentence)])
    actor: Actor = request.actor
    mine = {"organization_id": actor.organization_id, "membership": actor.membership, "key": key}
    asked = _hash(request)
    try:
        with transaction.atomic():
            row = Answered.objects.create(asked=asked, **mine)
    except IntegrityError:
        return _again(Answered.objects.filter(**mine).first(), asked)
    response = run()
    if getattr(request, "shown_once", False):
        return response
    headers = {name: response[name] for name in KEPT if name in response}
    Answered.objects.filter(pk=row.pk).update(
        status=response.status_code, headers=headers, body=response.content.decode()
    )
    return response


def _hash(request: Any) -> str:
    """Return the SHA-256 of what is asked and with which rights, lest a lesser token reads what a greater one was told.

    Of a form with files it is that of their content, for its boundaries differ.
    """
    rights = " ".join(sorted(request.actor.permissions))
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n{rights}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    digest.update(request.POST.urlencode().encode())
    for name, file in sorted(request.FILES.items()):
        digest.update(f"\n{name} {file.name} {file.size}\n".encode())
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
    return digest.hexdigest()


def _again(before: Answered | None, asked: str) -> HttpResponse:
    if before is None or before.asked != asked:
        return problems.response(422, _("This Idempotency-Key was used for another request."))
    if not before.status:
        return problems.response(422, _("This was done before; its answer was shown once and is kept nowhere."))
    response = HttpResponse(before.body, status=before.status, headers=before.headers)
    response["Idempotent-Replayed"] = "true"
    return response

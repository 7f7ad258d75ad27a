"""A typed note that outlives the question whether it is still the same person."""

from annexa.treatment.models import Statement
from annexa.web.request import Request

KEY, LONGEST = "soa.note", 5_000


def keep(request: Request, statement: Statement) -> None:
    """Keep the posted note in the session."""
    request.session[KEY] = {"statement": str(statement.pk), "note": request.POST.get("note", "")[:LONGEST]}


def kept(request: Request, statement: Statement) -> str:
    """Return what was kept for a statement, or nothing."""
    found = request.session.get(KEY) or {}
    return found.get("note", "") if found.get("statement") == str(statement.pk) else ""


def forget(request: Request) -> None:
    """Drop what was kept."""
    request.session.pop(KEY, None)

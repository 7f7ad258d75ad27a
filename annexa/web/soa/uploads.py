"""Between the steps of an import: what was uploaded, shared by all processes, gone after an hour."""

import secrets

from django.core.cache import cache

from annexa.lib.errors import UserError
from annexa.lib.sheets import Book
from annexa.web.request import Request

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 2_000
SECONDS = 3600
SESSION = "soa_imports"


def keep(request: Request, book: Book) -> str:
    """Remember a workbook for this session; returns its token."""
    if any(len(rows) > MOST_ROWS for rows in book.values()):
        book = {name: rows for name, rows in book.items() if len(rows) <= MOST_ROWS}
    if not book:
        raise UserError(f"No sheet has fewer than {MOST_ROWS:,} rows.")
    token = secrets.token_urlsafe(16)
    request.session[SESSION] = [*request.session.get(SESSION, []), token][-5:]
    cache.set(_key(request, token), book, SECONDS)
    return token


def recall(request: Request, token: str) -> Book | None:
    """Return a workbook that this session uploaded in this organisation, unless it has expired."""
    if token not in request.session.get(SESSION, []):
        return None
    found: Book | None = cache.get(_key(request, token))
    return found


def forget(request: Request, token: str) -> None:
    """Remove a workbook that was applied."""
    cache.delete(_key(request, token))


def _key(request: Request, token: str) -> str:
    return f"soa-import:{request.actor.organization_id}:{token}"

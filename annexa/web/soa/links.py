"""Addresses of these pages; the scope stays in them when it is in the one in force."""

from urllib.parse import urlencode

from django.urls import reverse

from annexa.web.request import Request


def link(request: Request, view: str, *args: object) -> str:
    """Return the address of one of these pages."""
    return reverse(f"soa:{view}", args=[request.actor.organization.slug, *args]) + scope_query(request)


def scope_query(request: Request) -> str:
    """Return `?scope=…` when the request has one."""
    slug = request.GET.get("scope", "")
    return f"?{urlencode({'scope': slug})}" if slug else ""

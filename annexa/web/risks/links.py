"""Addresses of the register, in the scope of the page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from annexa.web.request import Request
from annexa.web.shell import scope_query


def link(request: Request, name: str, *values: Any) -> str:
    """Return the address of a page of the register."""
    return reverse(f"risks:{name}", args=[request.actor.organization.slug, *values]) + scope_query(request)


def go(request: Request, name: str, *values: Any) -> HttpResponse:
    """Lead to a page of the register."""
    return redirect(link(request, name, *values))

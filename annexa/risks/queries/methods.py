"""Read the organisation's method."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import QuerySet

from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.risks.models import Method

TEMPLATES = ("five", "three")


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Return the methods that ship, each with a title beside its terms."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(
        (Path(__file__).parents[1] / "data" / "methods.yaml").read_text(encoding="utf-8")
    )
    return found


def methods(actor: Actor) -> QuerySet[Method]:
    """Return every version of the method, newest first."""
    found = Method.objects.filter(organization_id=actor.organization_id)
    return found.select_related("approved_by__person").order_by("-number")


def in_force(actor: Actor) -> Method | None:
    """Return the newest approved method, or None."""
    return methods(actor).exclude(approved_at=None).first()


def draft(actor: Actor) -> Method | None:
    """Return the draft of the next version, or None."""
    return methods(actor).filter(approved_at=None).first()


def method_for(actor: Actor, number: int) -> Method:
    """Return a version; 0 is the draft, else the one in force. Raises NotFound."""
    found = methods(actor).filter(number=number).first() if number else draft(actor) or in_force(actor)
    if found is None:
        raise NotFound("There is no such method.")
    return found


def hash_of(method: Method) -> str:
    """Return a hash of what a method says, so that who approves it names what they read."""
    text = json.dumps(method.plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

"""Recompute the hashes of approved statements."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from annexa.organizations.access import Actor
from annexa.treatment.models import Statement


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a version's content in canonical JSON (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify_statements(actor: Actor) -> tuple[int, list[str]]:
    """Return how many approved versions there are and which do not match their hash."""
    approved = Statement.objects.filter(organization_id=actor.organization_id, state=Statement.State.APPROVED)
    found = [(str(statement), content_hash(statement.content or {}), statement.content_hash) for statement in approved]
    return len(found), [name for name, computed, stored in found if computed != stored]

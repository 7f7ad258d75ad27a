"""What belongs to a record and goes with it: found by following the keys that point at it."""

import hashlib
import json
import uuid
from collections.abc import Collection
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from annexa.lib.database import history
from annexa.tasks.models import Notice

Part = models.Model
MOST = 20_000  # rows of one record


class StillUsed(Exception):
    """A record that something else needs; `model` says what."""

    def __init__(self, model: type[models.Model], number: int):
        super().__init__(model._meta.label)
        self.model, self.number = model, number


def parts_of(record: models.Model, taken: Collection[type[models.Model]]) -> list[Part]:
    """Return a record with all that belongs to it, in the order in which they can go; raises StillUsed."""
    found: list[Part] = []
    seen: set[tuple[type[models.Model], Any]] = set()
    _gather(record, set(taken), found, seen)
    about = {"subject_type__in": {each._meta.label_lower for each in found}}
    about["subject_id__in"] = {str(each.pk) for each in found}
    organization_id = record.organization_id  # type: ignore[attr-defined]
    return [*Notice.objects.filter(organization_id=organization_id, **about), *found]


def _gather(
    record: models.Model, taken: set[type[models.Model]], found: list[Part], seen: set[tuple[type[models.Model], Any]]
) -> None:
    if (type(record), record.pk) in seen:
        return
    seen.add((type(record), record.pk))
    for relation in record._meta.related_objects:
        model = relation.related_model
        if not isinstance(model, type) or issubclass(model, history.Version):
            continue
        rows = model._default_manager.filter(**{relation.field.name: record})
        if relation.field.remote_field.on_delete is models.CASCADE or model in taken:
            for row in rows[: MOST - len(found)]:
                _gather(row, taken, found, seen)
        elif number := rows.count():
            raise StillUsed(model, number)
    found.append(record)


def digest(parts: list[Part]) -> str:
    """Return SHA-256 over all fields of all parts, so that a copy kept elsewhere can be compared with a tombstone."""
    told = [
        [part._meta.label_lower, {field.column: getattr(part, field.attname) for field in part._meta.concrete_fields}]
        for part in parts
    ]
    text = json.dumps(sorted(told, key=_key), cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _key(told: list[Any]) -> tuple[str, str]:
    return told[0], str(told[1].get("id", uuid.UUID(int=0)))

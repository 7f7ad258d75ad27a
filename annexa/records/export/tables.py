"""Which tables an export holds, and which of their columns: all that belong to an organisation, less what is secret."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from annexa.lib.database import row_security

# Rows that lie outside every organisation, and which of them one may take along.
BESIDE = {
    "organizations.Person": "id in (select person_id from organizations_membership)",
    "organizations.SignInDomain": "holder = (select current_organization())",
}


@dataclass(frozen=True)
class Exported:
    """One table of an export."""

    model: type[models.Model]
    where: str

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def left_out(self) -> dict[str, str]:
        """Columns that stay here, and why."""
        return not_exported(self.model)

    @property
    def fields(self) -> list[Any]:
        return [field for field in self.model._meta.concrete_fields if field.column not in self.left_out]

    @property
    def query(self) -> str:
        """Return SQL for the rows as lines of JSON, in the order of their key."""
        columns = ", ".join(_column(field) for field in self.fields)
        key = ", ".join(f'"{field.column}"' for field in _key(self.model))
        rows = f'select {columns} from "{self.name}" where {self.where} order by {key}'
        return f"select row_to_json(r)::text from ({rows}) r"

    @property
    def count(self) -> str:
        """Return SQL for the number of rows."""
        return f'select count(*) from "{self.name}" where {self.where}'


def tables() -> list[Exported]:
    """Return every table of an export, by name."""
    return sorted(_tables(), key=lambda each: each.name)


def not_exported(model: type[models.Model]) -> dict[str, str]:
    """Return which columns of a model (`*` for all) are kept out of exports, and why; its versions are as it is."""
    return dict(getattr(getattr(model, "of", model), "not_exported", {}))


def _tables() -> Iterator[Exported]:
    for model in row_security.owned_models():
        if "*" not in not_exported(model):
            yield Exported(model, f"{row_security.owner_column(model)} = (select current_organization())")
    for label, where in BESIDE.items():
        yield Exported(apps.get_model(label), where)


def _column(field: Any) -> str:
    if isinstance(field, models.BinaryField):
        return f"""encode("{field.column}", 'hex') as "{field.column}\""""
    return f'"{field.column}"'


def _key(model: type[models.Model]) -> list[Any]:
    key = model._meta.pk
    return [model._meta.get_field(name) for name in key.field_names] if hasattr(key, "field_names") else [key]

"""Row security for every table that belongs to an organisation, derived from the models.

Run by the owner after each migration; it only adds what is missing, so no migration can forget it:
policies with FORCE, a restrictive one where rows belong to an ISMS scope, a unique (organization_id, id) per table,
and a second foreign key over both columns, because PostgreSQL's own key checks look past policies and would let one
organisation point at another's rows.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from annexa.lib.database import belonging

FUNCTIONS = """
create or replace function current_organization() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('annexa.organization', true), '')::uuid $$;
create or replace function current_person() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('annexa.person', true), '')::uuid $$;
create or replace function current_scope() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('annexa.membership_scope', true), '')::uuid $$;
"""


def owned_models() -> Iterator[type[models.Model]]:
    """Yield every model whose rows belong to an organisation."""
    for model in apps.get_models():
        if owner_column(model):
            yield model


def owner_column(model: type[models.Model]) -> str | None:
    """Return the column that holds the organisation, or None; the organisation itself is owned by its own id."""
    if model._meta.label in ("organizations.Organization", "organizations.OrganizationVersion"):
        return "id"
    columns = {field.column for field in model._meta.concrete_fields}
    return "organization_id" if "organization_id" in columns else None


def secure(owner: str, application: str) -> None:
    """Add the missing functions, policies and keys; needs the owner's connection."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        known = _names(cursor, "select tablename || '.' || policyname from pg_policies where schemaname = 'public'")
        known |= _names(
            cursor, "select conrelid::regclass || '.' || conname from pg_constraint where contype in ('u', 'f')"
        )
        forced = _names(cursor, "select relname from pg_class where relrowsecurity and relforcerowsecurity")
        for model in owned_models():
            table = model._meta.db_table
            if table not in forced:
                cursor.execute(f'alter table "{table}" enable row level security, force row level security')
            for name, sql in _wanted(model, owner, application):
                if f"{table}.{name}" not in known:
                    cursor.execute(sql)
        for model in owned_models():
            for name, sql in _keys(model):
                if f"{model._meta.db_table}.{name}" not in known:
                    cursor.execute(sql)


def scoped_column(model: type[models.Model]) -> str | None:
    """Return the column by which a table hides other scopes' rows from members who are limited to one, or None."""
    return None if getattr(model, "seen_across_scopes", False) else belonging.scope_column(model)


def _wanted(model: type[models.Model], owner: str, application: str) -> Iterator[tuple[str, str]]:
    table, column = model._meta.db_table, owner_column(model)
    yield "organization", f'create policy organization on "{table}" using ({column} = (select current_organization()))'
    yield "owner_all", f'create policy owner_all on "{table}" to "{owner}" using (true) with check (true)'
    if scope := scoped_column(model):
        yield (
            "membership_scope",
            f'create policy membership_scope on "{table}" as restrictive to "{application}" using'
            f" ((select current_scope()) is null or {scope} is null or {scope} = (select current_scope()))",
        )
    if own := getattr(model, "own_rows_policy", None):
        yield "own_rows", f'create policy own_rows on "{table}" for select using ({own})'
    if model._meta.pk.column == "id" != column:
        yield (
            f"{table}_owned",
            f'alter table "{table}" add constraint "{table}_owned" unique (organization_id, {model._meta.pk.column})',
        )


def _keys(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Yield a key over (organization_id, x_id) for each relation to another organisation-owned table."""
    table = model._meta.db_table
    for field in owned_relations(model):
        target = field.remote_field.model._meta
        name = f"{table}_{field.column}_own"[:63]
        yield (
            name,
            f'alter table "{table}" add constraint "{name}" foreign key (organization_id, {field.column})'
            f' references "{target.db_table}" (organization_id, {target.pk.column}) deferrable initially deferred',
        )


def owned_relations(model: type[models.Model]) -> list[Any]:
    """Return the foreign keys of a model that point at organisation-owned rows (other than the organisation)."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and getattr(field, "db_constraint", True)
        and owner_column(field.remote_field.model) == "organization_id"
    ]


def _names(cursor: Any, sql: str) -> set[str]:
    cursor.execute(sql)
    return {row[0] for row in cursor.fetchall()}

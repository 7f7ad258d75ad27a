"""History: every business row keeps its versions, written by triggers that nothing in Python can forget.

`TaskVersion = history.versions_of(Task)` makes the table beside the model, so that migrations keep both in step and a
register as of a date is an ordinary queryset. `install()` writes the triggers anew after each migration.
"""

from collections.abc import Iterator
from datetime import datetime
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.db import connection, models


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions, which can be asked for a moment."""

    def as_of(self, moment: datetime) -> Self:
        """Keep the versions that were in force at a moment."""
        in_force = models.Q(valid_to=None) | models.Q(valid_to__gt=moment)
        return self.filter(in_force, valid_from__lte=moment)


class Version(models.Model):
    """A row as it was from one moment to another: by whom and which command it began, and by which it ended."""

    kept_id = models.BigAutoField(primary_key=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    began_by = models.TextField(blank=True)
    began_with = models.TextField(blank=True)
    ended_by = models.TextField(blank=True)
    ended_with = models.TextField(blank=True)

    objects = VersionQuerySet.as_manager()
    of: ClassVar[type[models.Model]]

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The fields and facts of the model."""


BELONGING = ("scope_column", "scope_parent", "seen_across_scopes")  # a version belongs where its row did
VERSIONS: dict[type[models.Model], type[Version]] = {}


def versions_of(model: type[models.Model]) -> type[Version]:
    """Return the model of a model's versions: its fields and facts, but no keys, since a version outlives its row."""
    fields = {field.name: _copy(field) for field in model._meta.concrete_fields}
    name = f"{model.__name__}Version"
    body = {
        **dict(_facts(model)),
        **fields,
        "__module__": model.__module__,
        "__doc__": f"Versions of {model.__name__}.",
    }
    body |= {"of": model, "Meta": _meta(model)}
    made = cast(type[Version], type(name, (Version,), body))
    VERSIONS[model] = made
    return made


def versions(model: type[models.Model]) -> Any:
    """Return a model's versions, as a queryset whose fields differ from model to model."""
    return VERSIONS[model].objects.all()


def rows(model: type[models.Model], moment: datetime | None) -> Any:
    """Return a model's rows as they are, or as they were at a moment."""
    return versions(model).as_of(moment) if moment else model._default_manager.all()


def tell(actor: str, command: str, moment: datetime | None) -> None:
    """Say who changes rows in this transaction from here on, by which command, and in the demo when."""
    told = "set local annexa.actor = %s; set local annexa.command = %s; set local annexa.moment = %s"
    values = [actor, command, moment.isoformat() if moment else ""]
    with connection.cursor() as cursor:
        # SET takes no parameters of a prepared statement.
        cursor.execute(connection.ops.compose_sql(told, values))  # type: ignore[attr-defined]


def install(application: str) -> None:
    """Write the triggers and take every other way to write versions from the application; needs the owner."""
    with connection.cursor() as cursor:
        cursor.execute(MOMENT)
        cursor.execute("select tgrelid::regclass::text from pg_trigger where tgname = 'keep_updated'")
        kept = {name.strip('"') for (name,) in cursor.fetchall()}
        for model, versions in VERSIONS.items():
            table, keeps = model._meta.db_table, versions._meta.db_table
            columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
            same = "v.organization_id = o.organization_id and v.id = o.id" if _is_owned(model) else "v.id = o.id"
            fresh = ", ".join(f"n.{column}" for column in columns.split(", "))
            cursor.execute(TRIGGERS.format(table=table, versions=keeps, columns=columns, fresh=fresh, same=same))
            if table not in kept:
                cursor.execute(BEGIN.format(table=table, versions=keeps, columns=columns))
            cursor.execute(
                f'revoke all on "{keeps}" from "{application}"; grant select on "{keeps}" to "{application}"'
            )


def _copy(field: Any) -> Any:
    """Return a field that holds what was there and checks nothing; columns added later are empty in old versions."""
    if isinstance(field, models.ForeignKey):
        target = field.model if field.remote_field.model == "self" else field.remote_field.model
        return models.ForeignKey(
            target, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
        )
    copied = field.clone()
    copied.primary_key = copied._unique = copied.db_index = False
    copied.null = not field.primary_key
    return copied


def _facts(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    """Yield what the model says about one row, so that a page shows a version as it shows the row."""
    for name, value in vars(model).items():
        mine = getattr(value, "__module__", None) == model.__module__
        is_method = isinstance(value, FunctionType) and mine and (name == "__str__" or not name.startswith("_"))
        is_choice = isinstance(value, type) and mine and issubclass(value, models.Choices)
        is_plain = isinstance(value, str | bool) and (name.isupper() or name in BELONGING)
        is_fact = isinstance(value, property) or is_method or is_choice or is_plain
        if is_fact and name != "pk":
            yield name, value


def _meta(model: type[models.Model]) -> type:
    first = ["organization"] if _is_owned(model) else []
    name = model._meta.model_name
    indexes = [
        models.Index(fields=[*first, "id", "valid_from"], name=f"{name}_row_history"[-30:]),
        models.Index(fields=[*first, "valid_from"], name=f"{name}_as_of"[-30:]),
        models.Index(fields=[*first, "id"], condition=models.Q(valid_to=None), name=f"{name}_in_force"[-30:]),
    ]
    values = {"db_table": f"{model._meta.db_table}_version", "ordering": model._meta.ordering, "indexes": indexes}
    return type("Meta", (), values)


def _is_owned(model: type[models.Model]) -> bool:
    return any(field.column == "organization_id" for field in model._meta.concrete_fields)


MOMENT = """
-- Only the owner login, which builds the demo, may tell the time.
create or replace function history_moment() returns timestamptz language sql stable as $$
  select case when session_user = current_user
    then coalesce(nullif(current_setting('annexa.moment', true), '')::timestamptz, clock_timestamp())
    else clock_timestamp() end
$$;
create or replace function history_actor() returns text language sql stable as $$
  select coalesce(nullif(current_setting('annexa.actor', true), ''), 'operator')
$$;
create or replace function history_command() returns text language sql stable as $$
  select coalesce(current_setting('annexa.command', true), '')
$$;
"""

TRIGGERS = """
create or replace function "keep_{table}"() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  stamp timestamptz := history_moment();
begin
  if tg_op = 'INSERT' then
    insert into "{versions}" ({columns}, valid_from, began_by, began_with, ended_by, ended_with)
      select {columns}, stamp, history_actor(), history_command(), '', '' from new_rows;
  elsif tg_op = 'UPDATE' then
    update "{versions}" v set valid_to = stamp, ended_by = history_actor(), ended_with = history_command()
      from old_rows o join new_rows n on n.id = o.id
      where {same} and v.valid_to is null and n is distinct from o;
    insert into "{versions}" ({columns}, valid_from, began_by, began_with, ended_by, ended_with)
      select {fresh}, stamp, history_actor(), history_command(), '', ''
      from new_rows n join old_rows o on o.id = n.id where n is distinct from o;
  else
    update "{versions}" v set valid_to = stamp, ended_by = history_actor(), ended_with = history_command()
      from old_rows o where {same} and v.valid_to is null;
  end if;
  return null;
end $$;
create or replace trigger keep_inserted after insert on "{table}"
  referencing new table as new_rows for each statement execute function "keep_{table}"();
create or replace trigger keep_updated after update on "{table}"
  referencing old table as old_rows new table as new_rows for each statement execute function "keep_{table}"();
create or replace trigger keep_deleted after delete on "{table}"
  referencing old table as old_rows for each statement execute function "keep_{table}"();
"""

# Rows that were there before history began are kept as of now.
BEGIN = """
insert into "{versions}" ({columns}, valid_from, began_by, began_with, ended_by, ended_with)
  select {columns}, history_moment(), '', 'history.begin', '', '' from "{table}"
"""

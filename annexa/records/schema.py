"""What a disposal needs in the database beyond its tables: the one way to destroy rows with their past."""

from django.db import connection

from annexa.lib.database import history, row_security

NEVER = ("activity", "api", "jobs", "organizations", "records")  # parts whose rows a disposal does not reach
ALSO = ("organizations_invitation",)

DESTROY = """
-- Destroy one record of an approved disposal with all that belongs to it: rows, their versions, and what the trail
-- said of them. Runs as the owner, since the application may write neither versions nor the trail.
create or replace function records_destroy(org uuid, item uuid, digest_of text, tables text[], kinds text[], ids uuid[])
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  stone records_tombstone;
  allowed constant text[] := {allowed};
  gone bigint;
begin
  if org is distinct from nullif(current_setting('annexa.organization', true), '')::uuid then
    raise exception 'the records of another organisation are out of reach' using errcode = 'insufficient_privilege';
  end if;
  select t.* into stone from records_tombstone t join records_disposal d on d.id = t.disposal_id
    where t.id = item and t.organization_id = org and d.organization_id = org and d.state = 'approved'
      and t.destroyed_at is null for update of t;
  if not found or not (stone.subject_id = any (ids)) then
    raise exception 'nobody approved that this record be destroyed' using errcode = 'insufficient_privilege';
  end if;
  for i in 1 .. array_length(tables, 1) loop
    if not (tables[i] = any (allowed)) then
      raise exception 'rows of % are not disposed of', tables[i] using errcode = 'insufficient_privilege';
    end if;
    execute format('delete from %I where organization_id = $1 and id = $2', tables[i]) using org, ids[i];
    get diagnostics gone = row_count;
    if gone <> 1 then
      raise exception '% % is not there', tables[i], ids[i] using errcode = 'no_data_found';
    end if;
    if to_regclass(tables[i] || '_version') is not null then
      execute format('delete from %I where organization_id = $1 and id = $2', tables[i] || '_version')
        using org, ids[i];
    end if;
    update activity_trailentry set body = '', salt = ''
      where organization_id = org and subject_type = kinds[i] and subject_id = ids[i]::text and seal <> '';
  end loop;
  update records_tombstone set name = '', digest = digest_of, rows = array_length(tables, 1),
    destroyed_at = history_moment() where id = item;
end $$;

create or replace function keep_tombstone() returns trigger language plpgsql as $$
begin
  if old.destroyed_at is not null or (new.destroyed_at is not null and current_user = session_user) then
    raise exception 'a tombstone never changes' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create or replace trigger keep_tombstone before update on records_tombstone
  for each row execute function keep_tombstone();
"""


def install(application: str) -> None:
    """Create the function that destroys and keep tombstones from the application; needs the owner."""
    versions = {model._meta.db_table for model in history.VERSIONS.values()}
    tables = sorted(
        model._meta.db_table
        for model in row_security.owned_models()
        if (model._meta.app_label not in NEVER or model._meta.db_table in ALSO)
        and model._meta.db_table not in versions
        and any(field.column == "id" for field in model._meta.concrete_fields)
    )
    listed = "array[" + ", ".join(f"'{table}'" for table in tables) + "]"
    with connection.cursor() as cursor:
        cursor.execute(DESTROY.replace("{allowed}", listed))
        cursor.execute(f'revoke delete, truncate on records_tombstone, records_disposal from "{application}"')

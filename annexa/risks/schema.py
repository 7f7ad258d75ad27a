"""What readings and approved methods need in the database beyond their tables."""

from django.db import connection

GUARDS = """
create or replace function keep_reading() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_user <> session_user then
    return old;  -- with its risk, by an approved disposal (records_destroy), which runs as the owner
  end if;
  raise exception 'a reading is never changed or removed' using errcode = 'restrict_violation';
end $$;
create or replace function keep_method() returns trigger language plpgsql as $$
begin
  if old.approved_at is not null then
    raise exception 'an approved method never changes' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create or replace trigger keep_reading before update or delete on risks_reading
  for each row execute function keep_reading();
create or replace trigger keep_method before update or delete on risks_method
  for each row execute function keep_method();
"""


def install() -> None:
    """Create the triggers that keep readings and approved methods as they are; needs the owner."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)

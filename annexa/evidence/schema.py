"""What editions need in the database beyond their table."""

from django.db import connection

GUARDS = """
create or replace function keep_edition() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_user <> session_user then
    return old;  -- with its evidence, by an approved disposal (records_destroy), which runs as the owner
  end if;
  raise exception 'an edition of evidence is never changed or removed' using errcode = 'restrict_violation';
end $$;
create or replace trigger keep_edition before update or delete on evidence_edition
  for each row execute function keep_edition();
"""


def install() -> None:
    """Create the trigger that keeps editions as they are; needs the owner."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)

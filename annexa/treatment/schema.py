"""What approved statements and signatures need in the database beyond their tables."""

from django.db import connection

GUARDS = """
create or replace function keep_approved_statement() returns trigger language plpgsql as $$
begin
  if old.state = 'approved' then
    raise exception 'an approved Statement of Applicability never changes' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create or replace function keep_approved_rows() returns trigger language plpgsql as $$
begin
  -- old is null on insert, new on delete; a row may neither leave an approved statement nor move into one
  if exists (
    select from treatment_statement s where s.id in (old.statement_id, new.statement_id) and s.state = 'approved'
  ) then
    raise exception 'an approved Statement of Applicability never changes' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create or replace function keep_signature() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_user <> session_user then
    return old;  -- with its risk, by an approved disposal (records_destroy), which runs as the owner
  end if;
  if tg_op = 'DELETE' or old.ended_at is not null
      or to_jsonb(new) - '{ended_at,ended_because}'::text[] is distinct from
         to_jsonb(old) - '{ended_at,ended_because}'::text[] then
    raise exception 'a signature ends once, and never changes' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create or replace trigger keep_signature before update or delete on treatment_acceptance
  for each row execute function keep_signature();
create or replace trigger keep_approved before update or delete on treatment_statement
  for each row execute function keep_approved_statement();
create or replace trigger keep_approved before insert or update or delete on treatment_statementrow
  for each row execute function keep_approved_rows();
"""


def install() -> None:
    """Create the triggers that keep approved statements and signatures as they are; needs the owner."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)

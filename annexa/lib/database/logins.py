"""The two logins of a database and what each may do."""

import psycopg
from psycopg import sql


def prepare_embedded(admin_url: str, database: str, owner: str, application: str) -> None:
    """Make the logins and the database on a server of our own; safe to repeat."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        roles = {row[0] for row in connection.execute("select rolname from pg_roles")}
        for role in (owner, application):
            if role not in roles:
                rights = "createdb" if role == owner else "nocreatedb"
                connection.execute(sql.SQL("create role {} login " + rights).format(sql.Identifier(role)))
        found = connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
        if not found:
            connection.execute(
                sql.SQL("create database {} owner {}").format(sql.Identifier(database), sql.Identifier(owner))
            )


FAULTS = """
select r.rolsuper, r.rolbypassrls, r.rolcreaterole, pg_has_role(r.rolname, %(owner)s, 'member'),
  (select count(*) from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm')),
  (select rolsuper from pg_roles where rolname = %(owner)s)
from pg_roles r where r.rolname = %(application)s
"""


def faults(connection: psycopg.Connection, owner: str, application: str) -> list[str]:
    """Return a sentence for each right that would let the application past row security."""
    row = connection.execute(FAULTS, {"owner": owner, "application": application}).fetchone()
    if row is None:
        return [f"The server knows no login {application}."]
    superuser, bypasses, makes_roles, is_owner, tables, powerful = row
    said = {
        f"The application login {application} is a superuser, whom row security does not bind.": superuser,
        f"The application login {application} has BYPASSRLS, so row security does not bind it.": bypasses,
        f"The application login {application} may make logins (CREATEROLE).": makes_roles,
        f"The application login {application} is a member of {owner}, so it could become the owner.": is_owner,
        f"The application login {application} owns {tables} tables; it must own none.": tables,
        f"The owner login {owner} is a superuser; its functions would run as one.": powerful,
    }
    return [sentence for sentence, holds in said.items() if holds]


def grant(connection: psycopg.Connection, owner: str, application: str) -> None:
    """Give the application login its rights on the tables of the owner, present and to come."""
    names = {"owner": sql.Identifier(owner), "app": sql.Identifier(application)}
    for statement in (
        "grant usage on schema public to {app}",
        "grant select, insert, update, delete on all tables in schema public to {app}",
        "grant usage, select on all sequences in schema public to {app}",
        "alter default privileges for role {owner} in schema public"
        " grant select, insert, update, delete on tables to {app}",
        "alter default privileges for role {owner} in schema public grant usage, select on sequences to {app}",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def revoke_set_config(admin_url: str, owner: str) -> None:
    """Take set_config() from everyone but the owner, so that a query cannot change its own organisation."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("revoke execute on function pg_catalog.set_config(text, text, boolean) from public")
        connection.execute(
            sql.SQL("grant execute on function pg_catalog.set_config(text, text, boolean) to {}").format(
                sql.Identifier(owner)
            )
        )

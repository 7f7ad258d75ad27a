"""Tokens for programs, from the operator's command line."""

import json

import typer
from rich.table import Table

from annexa.cli.runtime import console, organization, stop, verb
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import ApiToken, Membership
from annexa.organizations.services import tokens

application = typer.Typer(no_args_is_help=True, help="Tokens with which programs use the REST interface.")
ORGANIZATION = typer.Option(..., "--organization", help="Slug of the organisation, as in its address.")
AS_JSON = typer.Option(False, "--json", help="Print the result as JSON.")


@application.command()
@verb
def create(
    user: str = typer.Option(..., "--user", help="E-mail address of the member the program acts for."),
    slug: str = ORGANIZATION,
    name: str = typer.Option(..., "--name", help="Which program will use it."),
    scope: list[str] = typer.Option(..., "--scope", help="A permission such as soa:read; several times for several."),
    days: int = typer.Option(tokens.USUAL_DAYS, "--days", min=1, max=tokens.MOST_DAYS, help="How long it works."),
    as_json: bool = AS_JSON,
) -> None:
    """Make a token and print it; it is shown this once."""
    with organization(slug) as actor:
        member = _member(actor, user)
        made, text = tokens.create_token(actor=actor, name=name, permissions=scope, days=days, membership=member)
    if as_json:
        console.print_json(json.dumps({"id": str(made.pk), "token": text, "expires": made.expires_at.isoformat()}))
    else:
        console.print(text, soft_wrap=True, highlight=False)


@application.command(name="list")
@verb
def list_tokens(slug: str = ORGANIZATION, as_json: bool = AS_JSON) -> None:
    """List an organisation's tokens, newest first."""
    with organization(slug) as actor:
        rows = [_row(each) for each in organizations.tokens(actor)]
    if as_json:
        console.print_json(json.dumps(rows))
        return
    table = Table("Id", "Name", "Member", "May", "Expires", "Last used", "State")
    for row in rows:
        table.add_row(*(", ".join(value) if isinstance(value, list) else str(value) for value in row.values()))
    console.print(table)


@application.command()
@verb
def revoke(
    token: str = typer.Argument(..., help="Id of the token, as `annexa token list` prints it."),
    slug: str = ORGANIZATION,
) -> None:
    """Make a token worthless at once."""
    with organization(slug) as actor:
        found = next((each for each in organizations.tokens(actor) if str(each.pk) == token), None)
        if found is None:
            stop(f"There is no token {token} here.")
        tokens.revoke_token(actor=actor, token=found)
    console.print(f"{found} is revoked.")


def _member(actor: Actor, email: str) -> Membership:
    found = organizations.members(actor).filter(person__email__iexact=email).first()
    if found is None:
        stop(f"Nobody with the address {email} is a member.")
    return found


def _row(token: ApiToken) -> dict[str, object]:
    state = "live" if token.is_live else "revoked" if token.revoked_at else "expired"
    used = token.last_used_at.isoformat(timespec="minutes") if token.last_used_at else ""
    return {
        "id": str(token.pk),
        "name": token.name,
        "member": str(token.membership),
        "permissions": token.permissions,
        "expires": token.expires_at.date().isoformat(),
        "last_used": used,
        "state": state,
    }

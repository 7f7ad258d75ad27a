"""Single sign-on from the operator's command line."""

import typer

from annexa.cli.runtime import console, organization, verb
from annexa.organizations import queries
from annexa.organizations.services import single_sign_on

application = typer.Typer(no_args_is_help=True, help="Single sign-on by an organisation's own provider.")


@application.command()
@verb
def domains(
    claims: list[str] = typer.Option(None, "--claim", help="A domain such as example.com; several times for several."),
    slug: str = typer.Option(..., "--organization", help="Slug of the organisation, as in its address."),
) -> None:
    """Claim the domains whose addresses the provider signs in, in place of those before; without --claim, list them."""
    with organization(slug) as actor:
        if claims:
            single_sign_on.claim_domains(actor=actor, domains=claims)
        for domain in queries.sign_in_domains(actor):
            console.print(domain, highlight=False)

"""A way back in when no owner can come in any more."""

import typer
from django.conf import settings
from django.urls import reverse

from annexa.cli.runtime import console, organization, verb
from annexa.organizations import services as organizations

application = typer.Typer(no_args_is_help=True, help="Owners of an organisation.")


@application.callback()
def group() -> None:
    """Owners of an organisation."""


@application.command()
@verb
def restore(
    email: str = typer.Option(..., "--email", help="Of the person; somebody new is created."),
    slug: str = typer.Option(..., "--organization", help="Slug of the organisation, as in its address."),
) -> None:
    """Make somebody an active owner again, and print a link that signs them in once; it is in the trail."""
    with organization(slug) as actor:
        membership = organizations.restore_owner(actor=actor, email=email)
        token = organizations.create_link(membership.person)
    console.print(settings.BASE_URL + reverse("sign-in-link", args=[token]), soft_wrap=True)

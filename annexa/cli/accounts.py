"""Make administrators from the command line."""

import typer
from django.conf import settings
from django.urls import reverse

from annexa.cli.runtime import console, verb
from annexa.organizations import services as organizations
from annexa.organizations.models import Person


@verb
def createadmin(
    email: str = typer.Option("", help="Of a person who exists: print a link that signs them in."),
) -> None:
    """Print a one-time link that creates an administrator, or signs an existing one in."""
    person = Person.objects.filter(email__iexact=email).first() if email else None
    if email and person is None:
        person = organizations.create_person(name=email, email=email, is_administrator=True)
    token = organizations.create_link(person)
    page = "sign-in-link" if person else "welcome"
    console.print(settings.BASE_URL + reverse(page, args=[token]), soft_wrap=True)

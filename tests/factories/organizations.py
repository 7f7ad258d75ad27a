"""Make organisations and people by the product's own commands."""

import itertools

from annexa.lib.database import scope
from annexa.organizations import access, services
from annexa.organizations.models import Membership, Person
from annexa.organizations.roles import Role
from annexa.organizations.services import tokens

_numbers = itertools.count(1)
PASSWORD = "correct horse battery staple"


def person(name="Mara Lindqvist", *, administrator=False, password=None):
    email = f"{name.split()[0].lower()}{next(_numbers)}@example.com"
    return services.create_person(name=name, email=email, password=password, is_administrator=administrator)


def organization(name="Acme", *, owner=None, slug=""):
    owner = owner or person("Olga Owner", administrator=True)
    slug = slug or f"{name.lower()}-{next(_numbers)}"
    return services.create_organization(person=owner, name=name, slug=slug)


def inside(actor):
    """Enter the actor's organisation, as the middleware does for a request."""
    return scope.within(actor.organization_id, actor.person_id, actor.scope_id)


def member(actor, role=Role.CONTRIBUTOR, name="Jonas Weber", **terms):
    """Add a member directly and return them as an actor; call it inside the organisation."""
    joined = Membership.objects.create(organization=actor.organization, person=person(name), role=role, **terms)
    return access.member(joined)


def token(actor, *permissions):
    """Make a token with the permissions given, or all that a program may have, and return its text."""
    wanted = permissions or sorted(actor.permissions - tokens.NEVER)
    with inside(actor):
        return tokens.create_token(actor=actor, name="Program", permissions=wanted)[1]


def signed_in(client, actor):
    """Sign an actor's person in to a test client."""
    client.force_login(Person.objects.get(pk=actor.person_id))
    return client


def url(actor, path=""):
    return f"/o/{actor.organization.slug}/{path}"

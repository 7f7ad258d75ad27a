"""One-time sign-in links of the sample people."""

from django.conf import settings
from django.urls import reverse

from annexa.cli.demo import story
from annexa.organizations import services
from annexa.organizations.models import Person
from annexa.organizations.roles import NAMES, Role


def lines() -> list[str]:
    """Return a fresh line per sample person: `Sign in as NAME (ROLE): LINK`."""
    found = []
    for key, facts in story.data()["people"].items():
        if facts.get("linked"):
            person = Person.objects.get(email=f"{key}@{story.DOMAIN}")
            link = settings.BASE_URL + reverse("sign-in-link", args=[services.create_link(person)])
            found.append(f"Sign in as {facts['name']} ({NAMES[Role(facts['role'])]}): {link}")
    return found

"""Fill scratch organisations: `python -m bench.seed 100 10000` prints a sign-in link for each."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from annexa.catalog import services as catalog  # noqa: E402
from annexa.catalog.models import Requirement  # noqa: E402
from annexa.isms import services as isms  # noqa: E402
from annexa.lib.database import embedded, scope  # noqa: E402
from annexa.lib.text import natural_key  # noqa: E402
from annexa.organizations import services  # noqa: E402
from bench import register  # noqa: E402

THEMES = ("organizational", "people", "physical", "technological")


def seed(count: int) -> str:
    """Make an organisation with as many own controls and return a link that signs its owner in."""
    person = services.create_person(name=f"Bench {count}", email=f"bench{count}@example.com", is_administrator=True)
    actor = isms.found_organization(person=person, name=f"Bench {count}", slug=f"bench-{count}")
    with scope.within(actor.organization_id, person.pk):
        framework = catalog.create_control(actor=actor, ref="BC-0", title="The first").framework
        Requirement.objects.bulk_create(
            (
                Requirement(
                    organization=actor.organization, framework=framework, ref=f"BC-{n}",
                    sort_key=natural_key(f"BC-{n}"),
                    title=f"Own control {n} on {THEMES[n % 4]} matters", kind="control", theme=THEMES[n % 4],
                    summary="What it asks, in a sentence.",
                )
                for n in range(1, count)
            ),
            batch_size=1000,
        )  # fmt: skip
        register.fill(actor, count)
    return settings.BASE_URL + reverse("sign-in-link", args=[services.create_link(person)])


if __name__ == "__main__":
    with embedded.borrow(settings.ENVIRONMENT.home):
        for argument in sys.argv[1:]:
            print(argument, seed(int(argument)))

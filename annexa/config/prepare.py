"""What `annexa serve` does before it serves: schema, static files, catalog check, first link."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from annexa.cli.demo import links  # noqa: E402
from annexa.cli.demo import story as demo  # noqa: E402
from annexa.config import database, statics  # noqa: E402
from annexa.config.environment import BadSetting  # noqa: E402
from annexa.config.upgrade import UpgradeFailed  # noqa: E402
from annexa.lib.database.embedded import Embedded  # noqa: E402
from annexa.organizations import services as organizations  # noqa: E402
from annexa.organizations.models import Person  # noqa: E402


def main(with_demo: bool) -> int:
    """Prepare the installation; standard output is what the operator reads once the pages answer."""
    try:
        prepare()
    except (BadSetting, UpgradeFailed) as error:
        print(error, file=sys.stderr)
        return 2
    if with_demo:
        demo.build()
        print("\n".join(links.lines()))
    elif not Person.objects.filter(is_administrator=True).exists():
        link = settings.BASE_URL + reverse("welcome", args=[organizations.create_link()])
        print(f"Create the first administrator (this link works once): {link}")
    return 0


def prepare() -> None:
    """Bring database and static files to this version."""
    if settings.ENVIRONMENT.embedded:
        database.prepare(Embedded(settings.ENVIRONMENT.home))
    else:
        database.check_address(settings.ENVIRONMENT.database_owner_url)
        database.check_address(settings.ENVIRONMENT.database_url)
    database.migrate()
    statics.collect()


if __name__ == "__main__":
    sys.exit(main(with_demo="--demo" in sys.argv))

"""The `annexa` program."""

import importlib
import os
import sys

import django

from annexa.config import environment, supervisor
from annexa.lib.database.embedded import DatabaseDown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")


def main() -> None:
    """Check the settings, then run the command that was asked for."""
    try:
        environment.read()
        if sys.argv[1:2] == ["serve"]:
            sys.exit(supervisor.main(sys.argv[2:]))
        django.setup()
        importlib.import_module("annexa.config.commands").application()
    except (environment.BadSetting, DatabaseDown) as error:
        print(error, file=sys.stderr)
        sys.exit(2)

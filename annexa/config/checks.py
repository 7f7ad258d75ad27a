"""Checks that need Django but no database: `python -m annexa.config.checks`."""

import atexit
import os
import shutil
import sys
import tempfile

os.environ["ANNEXA_HOME"] = tempfile.mkdtemp(prefix="annexa-checks-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

import django
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def main() -> int:
    """Run Django's system checks and see that every model has its migration."""
    atexit.register(shutil.rmtree, os.environ["ANNEXA_HOME"])
    django.setup()
    call_command("check", fail_level="WARNING")
    state = MigrationLoader(None, ignore_no_migrations=True).project_state()
    changes = MigrationAutodetector(state, ProjectState.from_apps(apps)).changes(graph=MigrationLoader(None).graph)
    mine = {label for label in changes if label in {config.label for config in apps.get_app_configs()}}
    if mine:
        print(f"Models without a migration: {', '.join(sorted(mine))}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Collect static files into the home folder when they changed."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> None:
    """Hash and compress the static files; skipped when none is newer than the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    files = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    if not files:
        raise FileNotFoundError("There are no static files; run `make setup` first.")
    now = f"{len(files)} {max(file.stat().st_mtime_ns for file in files)}"
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(now)

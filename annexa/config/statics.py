"""Collect static files into the home folder when they changed."""

from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> None:
    """Hash and compress the static files; skipped when they are those of the last time.

    Version and size count beside the time: files of a package may carry one and the same time in every version.
    """
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    files = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    if not files:
        raise FileNotFoundError("There are no static files; run `make setup` first.")
    facts = [file.stat() for file in files]
    newest, size = max(fact.st_mtime_ns for fact in facts), sum(fact.st_size for fact in facts)
    now = f"{metadata.version('annexa')} {len(files)} {size} {newest}"
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(now)

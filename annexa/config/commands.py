"""Commands about the processes themselves; the others are in annexa/cli."""

import sys
from pathlib import Path

import typer
from django.conf import settings

from annexa.cli import jobs
from annexa.cli.main import application
from annexa.cli.runtime import UNUSABLE, console, stop, verb
from annexa.config import backup as backups
from annexa.config import database, passphrase, supervisor, worker
from annexa.config import restore as restoring
from annexa.config.doctor.command import doctor
from annexa.config.upgrade import UpgradeFailed
from annexa.lib.bundle import Damaged
from annexa.lib.database import embedded
from annexa.lib.database.dump import DumpFailed
from annexa.lib.errors import UserError
from annexa.lib.sealed import Unreadable

__all__ = ["application"]
application.add_typer(jobs.application, name="jobs")


@application.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(context: typer.Context) -> None:
    """Serve the pages and run the jobs; --demo adds the sample organisation."""
    sys.exit(supervisor.main(context.args))


@application.command(name="worker")
def work(concurrency: int = typer.Option(4, min=1, max=64, help="Jobs at the same time.")) -> None:
    """Run jobs only; any number of workers may share a database."""
    if not settings.ENVIRONMENT.embedded:
        worker.main(concurrency)
        return
    with embedded.borrow(settings.ENVIRONMENT.home):
        worker.main(concurrency)


@application.command()
def migrate() -> None:
    """Bring the database to this version."""
    try:
        if not settings.ENVIRONMENT.embedded:
            database.migrate(verbosity=1)
            return
        with embedded.borrow(settings.ENVIRONMENT.home) as server:
            database.prepare(server)
            database.migrate(verbosity=1)
    except UpgradeFailed as error:
        stop(str(error), UNUSABLE)


application.command()(doctor)

PASSPHRASE_FILE = typer.Option(None, "--passphrase-file", help="A file with the passphrase; else it is asked for.")


@application.command()
@verb
def backup(
    file: Path = typer.Argument(help="Where to write it: database, evidence and checkpoints."),
    keys: Path | None = typer.Option(None, "--keys", help="Write the keys here; keep them apart from the backup."),
    encrypt: bool = typer.Option(False, "--encrypt", help="Under a passphrase of at least 12 characters."),
    passphrase_file: Path | None = PASSPHRASE_FILE,
) -> None:
    """Write everything but the keys into one file, while Annexa runs."""
    secret = passphrase.ask(passphrase_file, is_new=True) if encrypt or passphrase_file else None
    try:
        made = backups.backup(file, passphrase=secret, keys=keys)
    except (DumpFailed, Damaged) as error:
        stop(f"{error} There is no backup.")
    for name in made.damaged:
        console.print(f"{name} does not match its own hash; it was damaged before.", soft_wrap=True)
    console.print(f"{file}: the database and {made.files} files, {made.bytes / 1e6:.1f} MB.", soft_wrap=True)
    if not keys:
        console.print(
            "The keys are not in it; keep them apart (--keys FILE): second factors and checkpoints need them."
        )


@application.command()
def restore(
    file: Path = typer.Argument(help="What `annexa backup` wrote."),
    keys: Path | None = typer.Option(None, "--keys", help="What `annexa backup --keys` wrote."),
    passphrase_file: Path | None = PASSPHRASE_FILE,
) -> None:
    """Check a backup, restore it into an empty place, and verify the trail."""
    try:
        done = restoring.restore(file, keys, lambda: passphrase.ask(passphrase_file, is_new=False))
    except UserError as error:
        stop(f"{error.sentence} Nothing was restored.")
    except OSError as error:
        stop(f"The restore stopped at {error.filename or file}: {error.strerror}. Mend it and repeat the command.")
    except UpgradeFailed as error:
        stop(f"The backup is restored as it was. {error}", UNUSABLE)
    except (DumpFailed, Damaged, Unreadable) as error:
        stop(f"{error} The database is still empty.")
    for name in done.damaged:
        console.print(f"{name} was damaged before it was backed up and stays away.", soft_wrap=True)
    console.print(f"Restored the backup of {done.header.made}, made by Annexa {done.header.annexa}.", soft_wrap=True)
    sys.exit(restoring.verify())

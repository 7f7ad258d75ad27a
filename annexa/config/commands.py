"""Commands about the processes themselves; the others are in annexa/cli."""

import sys

import typer
from django.conf import settings

from annexa.cli import jobs
from annexa.cli.main import application
from annexa.config import database, supervisor, worker
from annexa.lib.database import embedded

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
    if not settings.ENVIRONMENT.embedded:
        database.migrate(verbosity=1)
        return
    with embedded.borrow(settings.ENVIRONMENT.home) as server:
        database.prepare(server)
        database.migrate(verbosity=1)

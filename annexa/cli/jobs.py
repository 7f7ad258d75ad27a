"""The queue from the command line."""

import json
from dataclasses import asdict

import typer
from rich.table import Table

from annexa.cli.runtime import console, verb
from annexa.jobs import queries, services

application = typer.Typer(no_args_is_help=True, help="The queue: what waits, what failed and why.")


@application.command(name="list")
@verb
def list_jobs(
    state: str = typer.Option(queries.FAILED, "--state", help=f"One of {', '.join(queries.STATES)}."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """List the newest jobs in a state, and count the others."""
    found, depth = queries.jobs(state), queries.depth()
    if as_json:
        jobs = [asdict(each) for each in found]
        console.print_json(json.dumps({"states": depth.states, "workers": depth.workers, "jobs": jobs}, default=str))
        return
    table = Table("Job", "Task", "When", "Attempts", "Reason")
    for each in found:
        table.add_row(str(each.id), each.task, str(each.at or ""), str(each.attempts), each.reason)
    console.print(table)
    console.print(f"{depth.workers} workers alive; " + ", ".join(f"{n} {name}" for name, n in depth.states.items()))


@application.command()
@verb
def retry(job: int = typer.Argument(..., help="Number of a job that failed.")) -> None:
    """Run a failed job again."""
    services.retry_job(job)
    console.print(f"Job {job} is in the queue again.")


@application.command()
@verb
def cancel(job: int = typer.Argument(..., help="Number of a job that waits or runs.")) -> None:
    """Take a job out of the queue, or ask a running one to stop."""
    services.cancel_job(job)
    console.print(f"Job {job} is cancelled.")

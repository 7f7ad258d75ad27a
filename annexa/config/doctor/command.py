"""`annexa doctor`: look at everything an installation stands on, and say what to do."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import typer
from django.conf import settings
from django.db import DatabaseError
from rich.markup import escape
from rich.table import Table

from annexa.cli.runtime import FAILED, console
from annexa.config.doctor import database, machine
from annexa.config.doctor.finding import BAD, Finding
from annexa.lib.database import embedded

STYLES = {"good": "green", "note": "yellow", "bad": "bold red"}


def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print the findings as JSON."),
    mail: str = typer.Option("", "--mail", help="Send a test mail to this address; none is sent otherwise."),
) -> None:
    """Look at database, rights, keys, disk, mail and worker; exit code 1 when something is wrong."""
    found = list(findings(mail))
    if as_json:
        console.print_json(json.dumps([asdict(each) for each in found]))
    else:
        console.print(_table(found))
    if any(each.state == BAD for each in found):
        raise typer.Exit(FAILED)


def findings(mail: str) -> Iterator[Finding]:
    """Yield every finding; a database that does not answer is one."""
    yield from machine.findings(mail)
    try:
        if not settings.ENVIRONMENT.embedded:
            yield from database.findings()
            return
        with embedded.borrow(settings.ENVIRONMENT.home):
            yield from database.findings()
    except (DatabaseError, embedded.DatabaseDown, PermissionError) as error:
        yield Finding(
            "Database",
            BAD,
            _reason(str(error)),
            "See PostgreSQL's log, the settings DATABASE_…, or run `annexa migrate`.",
        )


def _reason(text: str) -> str:
    """Return the one line of PostgreSQL's many that says why."""
    lines = text.strip().splitlines() or ["It does not answer."]
    return next((line.split("FATAL:")[1].strip() for line in lines if "FATAL:" in line), lines[0])


def _table(found: list[Finding]) -> Table:
    table = Table("", "", "Finding", "What to do")
    for each in found:
        table.add_row(each.subject, f"[{STYLES[each.state]}]{each.state}[/]", escape(each.says), escape(each.remedy))
    return table

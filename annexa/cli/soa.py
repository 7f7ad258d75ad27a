"""The `annexa soa` verbs: look at, start, import and export a Statement of Applicability."""

from pathlib import Path
from typing import Annotated

import typer

from annexa.cli.runtime import console, organization, stop, verb
from annexa.lib import sheets
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.reports import soa
from annexa.reports.export import FORMATS, export
from annexa.treatment.queries import statement_sheet
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statement_import, statements

application = typer.Typer(no_args_is_help=True, help="The Statement of Applicability.")
Scope = Annotated[str, typer.Option(help="Short name of the ISMS scope; the first one without it.")]


@application.command(name="export")
@verb
def export_statement(
    organization_slug: Annotated[str, typer.Option("--organization", help="Short name of the organisation.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    format: Annotated[str, typer.Option(help=f"One of {', '.join(FORMATS)}.")] = "pdf",
    version: Annotated[int, typer.Option(help="Number of the version; the current one without it.")] = 0,
    scope: Scope = "",
) -> None:
    """Write a statement to a file."""
    with organization(organization_slug) as actor:
        statement = queries.statement_for(actor, organizations.scope_for(actor, scope), version or None)
        report = soa.statement_report(actor, statement)
        file = export(report, format, soa.report_name(actor, statement))
    try:
        out.write_bytes(file.content)
    except OSError as error:
        stop(f"{out} cannot be written: {error.strerror}.")
    console.print(f"{statement}: {len(file.content):,} bytes in {out}", soft_wrap=True)


@application.command()
@verb
def status(
    organization_slug: Annotated[str, typer.Option("--organization", help="Short name of the organisation.")],
    scope: Scope = "",
) -> None:
    """Say where the current statement stands and what stops its approval."""
    with organization(organization_slug) as actor:
        statement = queries.statement_for(actor, organizations.scope_for(actor, scope))
        lines = queries.lines(statement)
        found = [] if statement.is_approved else queries.contradictions(actor, statement)
        console.print(f"{statement}, {statement.get_state_display()}")
        for word, answer in (("apply", True), ("left out", False), ("undecided", None)):
            console.print(f"{sum(line.applicable is answer for line in lines):>4} {word}")
        for each in found:
            mark = "stops approval" if each.stops else "look again"
            console.print(f"{each.ref:<8} {mark}: {each.sentence}", soft_wrap=True, highlight=False)
        if statement.is_approved:
            console.print(f"SHA-256 {statement.content_hash}", soft_wrap=True)


@application.command()
@verb
def start(
    organization_slug: Annotated[str, typer.Option("--organization", help="Short name of the organisation.")],
    scope: Scope = "",
) -> None:
    """Start a draft: from the last version, or from the profile."""
    with organization(organization_slug) as actor:
        begun = statements.start_statement(actor=actor, scope=organizations.scope_for(actor, scope))
        console.print(str(begun))


@application.command(name="import")
@verb
def import_statement(
    file: Annotated[Path, typer.Argument(help="XLSX, ODS or CSV.")],
    organization_slug: Annotated[str, typer.Option("--organization", help="Short name of the organisation.")],
    scope: Scope = "",
) -> None:
    """Bring an existing statement into the draft, all of it or nothing; columns are found by their headings."""
    try:
        content = file.read_bytes()
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.")
    with organization(organization_slug) as actor:
        statement = queries.statement_for(actor, organizations.scope_for(actor, scope))
        sheet = statement_sheet.open_sheet(sheets.read(content, file.name))
        outcome = statement_sheet.read(actor, statement, sheet)
        for problem in outcome.problems:
            print(statement_sheet.sentence(problem))
        if outcome.stops:
            raise UserError("Nothing was imported; mend these cells first.")
        changed = statement_import.import_statement(actor=actor, statement=statement, outcome=outcome)
        console.print(f"{changed} of {len(outcome.changes)} controls changed; {outcome.carried} ask for a decision.")

"""Gap analysis from the command line."""

from pathlib import Path

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.cli.runtime import console, organization, verb
from annexa.lib import sheets
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.reports import export, gap_template
from annexa.reports import gap as reports
from annexa.treatment.models import GapAssessment
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap, gap_import

application = typer.Typer(no_args_is_help=True, help="Rate where an organisation stands against ISO/IEC 27001.")
ORGANIZATION = typer.Option(..., "--organization", help="Slug of the organisation, as in its address.")
SCOPE = typer.Option("", "--scope", help="Slug of the ISMS scope; the default one if left out.")
ASSESSMENT = typer.Option(0, "--assessment", help="Number of the assessment; the newest if left out.")
OUT = typer.Option(..., "--out", help="File to write.")


@application.command()
@verb
def report(
    slug: str = ORGANIZATION,
    format: str = typer.Option("pdf", "--format", help="pdf, docx, xlsx or csv."),
    out: Path = OUT,
    number: int = ASSESSMENT,
    scope: str = SCOPE,
) -> None:
    """Write the gap report."""
    with organization(slug) as actor:
        found = _assessment(actor, scope, number)
        _write(out, export.export(reports.report(actor, found), format, out.stem).content)


@application.command()
@verb
def template(out: Path = OUT) -> None:
    """Write the empty self-assessment workbook."""
    _write(out, gap_template.build(gap_template.empty_rows(), _("ISO/IEC 27001:2022 self-assessment")))


@application.command("import")
@verb
def import_file(
    file: Path = typer.Argument(..., help="A filled-in template, as XLSX, ODS or CSV."),
    slug: str = ORGANIZATION,
    number: int = ASSESSMENT,
    scope: str = SCOPE,
) -> None:
    """Bring a filled-in sheet in: all of it, or nothing."""
    content = _read(file)
    with organization(slug) as actor:
        found = _assessment(actor, scope, number)
        changed = gap_import.import_sheet(actor=actor, assessment=found, content=content, name=file.name)
    console.print(ngettext("%(count)s row changed.", "%(count)s rows changed.", changed) % {"count": changed})


@application.command()
@verb
def start(
    slug: str = ORGANIZATION,
    title: str = typer.Option("", "--title", help="Such as “Before stage 1”."),
    copy: bool = typer.Option(False, "--copy", help="Copy the newest assessment."),
    close: bool = typer.Option(False, "--close", help="Close the one that is open."),
    scope: str = SCOPE,
) -> None:
    """Open an assessment."""
    with organization(slug) as actor:
        last = queries.assessments(actor, organizations.scope_for(actor, scope)).first() if copy else None
        made = gap.start_assessment(
            actor=actor, scope=organizations.scope_for(actor, scope), title=title, copy_from=last, close_open=close
        )
    console.print(f"Assessment {made.number}, {made.title}, is open.")


def _assessment(actor: Actor, scope: str, number: int) -> GapAssessment:
    return queries.assessment_for(actor, organizations.scope_for(actor, scope), number or None)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as content:
            return content.read(sheets.MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.") from error


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.") from error
    console.print(f"{out}: {len(content):,} bytes")

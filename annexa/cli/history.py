"""The past from the command line: a register as it stood, and what changed between two dates."""

import json
from pathlib import Path

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from annexa.cli.runtime import console, organization, stop, verb
from annexa.lib import clock, moments
from annexa.organizations import queries as organizations
from annexa.reports.document import Column, Group, Report, Section
from annexa.reports.document import Table as ReportTable
from annexa.reports.export import FORMATS, export
from annexa.reports.history import changes as differences
from annexa.reports.history import registers
from annexa.reports.history.registers import Register

application = typer.Typer(no_args_is_help=True, help="Registers as they stood, and what changed.")
REGISTER = typer.Argument(..., help=f"One of {', '.join(registers.REGISTERS)}.")
ORGANIZATION = typer.Option(..., "--organization", help="Slug of the organisation, as in its address.")
SCOPE = typer.Option("", "--scope", help="Slug of the ISMS scope; the default one if left out.")
AS_JSON = typer.Option(False, "--json", help="Print the result as JSON.")
OUT = typer.Option(None, "--out", help=f"File to write; its ending says the format: {', '.join(FORMATS)}.")


@application.command()
@verb
def show(
    register: str = REGISTER,
    slug: str = ORGANIZATION,
    as_of: str = typer.Option("", "--as-of", help="2026-05-01 (its end) or 2026-05-01T14:05; now if left out."),
    scope: str = SCOPE,
    out: Path | None = OUT,
    as_json: bool = AS_JSON,
) -> None:
    """Print a register as it stood, or write it to a file."""
    with organization(slug) as actor:
        found = registers.register_for(actor, register)
        moment = moments.parse(as_of or clock.today().isoformat(), "as_of")
        rows = registers.rows(found, actor, organizations.scope_for(actor, scope), moment)
        lines = [[found.name(row), *(registers.said(row, field) for field in found.fields)] for row in rows]
        heads = [_("Row"), *map(str, found.fields.values())]
        title = f"{found.title} · {actor.organization.name} · {moment:%Y-%m-%d %H:%M}"
    _answer(title, heads, lines, out, as_json, ["name", *found.fields])


@application.command()
@verb
def changes(
    register: str = REGISTER,
    slug: str = ORGANIZATION,
    since: str = typer.Option(..., "--from", help="The first day, such as 2026-05-01."),
    until: str = typer.Option("", "--to", help="The last day; today if left out."),
    scope: str = SCOPE,
    out: Path | None = OUT,
    as_json: bool = AS_JSON,
) -> None:
    """Print what differs in a register between two days, or write it to a file."""
    with organization(slug) as actor:
        found, place = registers.register_for(actor, register), organizations.scope_for(actor, scope)
        first = moments.parse(since, "from", ends=False)
        last = moments.parse(until or clock.today().isoformat(), "to")
        lines = _changed(found, differences.between(found, actor, place, first, last))
    heads = [_("Row"), _("Change"), _("Field"), _("Before"), _("After"), _("When"), _("Command")]
    names = ["name", "change", "field", "before", "after", "at", "command"]
    _answer(f"{found.title} · {first:%Y-%m-%d} – {last:%Y-%m-%d}", heads, lines, out, as_json, names)


def _changed(register: Register, found: list[differences.Change]) -> list[list[str]]:
    return [
        [each.name, each.kind, field, before, after, each.at.isoformat(), each.with_command]
        for each in found
        for field, before, after in each.fields or [("", "", "")]
    ]


def _answer(
    title: str, heads: list[str], lines: list[list[str]], out: Path | None, as_json: bool, names: list[str]
) -> None:
    if as_json:
        console.print_json(json.dumps([dict(zip(names, line, strict=True)) for line in lines]))
    elif out:
        _write(title, heads, lines, out)
    else:
        table = Table(*heads, title=title)
        for line in lines:
            table.add_row(*line)
        console.print(table)


def _write(title: str, heads: list[str], lines: list[list[str]], out: Path) -> None:
    columns = [Column(head, 2, wrap=True) for head in heads]
    section = Section("", table=ReportTable(columns, [Group("", lines)], title))
    report = Report(title=title, sections=[section], landscape=True, words={"page": _("Page"), "of": _("of")})
    file = export(report, out.suffix.removeprefix("."), out.stem)
    try:
        out.write_bytes(file.content)
    except OSError as error:
        stop(f"{out} cannot be written: {error.strerror}.")
    console.print(f"{out}: {len(file.content):,} bytes", soft_wrap=True)

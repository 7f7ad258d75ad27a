"""Everything of an organisation, written to a file of the operator's."""

from pathlib import Path

import typer
from rich.progress import Progress

from annexa.cli.runtime import console, organization, stop, verb
from annexa.records.export import archive
from annexa.records.services import exports


@verb
def export(
    slug: str = typer.Option(..., "--organization", help="Slug of the organisation, as in its address."),
    out: Path = typer.Option(..., "--out", help="ZIP file to write; it must not be there yet."),
) -> None:
    """Write everything of an organisation to one ZIP file, with a schema and checksums; it is in the trail."""
    if out.exists():
        stop(f"{out} is there already; an export never writes over another file.")
    with organization(slug) as actor:
        whose = actor.organization
    with Progress(console=console, transient=True) as bar:
        line = bar.add_task(slug, total=None)
        try:
            made = archive.write(
                whose, out.absolute(), lambda done, total, name: bar.update(line, completed=done, total=total)
            )
        except OSError as error:
            stop(f"The export stopped at {error.filename or out}: {error.strerror}.")
    with organization(slug) as actor:
        exports.note_export(actor=actor, sha256=made.sha256, rows=made.rows)
    console.print(f"{out}: {made.rows:,} rows, {made.size:,} bytes, SHA-256 {made.sha256}", soft_wrap=True)
    for sha256 in made.missing:
        console.print(f"The attached file {sha256} is not on the disk.", soft_wrap=True, highlight=False)

"""Prove that nobody has changed the past."""

import json

import typer
from rich.table import Table

from annexa.activity import queries as activity
from annexa.cli.runtime import FAILED, console, directory, organization, verb
from annexa.organizations.models import Organization
from annexa.treatment.queries import integrity


@verb
def verify(
    slug: str = typer.Option("", "--organization", help="Only this organisation; all of them otherwise."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Recompute the trail of every organisation and the hash of every approved statement."""
    results = [_verify(each) for each in directory() if slug in ("", each.slug)]
    if slug and not results:
        with organization(slug):  # raises the sentence that names the organisations there are
            pass
    if as_json:
        console.print_json(json.dumps(results))
    else:
        console.print(_table(results))
        console.print("No checkpoint outside this database is kept yet: a chain rewritten as a whole would not show.")
    if any(result["problem"] for result in results):
        raise typer.Exit(FAILED)


def _verify(found: Organization) -> dict[str, object]:
    with organization(found.slug) as actor:
        verdict = activity.verify(found.pk)
        versions, broken = integrity.verify_statements(actor)
    problem = verdict.reason or (f"statement {broken[0]} does not match its hash" if broken else "")
    return {
        "organization": found.slug,
        "entries": verdict.entries,
        "versions": versions,
        "broken_at": verdict.broken_at,
        "problem": problem,
    }


def _table(results: list[dict[str, object]]) -> Table:
    table = Table("Organisation", "Trail entries", "Approved versions", "Result")
    for result in results:
        says = f"BROKEN: {result['problem']}" if result["problem"] else "unbroken"
        table.add_row(str(result["organization"]), str(result["entries"]), str(result["versions"]), says)
    return table

"""Prove that nobody has changed the past, and keep what proves it outside the database."""

import json
from pathlib import Path
from typing import Any

import typer
from django.conf import settings
from rich.table import Table

from annexa.activity import checkpoints
from annexa.activity import queries as activity
from annexa.activity import services as trail
from annexa.activity.checkpoints import Checkpoint
from annexa.cli.runtime import FAILED, console, directory, organization, stop, verb
from annexa.lib.errors import UserError
from annexa.organizations.models import Organization
from annexa.treatment.queries import integrity

NONE_KEPT = "no checkpoint outside this database covers it, so a chain rewritten as a whole would not show"


@verb
def verify(
    slug: str = typer.Option("", "--organization", help="Only this organisation; all of them otherwise."),
    folder: Path | None = typer.Option(
        None, "--checkpoints", help="Folder or file of checkpoints that somebody holds; this installation's otherwise."
    ),
    key: Path | None = typer.Option(
        None, "--key", help="Public key of the checkpoints; this installation's otherwise."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Recompute every trail, compare it with the checkpoints held outside, and check each approved statement's hash."""
    place = folder or settings.CHECKPOINTS
    results = [_verify(each, place, key) for each in directory() if slug in ("", each.slug)]
    if slug and not results:
        with organization(slug):  # raises the sentence that names the organisations there are
            pass
    if as_json:
        console.print_json(json.dumps(results))
    else:
        console.print(_table(results))
        for result in results:
            console.print(f"{result['organization']}: {_says(result)}.", soft_wrap=True, highlight=False)
    if any(result["problem"] for result in results):
        raise typer.Exit(FAILED)


@verb
def checkpoint(
    public_key: Path | None = typer.Option(None, "--public-key", help="Also write the public key here, for auditors."),
) -> None:
    """Sign the end of every trail now and keep it outside the database; a job does so every night."""
    made = trail.write_checkpoints()
    signing = checkpoints.private_key(settings.ENVIRONMENT.home)
    for each in made:
        console.print(each.line(), soft_wrap=True, highlight=False)
    console.print(f"{len(made)} new in {settings.CHECKPOINTS}, signed by key {_print_of(signing)}.", soft_wrap=True)
    if public_key:
        try:
            public_key.write_bytes(checkpoints.public_pem(signing))
        except OSError as error:
            stop(f"{public_key} cannot be written: {error.strerror}.")


def _print_of(signing: Any) -> str:
    return checkpoints.fingerprint(signing.public_key())


def _held(found: Organization, place: Path, key: Path | None) -> tuple[list[Checkpoint], str]:
    """Return an organisation's genuine checkpoints, and what is wrong with the first that is not."""
    path = place if place.is_file() else checkpoints.file_of(place, found.pk)
    held = [each for each in checkpoints.read(path) if each.organization == str(found.pk)]
    public = _public_key(key)
    for each in held:
        if not checkpoints.is_genuine(each, public):
            return [], f"the checkpoint of {each.at[:10]} (entry {each.seq}) is not signed by this key"
    return held, ""


def _public_key(key: Path | None) -> Any:
    if key is None:
        return checkpoints.private_key(settings.ENVIRONMENT.home).public_key()
    try:
        return checkpoints.read_public_key(key.read_bytes())
    except OSError as error:
        raise UserError(f"{key} cannot be read: {error.strerror}.") from error


def _verify(found: Organization, place: Path, key: Path | None) -> dict[str, Any]:
    held, forged = _held(found, place, key)
    with organization(found.slug) as actor:
        verdict = activity.verify(found.pk, held)
        versions, broken = integrity.verify_statements(actor)
    problem = verdict.reason or forged or (f"statement {broken[0]} does not match its hash" if broken else "")
    agreed = verdict.checkpoint
    return {
        "organization": found.slug,
        "entries": verdict.entries,
        "versions": versions,
        "broken_at": verdict.broken_at,
        "problem": problem,
        "checkpoint": {"seq": agreed.seq, "at": agreed.at, "held": str(place)} if agreed else None,
    }


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table("Organisation", "Trail entries", "Approved versions", "Result")
    for result in results:
        table.add_row(
            str(result["organization"]),
            str(result["entries"]),
            str(result["versions"]),
            "BROKEN" if result["problem"] else "unbroken",
        )
    return table


def _says(result: dict[str, Any]) -> str:
    if result["problem"]:
        return f"BROKEN: {result['problem']}"
    if not result["checkpoint"]:
        return f"unbroken; {NONE_KEPT}"
    kept = result["checkpoint"]
    return f"unbroken since checkpoint {kept['seq']} of {kept['at'][:10]}, held in {kept['held']}"

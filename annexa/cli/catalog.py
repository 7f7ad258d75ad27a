"""Check, import and list frameworks."""

from pathlib import Path

import typer
import yaml
from rich.table import Table

from annexa.catalog import format, library, queries, services
from annexa.catalog.errors import BadCatalogFile
from annexa.cli.runtime import UNUSABLE, console, organization, stop, verb
from annexa.organizations.access import Actor

application = typer.Typer(help="Frameworks: list, check a file, import it.", no_args_is_help=True)


@application.command(name="list")
@verb
def list_frameworks(slug: str = typer.Option(..., "--organization", help="Slug of the organisation.")) -> None:
    """List an organisation's frameworks."""
    table = Table("Id", "Title", "Edition", "Version", "Controls")
    with organization(slug) as actor:
        for framework in queries.frameworks(actor):
            count = framework.requirements.filter(kind="control", retired_at=None).count()
            table.add_row(framework.slug, framework.title, framework.edition, str(framework.version), str(count))
    console.print(table)


@application.command()
def check(file: Path = typer.Argument(..., help="A framework or crosswalk in YAML.")) -> None:
    """Check a file without importing it; every problem is named with file, line and field."""
    text = _read(file)
    try:
        if _kind(text) == "crosswalk":
            pairs = len(format.parse_crosswalk(text, file.name).pairs)
            console.print(f"{file.name} is a crosswalk with {pairs} pairs.")
        else:
            framework = format.parse_framework(text, file.name)
            assessable = sum(node.is_assessable for node in framework.nodes)
            console.print(f"{file.name} is a framework with {assessable} requirements and controls.")
    except BadCatalogFile as error:
        stop(error.sentence)


@application.command(name="import")
@verb
def import_file(
    file: Path = typer.Argument(..., help="A framework or crosswalk in YAML."),
    slug: str = typer.Option(..., "--organization", help="Slug of the organisation."),
) -> None:
    """Import a framework, its next version, or a crosswalk; all or nothing."""
    text = _read(file)
    with organization(slug) as actor:
        console.print(_import(actor, text, file.name))


@application.command()
@verb
def sync(slug: str = typer.Option(..., "--organization", help="Slug of the organisation.")) -> None:
    """Bring an organisation's built-in frameworks to this version's wording."""
    with organization(slug) as actor:
        for framework in queries.frameworks(actor).filter(slug__in=library.frameworks(), is_builtin=True):
            adopted = services.adopt_framework(actor=actor, framework_id=framework.slug)
            console.print(f"{adopted.title} is now version {adopted.version}.")


def _import(actor: Actor, text: str, name: str) -> str:
    if _kind(text) == "crosswalk":
        return f"{services.import_crosswalk(actor=actor, text=text, file=name)} pairs imported."
    framework = services.import_framework(actor=actor, text=text, file=name)
    return f"{framework.title} imported, version {framework.version}."


def _kind(text: str) -> str:
    """Tell a crosswalk from a framework by its first lines; the parser judges the rest."""
    try:
        head = yaml.safe_load("\n".join(line for line in text.splitlines()[:20] if line.startswith("format:")))
    except yaml.YAMLError:
        return "framework"
    return "crosswalk" if isinstance(head, dict) and "crosswalk" in str(head.get("format")) else "framework"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file} cannot be read: {error}.", UNUSABLE)

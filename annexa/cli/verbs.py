"""Verbs as declarations: what they ask of the REST interface, and how the answer is shown."""

import inspect
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import typer
from rich.table import Table

from annexa.cli import profiles
from annexa.cli.client import Client, Local, Remote, Request
from annexa.cli.runtime import UNUSABLE, console, database, organization, stop, told
from annexa.lib.errors import UserError

MOST = 200
Place = Literal["path", "query", "flag", "body", "file", "out"]
ROWS = {"rating_id": "gap/assessments/0/ratings", "row_id": "soa/statements/0/rows"}


@dataclass(frozen=True)
class Given:
    """One thing a person gives: where it goes, and how its text is read."""

    name: str
    help: str
    place: Place
    kind: str = "text"
    needed: bool = False
    alone: bool = False  # an argument instead of an option


@dataclass(frozen=True)
class Verb:
    """One verb: `annexa GROUP NAME` asks METHOD PATH; a list shows `columns`."""

    group: str
    name: str
    method: str
    path: str
    help: str
    given: Sequence[Given] = ()
    columns: Sequence[str] = ()

    @property
    def is_list(self) -> bool:
        return self.method == "GET" and bool(self.columns)


def argument(name: str, help: str, place: Place = "path", kind: str = "text") -> Given:
    return Given(name, help, place, kind, needed=True, alone=True)


def query(name: str, help: str, kind: str = "text") -> Given:
    return Given(name, help, "query", kind)


def flag(name: str, help: str) -> Given:
    return Given(name, help, "flag")


def body(name: str, help: str, kind: str = "text", needed: bool = False) -> Given:
    return Given(name, help, "body", kind, needed)


SCOPE = query("scope", "Slug of the ISMS scope; the default one if left out.")
ORGANIZATION = typer.Option("", "--organization", help="Slug of an organisation of this installation.")
PROFILE = typer.Option("", "--remote", help="Name of the server to ask, as given to `annexa login --profile`.")
AS_JSON = typer.Option(False, "--json", help="Print the answer as JSON.")
LIMIT = typer.Option(MOST, "--limit", min=1, help="Rows at most.")
SORT = typer.Option("", "--sort", help="Field to sort by; with a minus in front, descending.")


def command(verb: Verb) -> Callable[..., None]:
    """Return what Typer needs of a verb: a function with one parameter for each thing that can be given."""

    def run(**options: Any) -> None:
        with client(options.pop("organization"), options.pop("remote")) as asked:
            _run(verb, asked, options)

    parameters = [_parameter(each) for each in verb.given]
    common = {"organization": (str, ORGANIZATION), "remote": (str, PROFILE), "as_json": (bool, AS_JSON)}
    if verb.is_list:
        common |= {"limit": (int, LIMIT), "sort": (str, SORT)}
    parameters += [_named(name, kind, default) for name, (kind, default) in common.items()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__name__, run.__doc__ = verb.name.replace("-", "_"), verb.help
    return told(run)


@contextmanager
def client(slug: str, profile: str) -> Iterator[Client]:
    """Have somebody to ask: this installation for an organisation that is named, else the server signed in to."""
    if slug:
        with database(), organization(slug) as actor:
            yield Local(actor)
        return
    known = profiles.read()
    name = profile or profiles.USUAL
    if name not in known:
        stop("Name an organisation of this installation with --organization, or run `annexa login`.", UNUSABLE)
    yield Remote(known[name].url, known[name].token)


def _parameter(given: Given) -> inspect.Parameter:
    if given.place == "flag":
        return _named(given.name, bool, typer.Option(False, f"--{given.name.replace('_', '-')}", help=given.help))
    kind = Path if given.place in ("file", "out") else str
    if given.alone:
        return _named(given.name, kind, typer.Argument(..., help=given.help))
    missing = ... if given.needed else None
    return _named(given.name, kind, typer.Option(missing, f"--{given.name.replace('_', '-')}", help=given.help))


def _named(name: str, kind: type, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _run(verb: Verb, asked: Client, options: dict[str, Any]) -> None:
    as_json, out = options.pop("as_json"), options.pop("out", None)
    request = _request(verb, asked, options)
    if verb.is_list:
        show_rows(verb.columns, _all(asked, request, options["limit"]), as_json)
        return
    content = asked.ask(request)
    if out is not None:
        _write(out, content)
    else:
        show_one(json.loads(content) if content else {}, as_json)


def _request(verb: Verb, asked: Client, options: Mapping[str, Any]) -> Request:
    places: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "body": {}}
    file = None
    for given in verb.given:
        value = options.get(given.name)
        if given.place == "file":
            file = value
        elif value is not None and given.place in ("query", "flag", "path", "body"):
            places["query" if given.place == "flag" else given.place][given.name] = _read(asked, given, value, options)
    wanted = places["query"] | ({"sort": options["sort"]} if verb.is_list else {})
    path = verb.path.format(**{name: quote(str(value), safe="") for name, value in places["path"].items()})
    has_body = any(given.place == "body" for given in verb.given)
    return Request(verb.method, path, wanted, places["body"] if has_body else None, file)


def _read(asked: Client, given: Given, value: Any, options: Mapping[str, Any]) -> Any:
    """Read a text as what it stands for; empty, it empties a field."""
    if given.name in ROWS and given.place == "path":
        return _row(asked, ROWS[given.name], value, options.get("scope"))
    if given.kind == "list":
        return [each.strip() for each in value.split(",") if each.strip()]
    if given.kind == "text" or value in ("", True, False):
        return value if given.kind == "text" or value != "" else None
    if given.kind == "member":
        return _member(asked, value)
    return READERS[given.kind](value)


def _number(text: str) -> float:
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError as error:
        raise UserError(f"{text!r} is no number.") from error


def _rows(name: str) -> Any:
    """Return the changes that a JSON file holds."""
    try:
        return json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{name} cannot be read as JSON: {error}.") from error


def _yes(text: str) -> bool:
    if text.casefold() not in ("yes", "no"):
        raise UserError(f"Write yes or no, not {text!r}.")
    return text.casefold() == "yes"


def _secret(name: str) -> str:
    """Return the first line of a file: a command line is seen by others on the machine."""
    try:
        return Path(name).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, ValueError) as error:
        raise UserError(f"{name} cannot be read: {error}.") from error


READERS: dict[str, Callable[[str], Any]] = {
    "number": _number, "yes": _yes, "day": str, "rows": _rows, "secret": _secret,
}  # fmt: skip


def _member(asked: Client, text: str) -> str:
    """Return the id of a member whose id or e-mail address is given."""
    if "@" not in text:
        return text
    found = json.loads(asked.ask(Request("GET", "members/", {"q": text})))["items"]
    for each in found:
        if each["email"].casefold() == text.casefold():
            return str(each["id"])
    raise UserError(f"Nobody with the address {text} is a member.")


def _row(asked: Client, path: str, text: str, scope: str | None) -> str:
    """Return the id of a row of the newest assessment or statement by its id or that of its control, as A.5.1."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        found = _all(asked, Request("GET", path, {"q": text, "scope": scope}), MOST)
    for each in found:
        if each["ref"].casefold() == text.casefold():
            return str(each["id"])
    raise UserError(f"There is no {text} here.")


def _all(asked: Client, request: Request, limit: int) -> list[dict[str, Any]]:
    """Return the rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while len(rows) < limit:
        wanted = {**request.query, "limit": min(MOST, limit - len(rows)), "cursor": cursor}
        data = json.loads(asked.ask(Request("GET", request.path, wanted)))
        if isinstance(data, list):
            return data[:limit]
        rows += data["items"]
        cursor = data["next"]
        if not cursor:
            break
    return rows


def show_rows(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print rows as a table, or as they came."""
    if as_json:
        console.print_json(json.dumps(rows))
        return
    table = Table(*(name.replace("_", " ").capitalize() for name in columns))
    for row in rows:
        table.add_row(*(said(row.get(name)) for name in columns))
    console.print(table)


def show_one(row: Any, as_json: bool) -> None:
    """Print one thing, a line a field, or as it came."""
    if as_json:
        console.print_json(json.dumps(row))
    elif not row:
        console.print("Done.")
    else:
        for name, value in row.items():
            console.print(f"{name.replace('_', ' '):<16} {said(value)}", soft_wrap=True, highlight=False, markup=False)


def said(value: Any) -> str:
    """Return a value in words."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return str(value.get("name") or value.get("url") or value)
    if isinstance(value, list):
        return ", ".join(map(said, value)) or "–"
    return str(value)


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.") from error
    console.print(f"{out}: {len(content):,} bytes", soft_wrap=True)

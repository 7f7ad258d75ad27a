"""A software bill of materials (CycloneDX 1.2 to 1.7, JSON) as values of our assets. Pure: knows no Django.

A component is matched by its package URL without version, so that the bill of the next release changes what the last
one brought in. Source: ECMA-424 (CycloneDX), package-url.
"""

import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annexa.assets.importers.asset_sheet import Line, Outcome
from annexa.lib.cells import Problem

MOST, DEEPEST = 20_000, 20
LONGEST_ID, LONGEST_NAME, LONGEST_LICENCE = 120, 200, 200
VERSIONS = {"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}
KINDS = {"device": "hardware", "data": "information"}  # all else is software
TAG = "sbom"


class NoBill(ValueError):
    """A file that is no bill this can read; `kind` says why, in words the layers above translate."""

    def __init__(self, kind: str, detail: str = ""):
        super().__init__(kind)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class Component:
    """One component as the bill says it; `ref` is its name within the bill."""

    ref: str
    own_id: str
    name: str
    kind: str
    description: str
    place: str


@dataclass(frozen=True)
class Bill:
    """The components of a bill, the one it is about first, and by `ref` what each needs."""

    components: list[Component]
    needs: dict[str, list[str]] = field(default_factory=dict)


def parse(content: bytes) -> Bill:
    """Return what a file says; raises NoBill."""
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise NoBill("deep") from error
    except ValueError as error:
        raise NoBill("json") from error
    if not isinstance(document, dict) or document.get("bomFormat") != "CycloneDX":
        raise NoBill("format")
    version = _word(document.get("specVersion"))
    if version not in VERSIONS:
        raise NoBill("version", version[:20])
    about = _mapping(document.get("metadata")).get("component")
    top = [(about, "metadata.component", 0)] if isinstance(about, dict) else []
    found: dict[str, Component] = {}
    for given, place in _flat([*top, *_listed(document.get("components"), "components", 0)]):
        component = _component(given, place)
        if component.ref in found and component.ref == _word(given.get("bom-ref")):
            raise NoBill("twice", component.ref[:60])
        found.setdefault(component.ref, component)
        if len(found) > MOST:
            raise NoBill("many")
    if not found:
        raise NoBill("nothing")
    return Bill(list(found.values()), _needs(document, found, about))


def outcome(bill: Bill, own_ids: Mapping[str, Hashable], new: Mapping[str, Any]) -> Outcome:
    """Return the bill as an import: known assets by lower-case own id keep their owner, `new` ones get these values."""
    lines: list[Line] = []
    problems: list[Problem] = []
    place: dict[str, int] = {}
    by_id: dict[str, int] = {}
    for component in bill.components:
        if not component.name:
            problems.append(Problem(component.place, "name", ""))
            continue
        identity = component.own_id.casefold()
        if identity in by_id:  # two versions of one package
            place[component.ref] = by_id[identity]
            problems.append(Problem(component.place, "versions", component.name[:80], stops=False))
            continue
        place[component.ref] = by_id[identity] = len(lines)
        values: dict[str, Any] = {"name": component.name, "description": component.description}
        key = own_ids.get(identity)
        if key is None:
            values |= {"own_id": component.own_id, "kind": component.kind, "tags": [TAG], **new}
        lines.append(Line(len(lines) + 1, key, values))
    _link(bill, lines, place, problems)
    return Outcome(lines, problems)


def _link(bill: Bill, lines: list[Line], place: Mapping[str, int], problems: list[Problem]) -> None:
    """Add what each needs; a link that would close a circle is left out with a warning."""
    wanted: dict[int, list[int]] = {}
    for ref, needed in bill.needs.items():
        if ref in place:
            targets = [place[each] for each in needed if each in place and place[each] != place[ref]]
            wanted[place[ref]] = list(dict.fromkeys([*wanted.get(place[ref], []), *targets]))
    for start, target in _circles(wanted):
        wanted[start].remove(target)
        told = f"{lines[start].values['name']} → {lines[target].values['name']}"
        problems.append(Problem("dependencies", "circle", told[:80], stops=False))
    for start, targets in wanted.items():
        lines[start].needs = [("line", target) for target in targets]


def _circles(wanted: Mapping[int, list[int]]) -> list[tuple[int, int]]:
    """Return the links that lead back into the way to them, without recursion: bills nest deep."""
    closing: list[tuple[int, int]] = []
    done: set[int] = set()
    for first in wanted:
        if first in done:
            continue
        way, on_way = [(first, iter(wanted.get(first, ())))], {first}
        while way:
            here, rest = way[-1]
            target = next(rest, None)
            if target is None:
                way.pop()
                on_way.discard(here)
                done.add(here)
            elif target in on_way:
                closing.append((here, target))
            elif target not in done:
                way.append((target, iter(wanted.get(target, ()))))
                on_way.add(target)
    return closing


def _flat(waiting: list[tuple[Any, str, int]]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield components in the order of the bill, nested ones after the one they lie in."""
    waiting = waiting[::-1]
    while waiting:
        given, place, depth = waiting.pop()
        if depth > DEEPEST:
            raise NoBill("deep")
        if not isinstance(given, dict):
            raise NoBill("shape", place)
        yield given, place
        waiting += _listed(given.get("components"), f"{place}.components", depth + 1)[::-1]


def _listed(given: Any, place: str, depth: int) -> list[tuple[Any, str, int]]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise NoBill("shape", place)
    if len(given) > MOST:
        raise NoBill("many")
    return [(each, f"{place}[{index}]", depth) for index, each in enumerate(given)]


def _component(given: Mapping[str, Any], place: str) -> Component:
    said = {name: _word(given.get(name)) for name in ("bom-ref", "group", "name", "version", "purl", "type", "cpe")}
    name = f"{said['group']}/{said['name']}" if said["group"] and said["name"] else said["name"]
    called = f"{name} {said['version']}".strip() if name else ""
    own_id = _short(_unversioned(said["purl"]) or name or place)
    lines = {
        "Supplier": _word(_mapping(given.get("supplier")).get("name")) or _word(given.get("publisher")),
        "Licence": ", ".join(_licences(given.get("licenses")))[:LONGEST_LICENCE],
        "Package URL": said["purl"],
        "CPE": said["cpe"],
    }
    about = _word(given.get("description"), 2000)
    description = "\n".join(
        [*([about] if about else []), *(f"{label}: {text}" for label, text in lines.items() if text)]
    )
    kind = KINDS.get(said["type"], "software")
    return Component(said["bom-ref"] or said["purl"] or place, own_id, called[:LONGEST_NAME], kind, description, place)


def _short(own_id: str) -> str:
    """Return an id that fits; of a longer one the end is a hash of all of it, so that no two become one."""
    if len(own_id) <= LONGEST_ID:
        return own_id
    return f"{own_id[: LONGEST_ID - 13]}~{hashlib.sha256(own_id.encode()).hexdigest()[:12]}"


def _unversioned(purl: str) -> str:
    """Return a package URL without version, qualifiers and subpath; npm's scopes may hold an @ of their own."""
    plain = purl.partition("?")[0].partition("#")[0]
    before, _at, version = plain.rpartition("@")
    return before if before and "/" not in version else plain


def _licences(given: Any) -> Iterator[str]:
    for each in given if isinstance(given, list) else ():
        choice = _mapping(each)
        licence = _mapping(choice.get("license"))
        if word := _word(choice.get("expression")) or _word(licence.get("id")) or _word(licence.get("name")):
            yield word


def _needs(document: Mapping[str, Any], found: Mapping[str, Component], about: Any) -> dict[str, list[str]]:
    """Return what the graph says; a bill without one says that its subject needs everything in it."""
    needs: dict[str, list[str]] = {}
    for each, place, _depth in _listed(document.get("dependencies"), "dependencies", 0):
        given = _mapping(each)
        on = given.get("dependsOn") or []
        if not isinstance(on, list):
            raise NoBill("shape", place)
        needs.setdefault(_word(given.get("ref")), []).extend(_word(ref) for ref in on)
    refs = list(found)
    if not any(needs.values()) and isinstance(about, dict) and len(refs) > 1:
        needs[refs[0]] = refs[1:]
    return needs


def _word(given: Any, longest: int = 500) -> str:
    if not isinstance(given, str):
        return ""
    storable = given.replace("\x00", "").encode(errors="ignore").decode()  # halves of surrogate pairs are no text
    return " ".join(storable.split())[:longest]


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}

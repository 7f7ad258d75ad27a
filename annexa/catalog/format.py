"""The framework and crosswalk formats: text in, checked objects out. Pure: knows no Django.

Schemas are in schemas/; what a schema cannot say (unique ids, attribute values, ids that exist) is checked here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from annexa.catalog import yaml_lines
from annexa.catalog.errors import BadCatalogFile, Problem

LARGEST = 5 * 1024 * 1024
MOST_NODES = 5_000
DEEPEST = 8
SCHEMAS = Path(__file__).with_name("schemas")


@dataclass(frozen=True)
class Node:
    """A section, requirement, control or lettered item of a framework, with the way to its parent."""

    id: str
    title: str
    kind: str
    parent: "Node | None" = None
    theme: str = ""
    change: str = ""
    summary: str = ""
    documented: str = ""
    stage1: str = ""
    stage2: str = ""
    note: str = ""
    attributes: dict[str, list[str]] = field(default_factory=dict)
    guidance: dict[str, Any] = field(default_factory=dict)

    @property
    def is_assessable(self) -> bool:
        return self.kind in ("requirement", "control")

    @property
    def section(self) -> "Node":
        """The topmost section this stands in."""
        return self.parent.section if self.parent else self


@dataclass(frozen=True)
class Document:
    """Documented information that the standard requires."""

    id: str
    title: str
    requirement: str
    item: str = ""


@dataclass(frozen=True)
class Framework:
    """A framework's tree, flattened in reading order."""

    id: str
    title: str
    nodes: tuple[Node, ...]
    edition: str = ""
    publisher: str = ""
    locale: str = "en"
    licence: str = ""
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    annex_documents: tuple[Document, ...] = ()

    def node(self, node_id: str) -> Node | None:
        return self.by_id.get(node_id)

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}


@dataclass(frozen=True)
class Pair:
    """One line of a crosswalk."""

    source: str
    target: str
    relation: str
    note: str = ""


@dataclass(frozen=True)
class Crosswalk:
    """How the ids of one framework relate to those of another."""

    id: str
    source: str
    target: str
    provenance: str
    pairs: tuple[Pair, ...]
    derived: bool = False


def parse_framework(text: str, file: str, usual: Mapping[str, Any] = MappingProxyType({})) -> Framework:
    """Read a framework; raises BadCatalogFile with every problem found. `usual` attributes need no declaration."""
    data, lines = _checked(text, file, "framework")
    attributes = {**usual, **data.get("attributes", {})}
    found = _framework_problems(data, lines, attributes)
    problems = [Problem(file, line, where, sentence) for line, where, sentence in found]
    if problems:
        raise BadCatalogFile(problems)
    plain = {key: data[key] for key in ("id", "title", "edition", "publisher", "locale", "licence") if key in data}
    return Framework(
        **plain,
        nodes=tuple(_nodes(data["requirements"], None)),
        attributes=attributes,
        documents=tuple(Document(**entry) for entry in data.get("documents", [])),
        annex_documents=tuple(Document(**entry) for entry in data.get("annex_documents", [])),
    )


def parse_crosswalk(text: str, file: str) -> Crosswalk:
    """Read a crosswalk; raises BadCatalogFile."""
    data, lines = _checked(text, file, "crosswalk")
    seen: set[tuple[str, str]] = set()
    problems = []
    for index, pair in enumerate(data["pairs"]):
        key = (pair["source"], pair["target"])
        if key in seen:
            line = yaml_lines.line_of(lines, ("pairs", index))
            problems.append(Problem(file, line, f"pairs[{index}]", f"the pair {key[0]} → {key[1]} stands here twice"))
        seen.add(key)
    if problems:
        raise BadCatalogFile(problems)
    keys = ("id", "source", "target", "provenance")
    pairs = tuple(Pair(**pair) for pair in data["pairs"])
    return Crosswalk(**{key: data[key] for key in keys}, pairs=pairs, derived=data.get("derived", False))


def kind_of(text: str) -> str:
    """Say whether a file calls itself a crosswalk; anything else is read as a framework."""
    return "crosswalk" if re.search(r"""^format:\s*["']?annexa/crosswalk/""", text, re.MULTILINE) else "framework"


def _checked(text: str, file: str, kind: str) -> tuple[dict[str, Any], dict[yaml_lines.Path, int]]:
    if len(text) > LARGEST:
        raise BadCatalogFile([Problem(file, 1, "", f"is larger than {LARGEST // 1024 // 1024} MB")])
    try:
        data, lines = yaml_lines.load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error) or "is nested too deeply"
        raise BadCatalogFile([Problem(file, mark.line + 1 if mark else 1, "", f"is not YAML: {reason}")]) from error
    problems = [
        Problem(file, yaml_lines.line_of(lines, error.absolute_path), _field(error.absolute_path), _sentence(error))
        for error in sorted(validator(kind).iter_errors(data), key=lambda error: list(map(str, error.absolute_path)))
    ]
    if problems:
        raise BadCatalogFile(problems[:100])
    return data, lines


@cache
def validator(kind: str) -> Draft202012Validator:
    """Return the validator of one format."""
    return Draft202012Validator(yaml.safe_load((SCHEMAS / f"{kind}.yaml").read_text()))


def _framework_problems(
    data: Any, lines: dict[yaml_lines.Path, int], attributes: dict[str, Any]
) -> Iterator[tuple[int, str, str]]:
    first: dict[str, int] = {}
    declared = {name: set(entry["values"]) for name, entry in attributes.items()}
    for path, node in _paths(data["requirements"], ("requirements",)):
        line = yaml_lines.line_of(lines, path)
        if len(path) > 2 * DEEPEST:
            yield line, _field(path), f"is nested deeper than {DEEPEST} levels"
        if node["id"] in first:
            yield line, _field((*path, "id")), f"{node['id']} is used already in line {first[node['id']]}"
        first.setdefault(node["id"], line)
        for name, values in node.get("attributes", {}).items():
            where = _field((*path, "attributes", name))
            if name not in declared:
                yield line, where, f"the attribute {name} is not declared under `attributes`"
                continue
            for value in values:
                if value not in declared[name]:
                    yield (
                        line,
                        where,
                        f"{value!r} is not a value of {name}; they are {', '.join(sorted(declared[name]))}",
                    )
    if len(first) > MOST_NODES:
        yield 1, "requirements", f"has more than {MOST_NODES} entries"
    for key in ("documents", "annex_documents"):
        for index, document in enumerate(data.get(key, [])):
            for name in ("requirement", "item"):
                if document.get(name, "") and document[name] not in first:
                    path = (key, index, name)
                    yield yaml_lines.line_of(lines, path), _field(path), f"there is no requirement {document[name]}"


def _paths(nodes: list[Any], path: yaml_lines.Path) -> Iterator[tuple[yaml_lines.Path, dict[str, Any]]]:
    for index, node in enumerate(nodes):
        yield (*path, index), node
        yield from _paths(node.get("children", []), (*path, index, "children"))


def _nodes(entries: list[Any], parent: Node | None) -> Iterator[Node]:
    for entry in entries:
        fields = {key: value for key, value in entry.items() if key != "children" and value is not None}
        node = Node(**fields, parent=parent)
        yield node
        yield from _nodes(entry.get("children", []), node)


def _field(path: Any) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _sentence(error: Any) -> str:
    kind, wanted = error.validator, error.validator_value
    if kind == "required":
        missing = ", ".join(name for name in wanted if name not in error.instance)
        return f"needs {missing}"
    if kind == "additionalProperties":
        known = set(error.schema.get("properties", ()))
        return f"has unknown fields: {', '.join(sorted(set(map(str, error.instance)) - known))}"
    if kind == "enum":
        return f"{error.instance!r} is not one of {', '.join(map(str, wanted))}"
    if kind == "const":
        return f"must be {wanted}, not {error.instance!r}"
    return str(error.message)[:300]

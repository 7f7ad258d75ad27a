"""Read YAML and remember the line of every value. Pure: knows no Django."""

from collections.abc import Iterable
from typing import Any

import yaml

Path = tuple[str | int, ...]


class Loader(yaml.SafeLoader):
    """The safe loader without dates (ids such as 2024-01-01 stay text) and without aliases, which can explode."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


Loader.yaml_implicit_resolvers = {
    key: [(tag, expression) for tag, expression in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text: str) -> tuple[Any, dict[Path, int]]:
    """Return the document and the 1-based line of every path; raises yaml.YAMLError."""
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        _walk(node, (), lines)
        return (loader.construct_document(node) if node else None), lines
    finally:
        loader.dispose()


def line_of(lines: dict[Path, int], path: Iterable[str | int]) -> int:
    """Return the line of a path, or of its nearest parent that has one."""
    parts = tuple(path)
    while parts and parts not in lines:
        parts = parts[:-1]
    return lines.get(parts, 1)


def _walk(node: Any, path: Path, lines: dict[Path, int]) -> None:
    if node is None:
        return
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _walk(value, (*path, key.value), lines)
            lines[(*path, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines)

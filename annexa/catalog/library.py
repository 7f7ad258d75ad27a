"""The frameworks, crosswalks and guidance that ship with Annexa, read once and kept. Pure: knows no Django."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from annexa.catalog import format

DATA = Path(__file__).with_name("data")
ISO_27001 = "iso27001-2022"
ISO_27001_2013 = "iso27001-2013"


@cache
def frameworks() -> dict[str, format.Framework]:
    """Return the built-in frameworks by id."""
    files = sorted((DATA / "frameworks").glob("*.yaml"))
    loaded = [format.parse_framework(file.read_text(), file.name) for file in files]
    return {framework.id: framework for framework in loaded}


@cache
def crosswalks() -> dict[str, format.Crosswalk]:
    """Return the built-in crosswalks by id."""
    files = sorted((DATA / "crosswalks").glob("*.yaml"))
    loaded = [format.parse_crosswalk(file.read_text(), file.name) for file in files]
    return {crosswalk.id: crosswalk for crosswalk in loaded}


@cache
def guidance(framework_id: str, locale: str = "en") -> dict[str, dict[str, Any]]:
    """Return guidance by requirement id in a language, English standing in for what is not translated."""
    found: dict[str, dict[str, Any]] = {} if locale == "en" else dict(guidance(framework_id))
    for file in sorted((DATA / "guidance" / f"{framework_id}.{locale}").glob("*.yaml")):
        found |= yaml.safe_load(file.read_text())
    return found


@cache
def bridge() -> tuple[dict[str, tuple[format.Pair, ...]], dict[str, tuple[format.Pair, ...]]]:
    """Return the pairs between the 2013 and 2022 controls, by 2013 id and by 2022 id."""
    pairs = crosswalks()[f"{ISO_27001_2013}_{ISO_27001}"].pairs
    forward: dict[str, tuple[format.Pair, ...]] = {}
    back: dict[str, tuple[format.Pair, ...]] = {}
    for pair in pairs:
        forward[pair.source] = (*forward.get(pair.source, ()), pair)
        back[pair.target] = (*back.get(pair.target, ()), pair)
    return forward, back


def data(name: str) -> Any:
    """Return one of the plain data files (obligations, profiles/saas, …)."""
    return _data(name)


@cache
def _data(name: str) -> Any:
    return yaml.safe_load((DATA / f"{name}.yaml").read_text())


def attributes() -> dict[str, dict[str, Any]]:
    """Return the five attributes of ISO/IEC 27002 with their values; own and imported controls may carry them too."""
    return frameworks()[ISO_27001].attributes

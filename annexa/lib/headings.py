"""Find out which column of somebody's sheet holds what. Pure: knows no Django.

Patterns are pairs of a field and what its heading may look like, tried in order; a person confirms the guess.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Patterns = Sequence[tuple[str, str]]
LONGEST = 80  # characters of a heading; longer ones are prose
LOOKED_AT = 15  # rows in which the heading may stand


def find(rows: Sequence[Sequence[Any]], patterns: Patterns) -> int:
    """Return the index of the row that looks most like headings."""
    scores = [len(guess(row, patterns)) for row in rows[:LOOKED_AT]]
    return scores.index(max(scores)) if scores else 0


def guess(heading: Sequence[Any], patterns: Patterns, known: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return which column holds which field: by `known` headings in lower case first, then by their words."""
    found: dict[str, int] = {}
    texts = [plain(cell).casefold() for cell in heading]
    for index, words in enumerate(texts):
        if known and (name := known.get(words)) and name not in found:
            found[name] = index
    for index, words in enumerate(texts):
        if not 0 < len(words) <= LONGEST or index in found.values() or (known and known.get(words) == ""):
            continue
        if name := next((each for each, like in patterns if each not in found and re.search(like, words)), ""):
            found[name] = index
    return found


def cell_name(row: int, column: int) -> str:
    """Return a cell's name in a spreadsheet: row counts from 1, column from 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def plain(cell: Any) -> str:
    """Return a cell as text: whole floats without their point, truth as yes and no."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

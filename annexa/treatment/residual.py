"""What somebody signs for when they accept a risk, and what makes a signature worthless. Pure: knows no Django.

Figures are plain values, kept beside the signature as they were. A change is material when the risk got worse or a
promise was taken back; one that only helps leaves a signature alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]
Change = tuple[str, Mapping[str, Any]]  # a kind of change, and the facts a sentence about it needs


def digest(figures: Figures) -> str:
    """Return the SHA-256 of figures, as hex; the same figures always have the same one."""
    text = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changes(signed: Figures, now: Figures) -> list[Change]:
    """Return what changed for the worse since figures were signed; empty while the signature stands."""
    found: list[Change] = []
    if signed["owner"] != now["owner"]:
        found.append(("owner", {}))
    if signed["decision"] != now["decision"]:
        found.append(("decision", {"before": signed["decision"], "after": now["decision"]}))
    elif signed["note"] != now["note"]:
        found.append(("grounds", {}))
    found += [(name, {"before": signed[name]["score"], "after": now[name]["score"]}) for name in ("current", "residual")
              if _is_worse(signed, now, name)]  # fmt: skip
    if gone := [ref for ref in signed["controls"] if ref not in now["controls"]]:
        found.append(("controls", {"names": ", ".join(gone)}))
    return found + _broken(signed["actions"], {each["reference"]: each for each in now["actions"]})


def expected(current: int | None, target: int | None, progress: float) -> int | None:
    """Return the score that the work done so far should have led to: between current (0.0) and target (1.0).

    None while there are no two readings, or where the target does not lie below.
    """
    if current is None or target is None or target >= current:
        return None
    return round(current - (current - target) * progress)


def progress(states: Sequence[tuple[str, float | None]]) -> float | None:
    """Return the share that is done of actions given as state and effort in days; work under way counts half.

    Dropped actions do not count. Where an effort is missing, each action weighs the same.
    """
    counted = [(state, effort) for state, effort in states if state != "dropped"]
    if not counted:
        return None
    even = any(not effort for _state, effort in counted)
    weights = [1.0 if even else float(effort or 0) for _state, effort in counted]
    shares = [{"done": 1.0, "in_progress": 0.5}.get(state, 0.0) for state, _effort in counted]
    return sum(weight * share for weight, share in zip(weights, shares, strict=True)) / sum(weights)


def _is_worse(signed: Figures, now: Figures, name: str) -> bool:
    """Scores of two methods cannot be compared; under another one, another level or one above the appetite counts."""
    before, after = signed[name], now[name]
    if signed["method"] == now["method"]:
        return bool(after["score"] > before["score"])
    return bool(after["level"] != before["level"] or after["above"] > before["above"])


def _broken(promised: Sequence[Figures], now: Mapping[str, Figures]) -> list[Change]:
    """Name actions that are gone, dropped, or due later than they were when somebody signed."""
    found: list[Change] = []
    for each in promised:
        action = now.get(each["reference"])
        if action is None or action["state"] == "dropped" != each["state"]:
            found.append(("dropped", {"name": each["reference"]}))
        elif action["state"] != "done" and (action["due"] or "9999") > (each["due"] or "9999"):
            found.append(("later", {"name": each["reference"], "due": action["due"]}))
    return found

"""Servers that this person is signed in to from the command line: address and token in a file only they can read."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from annexa.lib.errors import UserError

USUAL = "default"


@dataclass(frozen=True)
class Profile:
    """A server and the token for it."""

    url: str
    token: str


def file() -> Path:
    """Return where profiles are kept."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "annexa" / "profiles.json"


def read() -> dict[str, Profile]:
    """Return the profiles by name; raises UserError when the file is damaged."""
    try:
        found = json.loads(file().read_text())
        return {name: Profile(**profile) for name, profile in found.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise UserError(f"{file()} cannot be read; remove it and run `annexa login` again.") from error


def keep(name: str, profile: Profile) -> None:
    """Add or replace a profile."""
    _write(read() | {name: profile})


def forget(name: str) -> Profile:
    """Remove a profile and return it; raises UserError when there is none."""
    known = read()
    if name not in known:
        raise UserError(f"There is no profile {name!r} (there are: {', '.join(known) or 'none'}).")
    found = known.pop(name)
    _write(known)
    return found


def _write(profiles: dict[str, Profile]) -> None:
    """Replace the file in one step; it is never readable by others, not even for a moment."""
    target = file()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as content:
        json.dump({name: asdict(profile) for name, profile in profiles.items()}, content, indent=1)
    fresh.replace(target)

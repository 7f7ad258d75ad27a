"""Small secrets kept in files of the home folder, made once, readable by their owner alone. Pure: knows no Django."""

import os
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return what a file holds, making it first when it is not there; raises OSError."""
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, make())
    return path.read_bytes()


def replace(path: Path, content: bytes) -> None:
    """Write a file whole over whatever was there; raises OSError."""
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    draft = _draft(path, content)
    draft.replace(path)


def _write_once(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, and never over another's."""
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft

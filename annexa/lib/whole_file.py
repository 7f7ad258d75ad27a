"""Write a file whole or not at all. Pure: knows no Django."""

import contextlib
import glob
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[IO[bytes]]:
    """Write a file that only its owner can read, under its name only when it is complete and on the disk.

    Raises OSError.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def sweep(target: Path) -> None:
    """Delete what writers that were killed left of a file; nobody may be writing it."""
    for draft in target.parent.glob(f".{glob.escape(target.name)}.*"):
        draft.unlink(missing_ok=True)

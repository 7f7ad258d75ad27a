"""Many files in one stream, with a checksum for each: a tar file that ends with a list `sha256sum -c` can read.

Read strictly, piece by piece: plain files only, under the names a caller allows, each once, all of them listed. What
ordinary tar readers do with links, extended headers or folders cannot happen here. Pure: knows no Django.
"""

import hashlib
import os
import re
import tarfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

BLOCK, PIECE = 512, 1024 * 1024
MANIFEST = "manifest.sha256"
MOST_BYTES = 8 * 1024**3 - 1  # what a plain tar header can say


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Damaged(Exception):
    """A stream that is not what was written; the message is a sentence that names the member."""


class Writer:
    """Write members one after the other."""

    def __init__(self, sink: Sink):
        self._sink = sink
        self._lines: list[str] = []

    def add(self, name: str, size: int, pieces: Iterable[bytes]) -> str:
        """Write one member whose size is known; returns its SHA-256."""
        sha256 = self._put(name, size, pieces)
        self._lines.append(_line(sha256, name))
        return sha256

    def add_bytes(self, name: str, content: bytes) -> str:
        """Write a small member; returns its SHA-256."""
        return self.add(name, len(content), [content])

    def add_file(self, name: str, path: Path) -> str:
        """Write a file of the disk as long as it is now; returns its SHA-256."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return self.add(name, size, _first(file, size))

    def finish(self) -> None:
        """Write the list of checksums and the end."""
        listing = "".join(self._lines).encode()
        self._put(MANIFEST, len(listing), [listing])
        self._sink.write(bytes(2 * BLOCK))

    def _put(self, name: str, size: int, pieces: Iterable[bytes]) -> str:
        head = tarfile.TarInfo(name)
        head.size, head.mode, head.mtime = size, 0o600, int(time.time())
        self._sink.write(head.tobuf(tarfile.USTAR_FORMAT))
        digest, written = hashlib.sha256(), 0
        for piece in pieces:
            digest.update(piece)
            written += len(piece)
            self._sink.write(piece)
        if written != size:
            raise Damaged(f"{name} changed its size while it was copied.")
        self._sink.write(bytes(-size % BLOCK))
        return digest.hexdigest()


class Member:
    """One file of the stream; read it before asking for the next."""

    def __init__(self, source: Source, name: str, size: int):
        self.name, self.size, self.sha256 = name, size, ""
        self._source, self._left, self._digest = source, size, hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        """Yield what is left of the content; raises Damaged when the stream ends before it."""
        while self._left:
            piece = _exactly(self._source, min(self._left, PIECE), self.name)
            self._left -= len(piece)
            self._digest.update(piece)
            yield piece

    def finish(self) -> None:
        """Read to the end and note the checksum; once is enough."""
        if self.sha256:
            return
        for _piece in self.pieces():
            pass
        if any(_exactly(self._source, -self.size % BLOCK, self.name)):
            raise Damaged(f"{self.name} is followed by bytes that do not belong there.")
        self.sha256 = self._digest.hexdigest()


def members(source: Source, allowed: re.Pattern[str]) -> Iterator[Member]:
    """Yield the members; after the last one the list of checksums has been compared. Raises Damaged."""
    seen: dict[str, str] = {}
    while True:
        member = _next(source)
        if member is None:
            raise Damaged(f"{MANIFEST} is missing: the file was cut off, or it is no backup.")
        if member.name == MANIFEST:
            _compare(member, seen)
            break
        if not allowed.fullmatch(member.name):
            raise Damaged(f"{member.name!r} is no name that belongs in a backup.")
        if member.name in seen:
            raise Damaged(f"{member.name} is there twice.")
        yield member
        member.finish()
        seen[member.name] = member.sha256
    if any(_exactly(source, 2 * BLOCK, "the end")) or source.read(1):
        raise Damaged("The file goes on after its end.")


def _first(file: Source, size: int) -> Iterator[bytes]:
    while size and (piece := file.read(min(size, PIECE))):
        size -= len(piece)
        yield piece


def _next(source: Source) -> Member | None:
    block = _exactly(source, BLOCK, "the next file")
    if not any(block):
        return None
    try:
        head = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise Damaged("A header is damaged, or this is no backup.") from error
    if head.type != tarfile.REGTYPE or not 0 <= head.size <= MOST_BYTES:
        raise Damaged(f"{head.name!r} is not a plain file.")
    return Member(source, head.name, head.size)


def _compare(manifest: Member, seen: dict[str, str]) -> None:
    """Compare the list with what was read; a list longer than ours can only be wrong, and is not read."""
    expected = [_line(sha256, name) for name, sha256 in seen.items()]
    if manifest.size > sum(len(line) for line in expected) + PIECE:
        raise Damaged(f"{MANIFEST} lists files that are missing.")
    listed = b"".join(manifest.pieces()).decode("utf-8", "replace").splitlines(keepends=True)
    manifest.finish()
    for line, wanted in zip(listed, expected, strict=False):
        if line != wanted:
            raise Damaged(f"{wanted[66:-1]} does not match its checksum.")
    if len(listed) != len(expected):
        raise Damaged(f"{MANIFEST} lists {len(listed)} files; there are {len(expected)}.")


def _exactly(source: Source, size: int, what: str) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = source.read(size - len(found))
        if not piece:
            raise Damaged(f"The file ends in the middle of {what}.")
        found += piece
    return bytes(found)


def _line(sha256: str, name: str) -> str:
    return f"{sha256}  {name}\n"

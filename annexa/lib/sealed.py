"""A stream under a passphrase: AES-256-GCM in pieces of 64 kB, the key by scrypt. Pure: knows no Django.

Each piece's nonce holds its number and whether it is the last, so that pieces can be neither left out, swapped,
repeated nor cut off at the end without the reader noticing. The header is authenticated with every piece.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"annexa-sealed-1\n"
PIECE, TAG, SALT, PREFIX = 64 * 1024, 16, 16, 7
HEADER = len(MAGIC) + 1 + SALT + PREFIX
COST, MOST_COST = 17, 20  # log2 of scrypt's n: 128 MB of memory; a hostile file may not ask for more than 1 GB


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Unreadable(Exception):
    """What was sealed cannot be opened; the message is a sentence."""


class Writer:
    """Seal what is written; nothing is complete before `finish`."""

    def __init__(self, sink: Sink, passphrase: str, *, cost: int = COST):
        salt, prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._header = MAGIC + bytes([cost]) + salt + prefix
        self._cipher, self._prefix = AESGCM(_key(passphrase, salt, cost)), prefix
        self._sink, self._number, self._held = sink, 0, bytearray()
        sink.write(self._header)

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > PIECE:  # the last piece stays here until it is known to be the last
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._held), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last)
        self._sink.write(self._cipher.encrypt(nonce, piece, self._header))
        self._number += 1


class Reader:
    """Open what a Writer sealed; gives out nothing that is not genuine. Raises Unreadable."""

    def __init__(self, source: Source, passphrase: str):
        self._header = source.read(HEADER)
        if len(self._header) < HEADER or not self._header.startswith(MAGIC):
            raise Unreadable("This file was not sealed with a passphrase, or its beginning is missing.")
        cost = self._header[len(MAGIC)]
        if not 1 <= cost <= MOST_COST:
            raise Unreadable("The file asks for more memory than any that Annexa writes.")
        salt = self._header[len(MAGIC) + 1 : len(MAGIC) + 1 + SALT]
        self._prefix, self._cipher = self._header[-PREFIX:], AESGCM(_key(passphrase, salt, cost))
        self._source, self._number, self._open = source, 0, bytearray()
        self._next = source.read(PIECE + TAG)

    def read(self, size: int) -> bytes:
        while len(self._open) < size and self._next:
            piece, self._next = self._next, self._source.read(PIECE + TAG)
            self._open += self._opened(piece, last=not self._next)
        given = bytes(self._open[:size])
        del self._open[:size]
        return given

    def _opened(self, piece: bytes, *, last: bool) -> bytes:
        try:
            opened = self._cipher.decrypt(_nonce(self._prefix, self._number, last), piece, self._header)
        except (InvalidTag, ValueError) as error:
            if self._number:
                raise Unreadable(f"The file is damaged or cut off after {self._number * PIECE} bytes.") from error
            raise Unreadable("The passphrase is wrong, or the file is damaged.") from error
        self._number += 1
        return opened


@contextmanager
def opened(path: Path, ask: Callable[[], str]) -> Iterator[Source]:
    """Open a file that may be sealed, asking for the passphrase when it is; raises OSError, Unreadable."""
    with path.open("rb") as file:
        is_sealed = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        yield Reader(file, ask()) if is_sealed else file


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**cost, r=8, p=1).derive(passphrase.encode())

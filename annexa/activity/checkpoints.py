"""Signed heads of the trail, kept outside the database: whoever rewrites the whole chain cannot rewrite these.

A checkpoint is one line of JSON: organisation, number and hash of the newest entry, the moment, and an Ed25519
signature (RFC 8032) over these. One file per organisation; lines are only ever appended.
"""

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from annexa.lib import keyfile
from annexa.lib.errors import UserError

FORM = "annexa-checkpoint-1"


@dataclass(frozen=True)
class Checkpoint:
    """The head of one organisation's trail at a moment; `key` is the fingerprint of the key that signed it."""

    organization: str
    seq: int
    hash: str
    at: str
    key: str = ""
    signature: str = ""

    @property
    def signed_text(self) -> bytes:
        return "\x1f".join((FORM, self.organization, str(self.seq), self.hash, self.at)).encode()

    def line(self) -> str:
        """Return the line that a file or mail holds."""
        return json.dumps({"form": FORM, **asdict(self)}, sort_keys=True)


class BadCheckpoint(UserError):
    """A checkpoint file that cannot be read, with the line at fault."""


def private_key(home: Path) -> Ed25519PrivateKey:
    """Return the installation's signing key, making it on first use; raises OSError."""
    pem = keyfile.read_or_make(home / "checkpoint.key", _new_key)
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """Return the public key in the form that auditors keep."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """Return a public key from its PEM text; raises UserError."""
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise UserError("This is no public key of checkpoints.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UserError("This is no public key of checkpoints: it is not Ed25519.")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> Checkpoint:
    """Return the checkpoint with its signature."""
    signature = base64.b64encode(key.sign(checkpoint.signed_text)).decode()
    return replace(checkpoint, key=fingerprint(key.public_key()), signature=signature)


def is_genuine(checkpoint: Checkpoint, key: Ed25519PublicKey) -> bool:
    """Whether the signature is the key's, over exactly these values."""
    try:
        key.verify(base64.b64decode(checkpoint.signature), checkpoint.signed_text)
    except (InvalidSignature, ValueError):
        return False
    return True


def append(folder: Path, checkpoint: Checkpoint) -> Path:
    """Add a line to the organisation's file, on the disk before this returns; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = file_of(folder, checkpoint.organization)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write(checkpoint.line() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def file_of(folder: Path, organization: uuid.UUID | str) -> Path:
    """Return where an organisation's checkpoints are kept."""
    return folder / f"{organization}.jsonl"


def read(path: Path) -> list[Checkpoint]:
    """Return a file's checkpoints, oldest first; none when there is no file. Raises BadCheckpoint."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise BadCheckpoint(f"{path} cannot be read: {error}.") from error
    return list(_parsed(path, text))


def _parsed(path: Path, text: str) -> Iterator[Checkpoint]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            if values.pop("form") != FORM:
                raise ValueError
            yield Checkpoint(**{**values, "seq": int(values["seq"])})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BadCheckpoint(f"{path}, line {number}: this is no checkpoint.") from error


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

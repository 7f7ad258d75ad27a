"""Write an export: one ZIP, a JSON Lines file per table, a schema for each, and a list of all with their checksums."""

import hashlib
import json
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from annexa.activity import checkpoints
from annexa.lib import clock, files
from annexa.lib.database.snapshot import snapshot
from annexa.lib.version import VERSION
from annexa.lib.whole_file import whole_file
from annexa.organizations.models import Organization
from annexa.records.export import schema
from annexa.records.export.tables import Exported, tables

FORMAT = "annexa/export/1"
ROWS_AT_ONCE = 2_000
PIECE = 1024 * 1024
Told = Callable[[int, int, str], None]
ATTACHED = """
select sha256 from treatment_gapevidence where sha256 <> '' union
select sha256 from treatment_gapevidence_version where sha256 <> '' order by 1
"""


@dataclass
class Made:
    """What went into an export: its own checksum, and of each file its checksum, size and rows."""

    sha256: str = ""
    size: int = 0
    rows: int = 0
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def write(organization: Organization, target: Path, told: Told) -> Made:
    """Write everything of an organisation, as it is at one moment, whole or not at all; raises OSError."""
    made = Made()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole_file(target) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, snapshot(organization.pk) as reader:
            _fill(archive, reader, organization, made, told)
        file.flush()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]
        made.sha256, made.size = digest.hexdigest(), file.seek(0, 2)
    return made


def _fill(
    archive: zipfile.ZipFile, reader: psycopg.Connection, organization: Organization, made: Made, told: Told
) -> None:
    taken_at, wanted = clock.now(), tables()
    total = sum(_number(reader, each.count) for each in wanted)
    for table in wanted:
        told(made.rows, total, table.name)
        number = 0
        with _Member(archive, f"tables/{table.name}.jsonl", made) as write_piece:
            for lines in _lines(reader, table):
                write_piece("".join(f"{line}\n" for line in lines).encode())
                number += len(lines)
                told(made.rows + number, total, table.name)
        made.files[f"tables/{table.name}.jsonl"]["rows"] = number
        made.rows += number
        _add(archive, f"schema/{table.name}.json", [_json(schema.schema(table))], made)
    for sha256 in [row[0] for row in reader.execute(ATTACHED)]:
        _attach(archive, organization.pk, sha256, made)
    _add_checkpoints(archive, organization, made)
    _add(archive, "README.md", [README.format(name=organization.name, at=taken_at.isoformat()).encode()], made)
    archive.writestr("manifest.json", _json(_manifest(organization, taken_at, made)))


def _manifest(organization: Organization, taken_at: Any, made: Made) -> dict[str, Any]:
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder.Migration.objects.values_list("app", "name"))
    return {
        "format": FORMAT,
        "program": VERSION,
        "schema": hashlib.sha256("\n".join(applied).encode()).hexdigest(),
        "organization": {"id": str(organization.pk), "slug": organization.slug, "name": organization.name},
        "taken_at": taken_at.isoformat(),
        "rows": made.rows,
        "missing": made.missing,
        "files": made.files,
    }


def _lines(reader: psycopg.Connection, table: Exported) -> Iterator[list[str]]:
    """Yield a table's rows, some thousand at a time, so that its size does not matter."""
    with reader.cursor(name="export") as cursor:
        cursor.execute(table.query)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield [row[0] for row in rows]


def _number(reader: psycopg.Connection, sql: str) -> int:
    row = reader.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _attach(archive: zipfile.ZipFile, organization_id: uuid.UUID, sha256: str, made: Made) -> None:
    """Take an attached file along; one that is not on the disk any more is named in the manifest."""
    path = files.place(organization_id, sha256)
    if not path.is_file():
        made.missing.append(sha256)
        return
    with path.open("rb") as file:
        _add(archive, f"files/{sha256}", _pieces(file), made)


def _add_checkpoints(archive: zipfile.ZipFile, organization: Organization, made: Made) -> None:
    held = checkpoints.read(checkpoints.file_of(settings.CHECKPOINTS, organization.pk))
    public = checkpoints.public_pem(checkpoints.private_key(settings.ENVIRONMENT.home))
    _add(archive, "checkpoints/checkpoints.jsonl", ["".join(f"{each.line()}\n" for each in held).encode()], made)
    _add(archive, "checkpoints/public-key.pem", [public], made)


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], made: Made) -> None:
    with _Member(archive, name, made) as write_piece:
        for piece in pieces:
            write_piece(piece)


class _Member:
    """Write one file of the archive and note its checksum and size."""

    def __init__(self, archive: zipfile.ZipFile, name: str, made: Made):
        self.name, self.made = name, made
        info = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        self.file, self.digest, self.size = archive.open(info, "w", force_zip64=True), hashlib.sha256(), 0

    def __enter__(self) -> Callable[[bytes], None]:
        return self._write

    def __exit__(self, *_error: object) -> None:
        self.file.close()
        self.made.files[self.name] = {"sha256": self.digest.hexdigest(), "bytes": self.size}

    def _write(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.size += len(piece)
        self.file.write(piece)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


README = """# Everything of {name}

Taken from Annexa at {at}, all rows as of that moment.

- `manifest.json`: what is here, with the SHA-256, size and number of rows of each file
- `tables/<table>.jsonl`: a line of JSON per row; tables that end in `_version` hold the history of the rows
- `schema/<table>.json`: JSON Schema of one such line; `x-left-out` names secret columns that are not here, and why
- `files/<sha256>`: attached files under the hash of their content; `treatment_gapevidence` has their titles
- `checkpoints/`: signed heads of the trail, and the public key that signed them

The trail is `tables/activity_trailentry.jsonl`. Each `hash` is SHA-256 over the `previous` hash and the entry;
docs/guide/export.md has the few lines of Python that check it.
"""

"""What a backup holds, and how it is read: strictly, whoever made it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from annexa.lib import bundle, sealed
from annexa.lib.bundle import Damaged, Member
from annexa.lib.database.dump import PART

FORMAT = 1
HEADER = "annexa-backup.json"
KEYS = ("secret.key", "checkpoint.key")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
EVIDENCE = re.compile(rf"files/({UUID})/[0-9a-f]{{2}}/([0-9a-f]{{64}})")
CHECKPOINTS = re.compile(rf"checkpoints/({UUID})\.jsonl")
ALLOWED = re.compile("|".join((re.escape(HEADER), r"database/\d{6}", EVIDENCE.pattern, CHECKPOINTS.pattern)))
MOST_HEADER, MOST_CHECKPOINTS = 1024 * 1024, 64 * 1024 * 1024
Match = re.Match[str] | None


@dataclass(frozen=True)
class Header:
    """What a backup says about itself, first of all."""

    format: int
    annexa: str
    made: str
    postgresql: int
    migrations: list[str]

    def content(self) -> bytes:
        """Return the member that holds this."""
        return json.dumps(asdict(self), indent=1).encode()


class Archive:
    """A backup on the disk. `check` comes first; everything later must be what it saw."""

    def __init__(self, path: Path, ask: Callable[[], str]):
        self._path, self._ask = path, ask
        self._known: dict[str, str] = {}
        self.damaged: list[str] = []  # evidence that did not match its name when it was backed up

    def check(self) -> Header:
        """Read all of it; raises Damaged, Unreadable, UserError."""
        header, part = None, 0
        last: Member | None = None
        with sealed.opened(self._path, self._ask) as stream:
            for member in bundle.members(stream, ALLOWED):
                self._note(last)
                last = member
                if header is None:
                    header = _header(member)
                elif member.name.startswith("database/"):
                    part += 1
                    if member.name != f"database/{part:06}" or member.size > PART:
                        raise Damaged(f"{member.name} is not the part that belongs there.")
                elif member.name.startswith("checkpoints/") and member.size > MOST_CHECKPOINTS:
                    raise Damaged(f"{member.name} is too large.")
            self._note(last)
        if header is None or not part:
            raise Damaged("The file holds no database.")
        return header

    def dump(self) -> Iterator[bytes]:
        """Yield the dump part by part, each compared before it is given away."""
        for member in self._again():
            if member.name.startswith("database/"):
                content = b"".join(member.pieces())
                self._compare(member)
                yield content
            elif member.name != HEADER:
                return

    def files(self) -> Iterator[tuple[Member, Match, Match]]:
        """Yield evidence and checkpoints with what their names say."""
        for member in self._again():
            evidence, checkpoint = EVIDENCE.fullmatch(member.name), CHECKPOINTS.fullmatch(member.name)
            if (evidence or checkpoint) and member.name not in self.damaged:
                yield member, evidence, checkpoint
                self._compare(member)

    def _again(self) -> Iterator[Member]:
        with sealed.opened(self._path, self._ask) as stream:
            yield from bundle.members(stream, ALLOWED)

    def _note(self, member: Member | None) -> None:
        if member is None:
            return
        self._known[member.name] = member.sha256
        evidence = EVIDENCE.fullmatch(member.name)
        if evidence and evidence[2] != member.sha256:
            self.damaged.append(member.name)

    def _compare(self, member: Member) -> None:
        member.finish()
        if self._known.get(member.name) != member.sha256:
            raise Damaged(f"{member.name} changed while the backup was read.")


def _header(member: Member) -> Header:
    try:
        if member.name != HEADER or member.size > MOST_HEADER:
            raise ValueError
        found = Header(**json.loads(b"".join(member.pieces())))
        if not isinstance(found.format, int) or not all(isinstance(name, str) for name in found.migrations):
            raise ValueError
    except (ValueError, TypeError, RecursionError) as error:
        raise Damaged("This is no backup of Annexa: it does not begin with what it is.") from error
    return found

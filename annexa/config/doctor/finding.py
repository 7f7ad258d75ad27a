"""What the doctor says about one thing."""

from dataclasses import dataclass

GOOD, NOTE, BAD = "good", "note", "bad"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and what to do about it."""

    subject: str
    state: str
    says: str
    remedy: str = ""

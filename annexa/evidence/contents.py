"""What an edition holds: a stored file, a link, or a text."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annexa.evidence.models import Edition
from annexa.lib.errors import UserError
from annexa.lib.links import web_address

LONGEST_TEXT = 100_000


@dataclass(frozen=True)
class Content:
    """One of the three; a file is given by where `lib.files` stored it, and its name."""

    file_name: str = ""
    sha256: str = ""
    size: int | None = None
    url: str = ""
    text: str = ""

    def fields(self) -> dict[str, Any]:
        """Return the fields of an edition; raises UserError unless exactly one of the three is given."""
        given = [bool(self.sha256), bool(self.url.strip()), bool(self.text.strip())]
        if sum(given) != 1:
            sentence = _("Give a file, a link or a text: one of the three.")
            raise UserError(sentence, {"file": sentence})
        if self.sha256:
            name = self.file_name[-200:]
            return {"kind": Edition.Kind.FILE, "file_name": name, "sha256": self.sha256, "size": self.size}
        if self.url.strip():
            return {"kind": Edition.Kind.LINK, "url": web_address(self.url)}
        if len(self.text) > LONGEST_TEXT:
            sentence = _("A record has at most 100,000 characters.")
            raise UserError(sentence, {"text": sentence})
        return {"kind": Edition.Kind.RECORD, "text": self.text.strip().replace("\x00", "")}

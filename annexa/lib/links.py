"""Links people type: web addresses only, because a link in a page or a report must never run anything."""

import re
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from annexa.lib.errors import UserError

LONGEST = 1000
UNWANTED = re.compile(r"[\x00-\x20\x7f]")


def web_address(text: str) -> str:
    """Return a typed link without the blanks around it; raises UserError at the field `url`."""
    url = text.strip()
    if len(url) > LONGEST or UNWANTED.search(url) or not _has_host(url):
        sentence = _("A link begins with https:// or http:// and has at most 1,000 characters.")
        raise UserError(sentence, {"url": sentence})
    return url


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as an unfinished IPv6 address
        return False

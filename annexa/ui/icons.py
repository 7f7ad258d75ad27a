"""Icons from the one sprite file that assets.py builds."""

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from annexa.ui.assets import icon_names


@cache
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon that repeats the word next to it, and is therefore hidden from screen readers."""
    return format_html('<svg class="ti {}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite(), _known(name))


@cache
def sprite() -> str:
    """Return the address of the sprite file."""
    return static("ui/vendor/icons.svg")


def _known(name: str) -> str:
    if name not in _listed():
        raise LookupError(f"Icon {name!r} is not in annexa/ui/icons.txt; add it there and run `make setup`.")
    return name


@cache
def _listed() -> frozenset[str]:
    return frozenset(icon_names())

"""Small marks of the register: scores in the colour of their level, and what is at stake."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from annexa.risks.models import Risk
from annexa.risks.terms import DIMENSIONS, Terms
from annexa.ui.marks import DASH

HIGH = 4
LETTERS = dict(zip(DIMENSIONS, "CIA", strict=True))


def level_mark(terms: Terms | None, score: int | None, word: bool = False) -> SafeString:
    """Show a score on the colour of its level, perhaps with the level's name."""
    if terms is None or score is None:
        return DASH
    level = terms.levels[terms.level_of(score)]
    return format_html(
        '<span class="ax-lv"><i class="l{}" title="{}">{}</i>{}</span>', level.colour + 1, level.name, score,
        level.name if word else "",
    )  # fmt: skip


def stake_mark(risk: Risk) -> SafeString:
    """Show what a loss of confidentiality, integrity and availability would do."""
    values = {name: getattr(risk, name) for name in DIMENSIONS}
    if not any(values.values()):
        return DASH
    worst = max(value or 0 for value in values.values())
    marks = [
        format_html('<span class="{}">{}{}</span>', "w" if value == worst else "", LETTERS[name], value or "–")
        for name, value in values.items()
    ]
    return format_html('<span class="ax-cia">{}{}{}</span>', *marks)

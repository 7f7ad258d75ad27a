"""What adding and reading risks share; called inside commands."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from annexa.lib.errors import UserError
from annexa.lib.months import after
from annexa.risks.models import Method, Reading, Stage
from annexa.risks.terms import DIMENSIONS, Terms


def read(
    terms: Terms, stage: str, likelihood: int, impacts: Mapping[str, int | None], impact: int | None
) -> dict[str, Any]:
    """Return what a reading comes to under a method's terms; raises UserError at each step that is none."""
    if stage not in Stage.values:
        sentence = _("A reading is inherent, current or target.")
        raise UserError(sentence, {"stage": sentence})
    wrong: dict[str, str] = {}
    _check_step("likelihood", likelihood, range(1, len(terms.likelihood) + 1), wrong)
    said = {name: impacts.get(name) for name in DIMENSIONS}
    for name, value in {**said, "impact": impact}.items():
        if value is not None:
            _check_step(name, value, range(1, len(terms.impact) + 1), wrong)
    if not wrong:
        impact = terms.impact_of((said["confidentiality"], said["integrity"], said["availability"])) or impact
        if impact is None:
            wrong["impact"] = _("Say what a loss of confidentiality, integrity or availability would do.")
    if wrong or impact is None:
        raise UserError(" ".join(wrong.values()), wrong)
    score = terms.score_of(likelihood, impact)
    return {"likelihood": likelihood, **said, "impact": impact, "score": score, "level": terms.level_of(score)}


def next_review(method: Method, reading: Reading) -> date | None:
    """Return when a risk is read again, by the level that was read, or None for never."""
    months = method.terms.levels[reading.level].review_months
    return after(reading.at.date(), months) if months else None


def _check_step(name: str, value: Any, steps: Collection[int], wrong: dict[str, str]) -> None:
    if isinstance(value, bool) or value not in steps:
        wrong[name] = _("Choose a step from 1 to %(most)s.") % {"most": len(steps)}

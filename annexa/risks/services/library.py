"""Take scenarios from the library into the register."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from annexa.assets.models import Asset
from annexa.lib.errors import UserError
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.risks.library import scenarios
from annexa.risks.models import Risk
from annexa.risks.services import risks

MOST = 200
WORDS = ("title", "cause", "event", "consequence", "category", "threat", "vulnerability")


@access.command(Permission.RISK_EDIT)
def take_scenarios(
    *,
    actor: access.Actor,
    scope: Scope,
    keys: Iterable[str],
    assets: Sequence[Asset] = (),
    owner: Membership | None = None,
) -> list[Risk]:
    """Add a risk for each scenario, about the assets given; one that the scope has already is left out."""
    wanted = list(dict.fromkeys(keys))
    if unknown := [key for key in wanted if key not in scenarios()]:
        sentence = _("The library has no %(keys)s.") % {"keys": ", ".join(unknown[:5])}
        raise UserError(sentence, {"keys": sentence})
    if len(wanted) > MOST:
        sentence = _("Take at most %(most)s at once.") % {"most": MOST}
        raise UserError(sentence, {"keys": sentence})
    mine = Risk.objects.filter(organization=actor.organization, scope=scope, closed_at=None)
    there = set(mine.exclude(scenario="").values_list("scenario", flat=True))
    sources = _("Library of scenarios")
    return [
        risks.add_risk(
            actor=actor, scope=scope, scenario=key, assets=assets, owner=owner, sources=sources,
            **{name: getattr(scenarios()[key], name) for name in WORDS},
        )
        for key in wanted
        if key not in there
    ]  # fmt: skip

"""Read a bill of materials against the inventory it shall go into."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annexa.assets.importers import sbom
from annexa.assets.importers.sbom import Bill, NoBill
from annexa.assets.models import Asset, Dependency
from annexa.assets.queries import assets as queries
from annexa.assets.queries.sheet import Preview, preview
from annexa.lib.cells import Problem
from annexa.lib.errors import UserError
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership, Scope


def parse(content: bytes) -> Bill:
    """Return what a file says; raises UserError in a sentence."""
    try:
        return sbom.parse(content)
    except NoBill as error:
        sentences = {
            "json": _("This is no JSON file. Export the bill as CycloneDX JSON."),
            "format": _("This is no CycloneDX bill of materials (its bomFormat says otherwise)."),
            "version": _("CycloneDX “%(detail)s” cannot be read; 1.2 to 1.7 can."),
            "shape": _("This bill is not as CycloneDX wants it, at %(detail)s."),
            "twice": _("Two components of this bill have the bom-ref “%(detail)s”."),
            "deep": _("This file nests too deep."),
            "many": _("A bill may have at most 20,000 components."),
            "nothing": _("This bill names no components."),
        }
        sentence = sentences[error.kind] % {"detail": error.detail}
        raise UserError(sentence, {"file": sentence}) from error


def read(actor: Actor, bill: Bill, *, owner: Membership | None = None, scope: Scope | None = None) -> Preview:
    """Return what a bill would change; owner and scope are given to new assets only."""
    mine = {asset.pk: asset for asset in queries.visible_to(actor)}
    own_ids = {asset.own_id.casefold(): asset.pk for asset in mine.values() if asset.own_id}
    new: Mapping[str, Any] = {"owner": owner, "scope": scope} if scope else {"owner": owner}
    outcome = sbom.outcome(bill, own_ids, new)
    _refuse_taken(actor, outcome, mine)
    there = set(Dependency.objects.filter(organization_id=actor.organization_id).values_list("asset_id", "needed_id"))
    return preview(outcome, mine, there)


def sentence(problem: Problem) -> str:
    """Return a problem with its place in the bill."""
    sentences = {
        "name": _("%(cell)s: a component without a name."),
        "versions": _("%(cell)s: another version of “%(value)s” is in the bill; it stands in the inventory once."),
        "circle": _("%(cell)s: “%(value)s” would close a circle and is left out."),
        "taken": _("%(cell)s: the id “%(value)s” belongs to an asset of a scope you do not see."),
    }
    return sentences[problem.kind] % {"cell": problem.cell, "value": problem.value}


def _refuse_taken(actor: Actor, outcome: sbom.Outcome, mine: Mapping[Any, Asset]) -> None:
    with queries.across_scopes(actor):
        every = Asset.objects.filter(organization_id=actor.organization_id).exclude(own_id="")
        hidden = {own.casefold() for key, own in every.values_list("pk", "own_id") if key not in mine}
    for line in outcome.lines:
        if line.key is None and str(line.values.get("own_id", "")).casefold() in hidden:
            outcome.problems.append(Problem("components", "taken", str(line.values["own_id"])))

"""Addresses of every operation, with the ids of an organisation's sample rows."""

from annexa.isms.models import InterestedParty, Issue, Obligation
from annexa.organizations.models import ApiToken
from annexa.treatment.models import GapEvidence
from tests.factories import organizations as make
from tests.house.test_urls import MODELS, _an_id

CONTEXT = {"issues": Issue, "parties": InterestedParty, "obligations": Obligation}
WORDS = {
    "number": 1, "key": "scope", "format": "csv", "ref": "A.5.1", "name": "soa", "slug": "iso27001-2022",
    "record_class": "tasks",
}  # fmt: skip


def operations(document):
    """Yield path, method and operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def address(path, operation, actor):
    """Return the address of an operation on rows that exist."""
    return path.format(**parameters(path, operation, actor))


def parameters(path, operation, actor):
    """Return the parameters of an operation's path on rows that exist."""
    names = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"]
    found = {name: _value(name, path, actor) for name in names}
    return {name: value if isinstance(value, int) else str(value) for name, value in found.items()}


def _value(name, path, actor):
    if "/context/" in path:
        return _an_id(CONTEXT[path.split("/")[4]], actor)
    if "/ratings/{rating_id}/evidence" in path and name == "rating_id":
        with make.inside(actor):
            return GapEvidence.objects.first().rating_id
    if "/controls/" in path:
        return "SITE-1"
    if "/scopes/" in path:
        return "main"
    if name == "token_id":
        return _an_id(ApiToken, actor)
    return _an_id(MODELS[name], actor) if name in MODELS else WORDS[name]

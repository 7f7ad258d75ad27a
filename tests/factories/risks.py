"""Make methods and risks by the product's own commands."""

from annexa.risks.queries import methods as queries
from annexa.risks.services import methods


def method(actor, template="five"):
    """Put a shipped method in force."""
    made = methods.start_method(actor=actor, template=template)
    methods.approve_method(actor=actor, method=made, seen_hash=queries.hash_of(made))
    return made

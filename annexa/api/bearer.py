"""The token that a request carries."""

from annexa.lib.database import scope
from annexa.organizations import tokens


def text_of(authorization: str) -> str:
    """Return the token's text of an Authorization header, or nothing."""
    scheme, _space, text = authorization.partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def is_genuine(text: str) -> bool:
    """Whether a text is a live token of an active member."""
    organization_id = tokens.organization_of(text)
    if organization_id is None:
        return False
    with scope.within(organization_id):
        return tokens.recognise(text) is not None

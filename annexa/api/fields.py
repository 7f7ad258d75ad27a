"""Types that several parts of the interface share."""

import uuid
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, StringConstraints

from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership


def _storable(text: str) -> str:
    """Refuse what PostgreSQL has no text for: NUL, and halves of surrogate pairs."""
    if "\x00" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise ValueError("may not contain NUL or lone surrogates")
    return text


Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_storable)]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_storable)]
Word = Annotated[str, StringConstraints(max_length=60), AfterValidator(_storable)]


class Member(Schema):
    """A member as others are shown: id of the membership, and name."""

    id: uuid.UUID
    name: str


def member(owner: Any) -> Member | None:
    """Show a membership, or nobody."""
    return Member(id=owner.pk, name=str(owner)) if owner else None


def owner_of(actor: Actor, membership_id: uuid.UUID | None) -> Membership | None:
    """Return the active member of an id; raises UserError, which names the field."""
    if membership_id is None:
        return None
    found = organizations.members(actor).filter(pk=membership_id).first()
    if found is None or not found.is_active():
        sentence = _("There is no such member, or their access has ended.")
        raise UserError(sentence, {"owner": sentence})
    return found

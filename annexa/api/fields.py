"""Types that several parts of the interface share."""

import uuid
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from ninja import Field
from pydantic import AfterValidator, StringConstraints

from annexa.api.schema import Schema
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


def _address(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
    return text.strip()


Email = Annotated[Line, AfterValidator(_address)]


class OfScope(Schema):
    """Which ISMS scope."""

    scope: Line = Field("", description="Slug of the ISMS scope; the default one if left out.")


class Done(Schema):
    """How many rows a change of many has changed."""

    changed: int


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


def whole(payload: Schema, *nullable: str) -> dict[str, Any]:
    """Return what a change gives: null counts for the fields that can be empty, and elsewhere as left out."""
    given = payload.model_dump(exclude_unset=True)
    return {name: value for name, value in given.items() if value is not None or name in nullable}

"""Have the person behind a token show that it is them, before something that carries their signature."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.utils.translation import gettext as _
from ninja import Field

from annexa.api import limits
from annexa.api.access import Request
from annexa.api.fields import Line, Word
from annexa.api.schema import Schema
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.models import Person

MOST_WRONG = 5  # within limits.GUESSES_KEPT


class Confirmed(Schema):
    """What shows that it is the person: a token alone may lie anywhere."""

    password: Line = Field("", description="The person's password.")
    code: Word = Field("", description="Or a code of their authenticator app.")


def confirm(request: Request, given: Confirmed) -> None:
    """Check password or code; raises UserError when neither is sent, NotAllowed when it is wrong or tried too often."""
    membership = request.actor.membership
    if membership is None:  # the operator, for whom the command itself says no
        return
    if not given.password and not given.code:
        sentence = _("Send your password, or a code of your authenticator app: a signature is by a person.")
        raise UserError(sentence, {"password": sentence})
    key = f"api-confirm-{membership.person_id}"
    if limits.are_too_many(key, MOST_WRONG):
        raise NotAllowed(_("Wrong too often; wait five minutes, or sign on the page."))
    if not _is_right(membership.person, given):
        request.guessed = key
        raise NotAllowed(_("That is not your password or code."))


def _is_right(person: Person, given: Confirmed) -> bool:
    if given.password:
        return person.has_usable_password() and person.check_password(given.password)
    found = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).first()
    return found is not None and TOTP(found).validate_code(given.code)

"""People who sign in, and the links that work once."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.lib.errors import UserError
from annexa.lib.tokens import new_token, token_hash
from annexa.organizations.errors import LinkSpent
from annexa.organizations.models import Person, SignInLink

LINK_HOURS = 24


@transaction.atomic
def create_person(*, name: str, email: str, password: str | None = None, is_administrator: bool = False) -> Person:
    """Create a person; without a password they can only come in by a link. Raises UserError on a bad password."""
    person = Person(name=name.strip(), email=email.strip().lower(), is_administrator=is_administrator)
    if password is None:
        person.set_unusable_password()
    else:
        check_password_rules(password, person)
        person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise UserError(_("Somebody with this e-mail address exists."), {"email": _("In use")}) from error
    return person


def change_profile(*, person: Person, name: str, language: str) -> None:
    """Change what a person is called and which language pages speak to them; raises UserError."""
    name = name.strip()
    if not name:
        raise UserError(_("Say what you are called."), {"name": _("Needed")})
    if language not in dict(settings.LANGUAGES):
        raise UserError(_("Choose a language from the list."), {"language": _("Unknown")})
    Person.objects.filter(pk=person.pk).update(name=name, language=language)
    person.name, person.language = name, language


def check_password_rules(password: str, person: Person) -> None:
    """Raise UserError with every rule the password breaks."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise UserError(" ".join(error.messages), {"password": " ".join(error.messages)}) from error


def create_link(person: Person | None = None) -> str:
    """Return the token of a fresh one-time link."""
    token = new_token()
    SignInLink.objects.create(
        token_hash=token_hash(token), person=person, expires_at=clock.now() + timedelta(hours=LINK_HOURS)
    )
    return token


def find_link(token: str) -> SignInLink:
    """Return the unused link of a token; raises LinkSpent."""
    link = SignInLink.objects.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=clock.now()).first()
    if link is None:
        raise LinkSpent
    return link


def spend_link(link: SignInLink) -> None:
    """Mark a link used, once even when two requests race; raises LinkSpent."""
    if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()):
        raise LinkSpent


@transaction.atomic
def create_administrator(*, token: str, name: str, email: str, password: str) -> Person:
    """Create an administrator from the link that the first start or `annexa createadmin` printed."""
    link = find_link(token)
    if link.person_id:
        raise LinkSpent
    spend_link(link)
    return create_person(name=name, email=email, password=password, is_administrator=True)

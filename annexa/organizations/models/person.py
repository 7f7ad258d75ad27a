"""A person who signs in; what they may do is decided per organisation by a membership."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from annexa.lib import clock
from annexa.lib.ids import new_id
from annexa.lib.text import initials


class PersonManager(BaseUserManager["Person"]):
    """Find people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """A person; `is_administrator` may create organisations on this installation."""

    id = models.UUIDField(primary_key=True, default=new_id)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)

    not_exported = {
        "password": "a hash of what lets the person in",
        "last_login": "the person's own, not the organisation's",
        "is_administrator": "a right over the installation, not in the organisation",
    }
    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        return initials(str(self))

    @property
    def first_name(self) -> str:
        return str(self).split(" ")[0]

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used."""
        return False

"""How an organisation keeps its inventory: classification scheme, own fields, and what it remembers of sheets."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


def usual_scheme() -> list[dict[str, str]]:
    """Return the classification scheme (A.5.12) that an organisation begins with, least sensitive first."""
    return [
        {"key": "public", "name": _("Public"), "handling": _("May be given to anybody.")},
        {"key": "internal", "name": _("Internal"), "handling": _("For people who work here and their suppliers.")},
        {
            "key": "confidential",
            "name": _("Confidential"),
            "handling": _("For those who need it; encrypted on the way."),
        },
        {
            "key": "restricted",
            "name": _("Restricted"),
            "handling": _("For named people; encrypted, and access is logged."),
        },
    ]


class Inventory(models.Model):
    """The terms of an organisation's inventory; locking its row makes changes of numbers and dependencies wait.

    `classifications` and `fields` are lists of objects (key, name, handling; key, label, kind, choices); `columns` maps
    a heading in lower case to the field that somebody chose for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    classifications = models.JSONField(default=usual_scheme)
    fields = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_inventory")]

    def classification(self, key: str) -> str:
        """Return the name of a level, or the key where the level is gone."""
        return next((level["name"] for level in self.classifications if level["key"] == key), key)

    def field(self, key: str) -> dict[str, Any] | None:
        """Return one of the organisation's own fields, or None."""
        return next((each for each in self.fields if each["key"] == key), None)


InventoryVersion = history.versions_of(Inventory)

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.organizations.models import Membership
from annexa.organizations.roles import NAMES
from annexa.ui.marks import status
from annexa.ui.tables import Column, Filter, Table
from annexa.ui.templatetags.ui import day, who
from annexa.web.request import inside


def _state(member: Membership) -> str:
    if member.deactivated_at:
        return _text("Deactivated")
    return _text("Active") if member.is_active() else _text("Expired")


class PeopleTable(Table):
    """The members of an organisation."""

    name = "people"
    label = _("People")
    search = ("person__name", "person__email")
    search_label = _("Find a person")
    columns = (
        Column("person", _("Person"), sort="person__name", cell=lambda m: who(str(m.person))),
        Column("email", _("E-mail"), sort="person__email", value=lambda m: m.person.email),
        Column("role", _("Role"), sort="role", value=lambda m: m.role_name),
        Column("scope", _("Scope"), value=lambda m: m.scope.name if m.scope else _text("All"), shown=False),
        Column("expires_on", _("Ends"), sort="expires_on", cell=lambda m: day(m.expires_on), small=False),
        Column("last_login", _("Last signed in"), sort="person__last_login", cell=lambda m: day(m.person.last_login),
               export=lambda m: m.person.last_login and m.person.last_login.date(),
               small=False),
        Column("state", _("State"), value=_state, cell=lambda m: status("ok" if m.is_active() else "idle", _state(m))),
    )  # fmt: skip
    filters = (
        Filter("role", _("Role"), choices=list(NAMES.items())),
        Filter(
            "deactivated", _("Deactivated"), choices=[("yes", _("Deactivated"))],
            apply=lambda rows, values: rows.filter(deactivated_at__isnull=False),
        ),
    )  # fmt: skip
    export_formats = ("xlsx", "csv")
    opens_drawer = False

    def row_url(self, row: Any) -> str:
        actor = inside(self.request).actor
        return reverse("people:member", args=[actor.organization.slug, row.pk]) if actor.can("members:edit") else ""

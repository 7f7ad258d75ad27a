"""End somebody's access and hand over what they answer for."""

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib.errors import UserError
from annexa.organizations import access
from annexa.organizations import services as organizations
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.treatment.queries import owned
from annexa.treatment.services import statements

OWNED = (owned.tasks, owned.ratings, owned.controls, owned.assets, owned.risks, owned.actions)


@access.command(Permission.MEMBERS_EDIT)
def end_access(*, actor: access.Actor, membership: Membership, successor: Membership | None = None) -> int:
    """End a member's access and give another what they answer for; returns how many things moved.

    Without a successor they stay with the member who leaves, for others to take up; nothing is deleted.
    """
    if successor is not None:
        _check_successor(membership, successor)
        for draft in {row.statement_id: row.statement for row in owned.controls(actor, membership)}.values():
            statements.join_editors(actor, draft)
    moved = 0
    for rows in OWNED if successor else ():
        for row in rows(actor, membership).order_by("pk").select_for_update(of=("self",), no_key=True):
            activity.change(row, owner=successor)
            moved += 1
    organizations.deactivate_membership(actor=actor, membership=membership)
    return moved


def _check_successor(leaving: Membership, successor: Membership) -> None:
    if successor.pk == leaving.pk or not successor.is_active():
        sentence = _("Choose another member who is active.")
        raise UserError(sentence, {"successor": sentence})
    if successor.scope_id and successor.scope_id != leaving.scope_id:
        sentence = _("%(name)s works in one scope and cannot take over what lies in others.") % {"name": successor}
        raise UserError(sentence, {"successor": sentence})

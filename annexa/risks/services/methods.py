"""Choose, change and approve how risks are assessed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib import values as texts
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role
from annexa.risks.carrying import carry_readings
from annexa.risks.errors import MethodChanged, MethodFrozen, MethodWrong, SamePerson
from annexa.risks.models import Method
from annexa.risks.queries import methods as queries
from annexa.risks.terms import TermsWrong, plain, read


@access.command(Permission.RISK_EDIT)
def start_method(*, actor: access.Actor, template: str = "") -> Method:
    """Start the draft of the next version: from the one in force, or from a method that ships (five, three).

    What ships is nobody's own words, so who chooses it may still approve it.
    """
    access.require_all_scopes(actor)
    lock(actor.organization)
    if queries.draft(actor):
        raise UserError(_("There is a draft of the method already."))
    last = queries.methods(actor).first()
    if template and template not in queries.TEMPLATES:
        sentence = _("Annexa ships the methods five and three.")
        raise UserError(sentence, {"template": sentence})
    if not template and last is None:
        template = queries.TEMPLATES[0]
    words = queries.templates()[template] if template else last.plain if last else {}
    number = last.number + 1 if last else 1
    method = Method.objects.create(organization=actor.organization, number=number, plain=_checked(words))
    activity.note(method, number=number, template=template or None)
    return method


@access.command(Permission.RISK_EDIT)
def change_method(*, actor: access.Actor, method: Method, terms: Mapping[str, Any]) -> None:
    """Change the terms of a draft; raises MethodWrong, which names every place at fault."""
    access.require_all_scopes(actor)
    lock(method)
    if method.is_approved:
        raise MethodFrozen
    clean = _checked({**method.plain, **terms})
    if clean == method.plain:
        return
    editors = method.editors
    if actor.person_id and actor.person_id not in editors:
        editors = [*editors, actor.person_id]
    activity.change(method, plain=clean, editors=editors)
    vars(method).pop("terms", None)


@access.command(Permission.RISK_EDIT)
def drop_method(*, actor: access.Actor, method: Method) -> None:
    """Throw a draft away; the method in force stays."""
    access.require_all_scopes(actor)
    lock(method)
    if method.is_approved:
        raise MethodFrozen
    activity.note(method, dropped=method.number)
    method.delete()


@access.command(Permission.RISK_APPROVE)
def approve_method(*, actor: access.Actor, method: Method, seen_hash: str, note: str = "") -> int:
    """Put a draft in force: what was read under the old method is read anew, and both results stay.

    `seen_hash` is the hash of what the person read. Returns how many readings were carried over.
    """
    access.require_all_scopes(actor)
    if actor.membership is None:
        raise NotAllowed(_("A person approves a method, with their name; the operator of the machine cannot."))
    lock(actor.organization)
    lock(method)
    if method.is_approved:
        raise MethodFrozen
    if seen_hash != queries.hash_of(method):
        raise MethodChanged
    relaxed = ""
    if actor.person_id in method.editors:
        if not actor.organization.four_eyes_relaxed:
            raise SamePerson
        relaxed = actor.organization.four_eyes_reason
    before = queries.in_force(actor)
    activity.change(
        method,
        approved_by=actor.membership,
        approved_at=clock.now(),
        approval_note=texts.text(note, "note"),
        four_eyes_relaxed=relaxed,
    )
    return carry_readings(actor, before, method) if before else 0


def _checked(words: Mapping[str, Any]) -> dict[str, Any]:
    try:
        clean = plain(read(words))
    except TermsWrong as error:
        raise MethodWrong(error.problems) from error
    for place, level in enumerate(clean["levels"]):
        if level["accepted_by"] and level["accepted_by"] not in set(Role):
            raise MethodWrong({f"levels.{place}.accepted_by": "choice"})
    return clean

"""Write, review and approve the Statement of Applicability."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.catalog.models import OWN, Framework, Requirement
from annexa.isms import profiles
from annexa.isms import queries as isms
from annexa.lib import clock
from annexa.lib import values as texts
from annexa.lib.errors import Conflict, NotAllowed, NotFound, UserError, about
from annexa.lib.links import web_address
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.tasks import notices
from annexa.tasks.models import Kind
from annexa.treatment.errors import ChangedInReview, ResubmittedMeanwhile, SamePerson, StatementFrozen, StopsApproval
from annexa.treatment.models import Reason, Statement, StatementRow, Status
from annexa.treatment.queries import acceptance
from annexa.treatment.queries import statements as queries
from annexa.treatment.queries.integrity import content_hash
from annexa.treatment.services.measures import measure_statement

EDITED = ("applicable", "reasons", "justification", "status", "implementation", "owner", "links", "decision_needed")
OWNERS_MAY = {"status", "implementation", "links"}
CARRIED = ("applicable", "reasons", "justification", "status", "implementation", "owner", "links", "proposal",
           "from_profile", "decision_needed")  # fmt: skip


@access.command(Permission.SOA_EDIT)
def start_statement(*, actor: access.Actor, scope: Scope, framework: Framework | None = None) -> Statement:
    """Start a draft: from the last version, or from the profile with nothing decided that a person must decide.

    Without a framework it is ISO/IEC 27001:2022.
    """
    Scope.objects.select_for_update().get(organization=actor.organization, pk=scope.pk)  # two starts at once: one waits
    mine = Statement.objects.filter(organization=actor.organization, scope=scope)
    if mine.exclude(state=Statement.State.APPROVED).exists():
        raise UserError(_("A draft of this statement exists already."))
    last = queries.latest_approved(actor, scope)
    statement = Statement.objects.create(
        organization=actor.organization,
        scope=scope,
        framework=framework or _iso_27001(actor),
        number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
        based_on=last,
        created_at=clock.now(),
    )
    first = _first_rows(actor, statement, last)
    StatementRow.objects.bulk_create(first)
    if any(row.from_profile for row in first) and not last:
        _touch(actor, statement)  # what the obligations fill in is content, and somebody had it filled in
    activity.note(statement, number=statement.number, based_on=str(last.pk) if last else None)
    measure_statement(statement)
    return statement


@access.command(Permission.SOA_EDIT)
def add_own_controls(*, actor: access.Actor, statement: Statement) -> int:
    """Add rows for own controls that came after the draft began; returns how many."""
    draft = _lock_draft(statement)
    missing = _controls(actor, draft.framework).exclude(statementrow__statement=draft)
    rows = [StatementRow(organization=actor.organization, statement=draft, requirement=each) for each in missing]
    StatementRow.objects.bulk_create(rows)
    if rows:
        _touch(actor, draft)
        activity.note(draft, added=[row.requirement.ref for row in rows])
    return len(rows)


@access.command(Permission.SOA_EDIT_OWN)
def decide_control(
    *, actor: access.Actor, row: StatementRow, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Change fields of one row. `seen` holds the values the person looked at: a newer one raises Conflict."""
    decide_controls(actor=actor, rows=[row], values=values, seen=seen)


@access.command(Permission.SOA_EDIT_OWN)
def decide_controls(
    *,
    actor: access.Actor,
    rows: Iterable[StatementRow],
    values: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
) -> int:
    """Change the same fields of many rows, all or none; returns how many differed."""
    given = list(rows)
    if not given:
        return 0
    return _decide(actor, given[0].statement, [(row, values) for row in given], seen or {})


@access.command(Permission.SOA_EDIT)
def decide_each(
    *, actor: access.Actor, statement: Statement, rows: Iterable[tuple[StatementRow, Mapping[str, Any]]]
) -> int:
    """Change different fields of many rows, all or none, as an import does; returns how many differed."""
    return _decide(actor, statement, list(rows), {})


@access.command(Permission.SOA_EDIT)
def accept_exclusion(*, actor: access.Actor, row: StatementRow, justification: str) -> None:
    """Leave a control out as the profile proposed, with a justification the person has written."""
    if not row.proposal:
        raise UserError(_("Nothing is proposed for this control."))
    if _words(justification) in ((), _words(row.proposal.get("because", ""))):
        sentence = _("Say in your own words why the control is not needed.")
        raise UserError(sentence, {"justification": sentence})
    values = {"applicable": False, "reasons": [], "justification": justification.strip()}
    _decide(actor, row.statement, [(row, values)], {})


@access.command(Permission.SOA_EDIT)
def confirm_control(*, actor: access.Actor, row: StatementRow) -> None:
    """Keep a row that was carried over from an older edition as it stands: a person has looked and decided."""
    _decide(actor, row.statement, [(row, {"decision_needed": ""})], {})


@access.command(Permission.SOA_EDIT_OWN)
def add_link(*, actor: access.Actor, row: StatementRow, url: str, title: str = "") -> None:
    """Link a row to a document or page that shows the control at work."""
    draft = _lock_draft(row.statement)
    now = queries.rows(draft).get(pk=row.pk).links
    _decide(actor, draft, [(row, {"links": [*now, {"url": url, "title": title}]})], {})


@access.command(Permission.SOA_EDIT_OWN)
def remove_link(*, actor: access.Actor, row: StatementRow, url: str) -> None:
    """Take a link away from a row."""
    draft = _lock_draft(row.statement)
    now = queries.rows(draft).get(pk=row.pk).links
    _decide(actor, draft, [(row, {"links": [link for link in now if link["url"] != url]})], {})


@access.command(Permission.SOA_EDIT)
def submit_statement(*, actor: access.Actor, statement: Statement) -> None:
    """Ask for review; raises StopsApproval while something contradicts."""
    draft = _lock_draft(statement)
    _check_complete(actor, draft)
    activity.change(
        draft,
        state=Statement.State.IN_REVIEW,
        submitted_by=actor.membership,
        submitted_at=clock.now(),
        submitted_hash=content_hash(_content(draft)),
        preliminary=not acceptance.is_complete(actor, draft.scope),
        returned_note="",
    )
    may = [
        member
        for member in organizations.who_can(actor, Permission.SOA_APPROVE)
        if member.person_id not in draft.editors and member.scope_id in (None, draft.scope_id)
    ]
    notices.tell(actor, may, Kind.REVIEW_ASKED, draft, title=_named(draft))


@access.command(Permission.SOA_READ)
def return_statement(*, actor: access.Actor, statement: Statement, seen_hash: str, note: str = "") -> None:
    """Take a statement back to draft: its editors freely, an approver with a note on what they saw (`seen_hash`)."""
    if not (actor.can(Permission.SOA_EDIT) or actor.can(Permission.SOA_APPROVE)):
        raise NotAllowed(_("Your role cannot take a statement back."))
    locked = _lock(statement)
    if locked.state != Statement.State.IN_REVIEW:
        raise UserError(_("This statement is not in review."))
    _check_seen(locked, seen_hash)
    note = texts.text(note, "note")
    if not (note or actor.can(Permission.SOA_EDIT)):
        raise UserError(_("Say what should change."), {"note": _("Say what should change.")})
    activity.change(locked, state=Statement.State.DRAFT, returned_note=note)
    notices.settle(locked, [Kind.REVIEW_ASKED])
    _tell_sender(actor, locked, Kind.REVIEW_RETURNED, note=note)


@access.command(Permission.SOA_APPROVE)
def approve_statement(*, actor: access.Actor, statement: Statement, seen_hash: str, note: str = "") -> Statement:
    """Approve and freeze what the person saw: `seen_hash` is the `submitted_hash` of the page that was read.

    Nobody who changed content since the last version approves, unless that rule is relaxed.
    """
    if actor.membership is None:
        raise NotAllowed(_("A person approves a statement, with their name; the operator of the machine cannot."))
    locked = _lock(statement)
    if locked.state != Statement.State.IN_REVIEW:
        raise UserError(_("Ask for review first.") if locked.is_draft else _("This statement is approved already."))
    _check_seen(locked, seen_hash)
    _check_complete(actor, locked)
    content = _content(locked)
    digest = content_hash(content)
    if digest != locked.submitted_hash:
        raise ChangedInReview
    relaxed = ""
    if queries.has_changed(actor, locked):
        if not locked.organization.four_eyes_relaxed:
            raise SamePerson
        relaxed = locked.organization.four_eyes_reason
    activity.change(
        locked,
        state=Statement.State.APPROVED,
        approved_by=actor.membership,
        approved_at=clock.now(),
        approval_note=texts.text(note, "note"),
        four_eyes_relaxed=relaxed,
        preliminary=not acceptance.is_complete(actor, locked.scope),
        content=content,
        content_hash=digest,
    )
    notices.settle(locked, [Kind.REVIEW_ASKED])
    _tell_sender(actor, locked, Kind.REVIEW_APPROVED, note=locked.approval_note)
    return locked


def _named(statement: Statement) -> str:
    return f"{_('Statement of Applicability')}, {statement.scope.name}"


def _tell_sender(actor: access.Actor, statement: Statement, kind: Kind, **facts: str) -> None:
    if statement.submitted_by:
        notices.tell(actor, [statement.submitted_by], kind, statement, title=_named(statement), **facts)


def _check_seen(statement: Statement, seen_hash: str) -> None:
    if seen_hash != statement.submitted_hash:
        raise ResubmittedMeanwhile


def _content(statement: Statement) -> dict[str, Any]:
    organization = statement.organization
    return {
        "organization": organization.legal_name or organization.name,
        "scope": {"name": statement.scope.name, "statement": statement.scope.statement},
        "framework": statement.framework.title,
        "number": statement.number,
        "lines": [line.plain() for line in queries.lines(statement)],
    }


def _iso_27001(actor: access.Actor) -> Framework:
    """Return the organisation's ISO/IEC 27001, adopting it when it is first needed."""
    known = Framework.objects.filter(organization=actor.organization, slug=library.ISO_27001).first()
    return known or catalog.adopt_framework(actor=actor, framework_id=library.ISO_27001)


def _first_rows(actor: access.Actor, statement: Statement, last: Statement | None) -> list[StatementRow]:
    before = {row.requirement_id: row for row in queries.rows(last)} if last else {}
    answers = isms.answers_for(statement.scope)
    proposals = profiles.exclusions(answers.profile) if answers and not last else {}
    obligations = isms.obligations_by_control(statement.scope) if not last else {}
    rows = []
    for control in _controls(actor, statement.framework):
        row = StatementRow(organization=actor.organization, statement=statement, requirement=control)
        if control.pk in before:
            for name in CARRIED:
                setattr(row, name, getattr(before[control.pk], name))
        elif control.ref in obligations:
            _prefill(row, obligations[control.ref])
        if control.ref in proposals:
            row.proposal = {key: proposals[control.ref][key] for key in ("ask", "because")}
        rows.append(row)
    return rows


def _prefill(row: StatementRow, obligations: list[Any]) -> None:
    """A control that an obligation names is necessary for that reason; it stays open to review."""
    reasons = {Reason.CONTRACT if obligation.kind == "contract" else Reason.LEGAL for obligation in obligations}
    row.applicable, row.from_profile, row.reasons = True, True, sorted(reasons)
    row.justification = _("Named by %(titles)s.") % {"titles": ", ".join(o.title for o in obligations)}


def _controls(actor: access.Actor, framework: Framework) -> Any:
    found = Requirement.objects.filter(organization=actor.organization, kind=Requirement.Kind.CONTROL, retired_at=None)
    return found.filter(framework__slug__in=[framework.slug, OWN]).order_by("framework__slug", "sort_key")


def _decide(
    actor: access.Actor,
    statement: Statement,
    rows: list[tuple[StatementRow, Mapping[str, Any]]],
    seen: Mapping[str, Any],
) -> int:
    draft = _lock_draft(statement)
    fresh = {row.pk: row for row in queries.rows(draft).filter(pk__in=[row.pk for row, _values in rows])}
    if any(row.pk not in fresh for row, _values in rows):
        raise NotFound("There is no such row.")
    changed = sum(_decide_one(actor, fresh[row.pk], values, seen) for row, values in rows)
    if changed:
        _touch(actor, draft)
        measure_statement(draft)
    return changed


def _decide_one(actor: access.Actor, row: StatementRow, values: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    with about(row.pk):
        return _decide_values(actor, row, values, seen)


def _decide_values(actor: access.Actor, row: StatementRow, values: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    if not actor.can(Permission.SOA_EDIT):
        if not actor.owns(row):
            raise NotAllowed(_("You can change only the controls you own."))
        if set(values) - OWNERS_MAY:
            raise NotAllowed(_("An owner keeps status, implementation and links; the ISMS manager decides the rest."))
    clean = {name: _clean(name, value) for name, value in values.items()}
    for name, value in seen.items():
        current = getattr(row, name)
        if name in clean and current not in (value, clean[name]):
            raise Conflict(_("Somebody changed this meanwhile."), theirs=current, yours=clean[name], field=name)
    if {"applicable", "reasons", "justification"} & set(clean):
        clean.setdefault("decision_needed", "")
        if any(getattr(row, name) != value for name, value in clean.items()):
            clean["from_profile"] = False
    if not activity.change(row, **clean):
        return False
    StatementRow.objects.filter(pk=row.pk).update(changed_by=actor.membership)
    return True


def _clean(name: str, value: Any) -> Any:
    if name not in EDITED:
        raise UserError(_("%(name)s cannot be changed here.") % {"name": name})
    if name == "applicable" and value not in (True, False, None):
        raise UserError(_("Say yes or no."), {name: _("Yes or no")})
    if name == "reasons":
        if unknown := set(value) - set(Reason.values):
            raise UserError(_("Unknown reason: %(names)s.") % {"names": ", ".join(unknown)}, {name: _("Unknown")})
        return sorted(set(value))
    if name == "status" and value not in Status.values:
        raise UserError(_("Choose a status."), {name: _("Unknown")})
    if name in ("justification", "implementation"):
        return texts.text(value, name)
    if name == "owner" and value is not None and not isinstance(value, Membership):
        raise UserError(_("Choose a member."), {name: _("Unknown")})
    if name == "links":
        return _clean_links(value)
    return value


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split())


def _clean_links(links: Any) -> list[dict[str, str]]:
    clean = []
    for link in links:
        url, title = web_address(str(link.get("url", ""))), str(link.get("title", "")).strip()
        clean.append({"title": title[:200] or url[:200], "url": url})
    if len(clean) > 50:
        raise UserError(_("A control can have 50 links."), {"links": _("Too many")})
    return clean


def join_editors(actor: access.Actor, statement: Statement) -> None:
    """Count somebody who is about to change rows of a draft by another command among those who do not approve it."""
    _touch(actor, _lock_draft(statement))


def _touch(actor: access.Actor, draft: Statement) -> None:
    draft.changed_at = clock.now()
    if actor.person_id and actor.person_id not in draft.editors:
        draft.editors = [*draft.editors, actor.person_id]
    draft.save(update_fields=["changed_at", "editors"])


def _check_complete(actor: access.Actor, statement: Statement) -> None:
    stops = [each for each in queries.contradictions(actor, statement) if each.stops]
    if stops:
        raise StopsApproval(len(stops))


def _lock(statement: Statement) -> Statement:
    locked = Statement.objects.select_for_update(of=("self",)).select_related("organization", "scope", "framework")
    return locked.get(pk=statement.pk)


def _lock_draft(statement: Statement) -> Statement:
    draft = _lock(statement)
    if not draft.is_draft:
        raise StatementFrozen
    return draft

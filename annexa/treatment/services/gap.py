"""Rate a scope against ISO/IEC 27001 and plan what to do."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.catalog.models import Framework, Requirement
from annexa.isms import profiles
from annexa.isms import queries as isms
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import Conflict, NotAllowed, UserError, about
from annexa.lib.ids import new_id
from annexa.lib.links import web_address
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.tasks import queries as task_queries
from annexa.tasks import services as tasks
from annexa.treatment.errors import AssessmentClosed
from annexa.treatment.models import Conformity, DocumentState, GapAssessment, GapDocument, GapEvidence, GapRating
from annexa.treatment.services.measures import measure_gap

FINDING = ("conformity", "maturity", "target", "note", "owner")
RATED = (*FINDING, "action", "effort", "due")
ASSESSABLE = (Requirement.Kind.REQUIREMENT, Requirement.Kind.CONTROL)


@access.command(Permission.GAP_EDIT)
def start_assessment(
    *,
    actor: access.Actor,
    scope: Scope,
    framework: Framework | None = None,
    title: str = "",
    copy_from: GapAssessment | None = None,
    close_open: bool = False,
) -> GapAssessment:
    """Open an assessment with a row for each requirement and control, empty or copied; closes none unless asked to.

    Without a framework it is ISO/IEC 27001:2022. A copy brings its evidence along, and open tasks follow it.
    """
    Scope.objects.select_for_update().get(organization=actor.organization, pk=scope.pk)  # two starts at once: one waits
    framework = framework or _iso_27001(actor)
    mine = GapAssessment.objects.filter(organization=actor.organization, scope=scope)
    for open_one in mine.filter(framework=framework, closed_at=None) if close_open else ():
        activity.change(_lock_open(open_one), closed_at=clock.now())
    if mine.filter(framework=framework, closed_at=None).exists():
        raise UserError(_("An assessment of this scope is open. Close it first."))
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    assessment = GapAssessment.objects.create(
        organization=actor.organization,
        scope=scope,
        framework=framework,
        number=number,
        title=title.strip()[:160] or _("Assessment %(number)s") % {"number": number},
        copied_from=copy_from,
        started_by=actor.membership,
        started_at=clock.now(),
    )
    ratings = GapRating.objects.bulk_create(_first_ratings(actor, assessment, scope, copy_from))
    if copy_from:
        _carry_over(actor, copy_from, ratings)
    GapDocument.objects.bulk_create(_first_documents(assessment, copy_from))
    activity.note(assessment, number=number, copied_from=str(copy_from.pk) if copy_from else None)
    measure_gap(assessment)
    return assessment


@access.command(Permission.GAP_EDIT)
def close_assessment(*, actor: access.Actor, assessment: GapAssessment) -> None:
    """Close an assessment; from then on it only shows how things stood."""
    lock(assessment)
    _check_open(assessment)
    activity.change(assessment, closed_at=clock.now())


@access.command(Permission.GAP_EDIT)
def rename_assessment(*, actor: access.Actor, assessment: GapAssessment, title: str) -> None:
    """Give an assessment another title."""
    if not title.strip():
        raise UserError(_("An assessment needs a title."), {"title": _("Needed")})
    lock(assessment)
    activity.change(assessment, title=title.strip()[:160])


@access.command(Permission.GAP_RATE_OWN)
def rate_requirement(
    *, actor: access.Actor, rating: GapRating, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Change fields of one row. `seen` holds the values the person looked at: a newer one raises Conflict."""
    rate_requirements(actor=actor, ratings=[rating], values=values, seen=seen)


@access.command(Permission.GAP_RATE_OWN)
def rate_requirements(
    *,
    actor: access.Actor,
    ratings: Iterable[GapRating],
    values: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
) -> int:
    """Change the same fields of many rows, all or none; returns how many differed."""
    rows = list(ratings)
    if not rows:
        return 0
    assessment = _lock_open(rows[0].assessment)
    changed = sum(_rate(actor, row, values, seen or {}) for row in _fresh(assessment, rows))
    _touch(assessment, changed)
    return changed


@access.command(Permission.GAP_RATE_OWN)
def rate_each(
    *, actor: access.Actor, assessment: GapAssessment, rows: Iterable[tuple[GapRating, Mapping[str, Any]]]
) -> int:
    """Change different fields of many rows, all or none, as an import does; returns how many differed."""
    given = {row.pk: values for row, values in rows}
    locked = _lock_open(assessment)
    changed = sum(_rate(actor, row, given[row.pk], {}) for row in _fresh(locked, given))
    _touch(locked, changed)
    return changed


@access.command(Permission.GAP_RATE_OWN)
def add_evidence(
    *,
    actor: access.Actor,
    rating: GapRating,
    title: str,
    dated: date,
    url: str = "",
    sha256: str = "",
    size: int | None = None,
) -> GapEvidence:
    """Attach a link or a stored file to a row."""
    _lock_open(rating.assessment)
    lock(rating)
    _check_right(actor, rating)
    if dated > clock.today():
        raise UserError(_("Evidence cannot be from the future."), {"dated": _("In the future")})
    if bool(url) == bool(sha256):
        raise UserError(_("Give a file or a link."), {"url": _("A file or a link")})
    url = web_address(url) if url else ""
    evidence = GapEvidence.objects.create(
        organization=actor.organization,
        rating=rating,
        title=title.strip()[:200] or url[:200],
        dated=dated,
        url=url,
        sha256=sha256,
        size=size,
        added_by=actor.membership,
    )
    activity.note(rating, evidence=str(evidence.pk), title=evidence.title, url=url, sha256=sha256)
    return evidence


@access.command(Permission.GAP_RATE_OWN)
def remove_evidence(*, actor: access.Actor, evidence: GapEvidence) -> None:
    """Detach evidence from a row of an open assessment; the file stays for older ones."""
    rating = evidence.rating
    _lock_open(rating.assessment)
    lock(rating)
    lock(evidence)
    _check_right(actor, rating)
    activity.note(rating, removed=str(evidence.pk), title=evidence.title, url=evidence.url, sha256=evidence.sha256)
    evidence.delete()


@access.command(Permission.GAP_EDIT)
def set_document(*, actor: access.Actor, document: GapDocument, state: str, url: str = "") -> None:
    """Say whether a mandatory document exists and where."""
    _lock_open(document.assessment)
    lock(document)
    if state not in DocumentState.values:
        raise UserError(_("Choose missing, draft or present."), {"state": _("Unknown")})
    activity.change(document, state=state, url=web_address(url) if url else "")


def _rate(actor: access.Actor, row: GapRating, values: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    with about(row.pk):
        return _rate_one(actor, row, values, seen)


def _rate_one(actor: access.Actor, row: GapRating, values: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    _check_right(actor, row)
    clean = {name: _clean(row, name, value) for name, value in values.items()}
    for name, value in seen.items():
        current = getattr(row, name)
        if name in clean and current not in (value, clean[name]):
            raise Conflict(_("Somebody changed this meanwhile."), theirs=current, yours=clean[name], field=name)
    if "owner" in clean and clean["owner"] != row.owner and not actor.can(Permission.GAP_EDIT):
        raise NotAllowed(_("Your role cannot hand a requirement to somebody else."))
    if not activity.change(row, **clean):
        return False
    GapRating.objects.filter(pk=row.pk).update(changed_by=actor.membership)
    if {"action", "owner", "due"} & set(clean):
        tasks.follow_source(
            actor=actor,
            kind=GapRating.TASK_KIND,
            source_id=row.pk,
            scope_id=row.assessment.scope_id,
            reference=row.requirement.ref,
            title=row.action,
            owner=row.owner,
            due=row.due,
        )
    return True


def _clean(row: GapRating, name: str, value: Any) -> Any:
    if name not in RATED:
        raise UserError(_("%(name)s cannot be changed here.") % {"name": name})
    if name == "conformity":
        _check_conformity(row, value)
    if name in ("maturity", "target") and not (value in range(6) or (value is None and name == "maturity")):
        raise UserError(_("Maturity is a whole number from 0 to 5."), {name: _("0 to 5")})
    if name == "effort" and value is not None:
        return _clean_effort(value)
    if name in ("note", "action"):
        return str(value).strip()[: 300 if name == "action" else 20_000]
    if name == "owner" and value is not None and not isinstance(value, Membership):
        raise UserError(_("Choose a member."), {name: _("Unknown")})
    return value


def _clean_effort(value: Any) -> Decimal:
    days = Decimal(str(value)).quantize(Decimal("0.1"))
    if not Decimal(0) < days < Decimal(10_000):
        raise UserError(_("Effort is a number of days, at least 0.1."), {"effort": _("Days, more than 0")})
    return days


def _check_conformity(row: GapRating, value: Any) -> None:
    if value not in Conformity.values:
        raise UserError(_("Choose one of the conformity values."), {"conformity": _("Unknown")})
    if value == Conformity.NOT_APPLICABLE and row.requirement.kind != Requirement.Kind.CONTROL:
        sentence = _("Clauses 4 to 10 always apply; only Annex A controls can be not applicable.")
        raise UserError(sentence, {"conformity": sentence})


def _check_right(actor: access.Actor, row: GapRating) -> None:
    if not actor.can(Permission.GAP_EDIT) and not actor.owns(row):
        raise NotAllowed(_("You can rate only what you own."))


def _lock_open(assessment: GapAssessment) -> GapAssessment:
    locked = GapAssessment.objects.select_for_update().get(pk=assessment.pk)
    _check_open(locked)
    return locked


def _check_open(assessment: GapAssessment) -> None:
    if not assessment.is_open:
        raise AssessmentClosed


def _fresh(assessment: GapAssessment, rows: Iterable[GapRating | UUID]) -> list[GapRating]:
    """Read rows again once the assessment is locked, so that nobody's change in between is lost."""
    wanted = [row.pk if isinstance(row, GapRating) else row for row in rows]
    found = GapRating.objects.filter(assessment=assessment, pk__in=wanted)
    return list(found.select_related("requirement", "owner", "assessment").order_by("requirement__sort_key"))


def _touch(assessment: GapAssessment, changed: int) -> None:
    if changed:
        GapAssessment.objects.filter(pk=assessment.pk).update(changed_at=clock.now())
        measure_gap(assessment)


def _iso_27001(actor: access.Actor) -> Framework:
    """Return the organisation's ISO/IEC 27001, adopting it when it is first needed."""
    known = Framework.objects.filter(organization=actor.organization, slug=library.ISO_27001).first()
    return known or catalog.adopt_framework(actor=actor, framework_id=library.ISO_27001)


def _first_ratings(
    actor: access.Actor, assessment: GapAssessment, scope: Scope, copy_from: GapAssessment | None
) -> list[GapRating]:
    requirements = Requirement.objects.filter(
        organization=actor.organization, framework=assessment.framework, kind__in=ASSESSABLE, retired_at=None
    )
    older = {r.requirement_id: r for r in copy_from.ratings.select_related("owner")} if copy_from else {}
    done = {key for key, state in task_queries.states_by_source(actor, GapRating.TASK_KIND).items() if state == "done"}
    answers = isms.answers_for(scope)
    targets = profiles.target_maturity(answers, [r.ref for r in requirements]) if answers else {}
    made = []
    for requirement in requirements:
        row = GapRating(organization=actor.organization, assessment=assessment, requirement=requirement)
        row.target = targets.get(requirement.ref, 3)
        if old := older.get(requirement.pk):
            for name in RATED if old.pk not in done else FINDING:  # what is done is not to be done again
                setattr(row, name, getattr(old, name))
        made.append(row)
    return made


def _carry_over(actor: access.Actor, copy_from: GapAssessment, ratings: Iterable[GapRating]) -> None:
    """Let evidence and open tasks of the copied rows follow to the new ones."""
    new = {rating.requirement_id: rating for rating in ratings}
    heirs = {old.pk: new[old.requirement_id] for old in copy_from.ratings.all() if old.requirement_id in new}
    evidence = []
    for each in GapEvidence.objects.filter(rating__assessment=copy_from).order_by("added_at"):
        if each.rating_id in heirs:
            each.pk, each.rating = new_id(), heirs[each.rating_id]
            evidence.append(each)
    GapEvidence.objects.bulk_create(evidence)
    moves = {old: rating.pk for old, rating in heirs.items()}
    scope_id = next((rating.assessment.scope_id for rating in new.values()), copy_from.scope_id)
    tasks.move_sources(actor=actor, kind=GapRating.TASK_KIND, moves=moves, scope_id=scope_id)


def _first_documents(assessment: GapAssessment, copy_from: GapAssessment | None) -> list[GapDocument]:
    older = {d.key: d for d in copy_from.documents.all()} if copy_from else {}
    return [
        GapDocument(
            organization_id=assessment.organization_id,
            assessment=assessment,
            key=entry["id"],
            state=older[entry["id"]].state if entry["id"] in older else DocumentState.MISSING,
            url=older[entry["id"]].url if entry["id"] in older else "",
        )
        for entry in assessment.framework.documents
    ]

"""Rate a scope against ISO/IEC 27001 and plan what to do."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog.models import Framework, Requirement
from annexa.isms import profiles
from annexa.isms import queries as isms
from annexa.lib import clock
from annexa.lib.errors import Conflict, NotAllowed, UserError
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.tasks import services as tasks
from annexa.treatment.errors import AssessmentClosed
from annexa.treatment.models import Conformity, DocumentState, GapAssessment, GapDocument, GapEvidence, GapRating
from annexa.treatment.services.measures import measure_gap

RATED = ("conformity", "maturity", "target", "note", "action", "owner", "effort", "due")
ASSESSABLE = (Requirement.Kind.REQUIREMENT, Requirement.Kind.CONTROL)


@access.command(Permission.GAP_EDIT)
def start_assessment(
    *,
    actor: access.Actor,
    scope: Scope,
    framework: Framework,
    title: str = "",
    copy_from: GapAssessment | None = None,
) -> GapAssessment:
    """Open an assessment with a row for each requirement and control, empty or copied; closes none by itself."""
    mine = GapAssessment.objects.filter(organization=actor.organization, scope=scope)
    if mine.filter(framework=framework, closed_at=None).exists():
        raise UserError(_("An assessment of this scope is open. Close it first."))
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    assessment = GapAssessment.objects.create(
        organization=actor.organization,
        scope=scope,
        framework=framework,
        number=number,
        title=title.strip() or _("Assessment %(number)s") % {"number": number},
        copied_from=copy_from,
        started_by=actor.membership,
        started_at=clock.now(),
    )
    GapRating.objects.bulk_create(_first_ratings(actor, assessment, scope, copy_from))
    GapDocument.objects.bulk_create(_first_documents(assessment, copy_from))
    activity.note(assessment, number=number, copied_from=str(copy_from.pk) if copy_from else None)
    measure_gap(assessment)
    return assessment


@access.command(Permission.GAP_EDIT)
def close_assessment(*, actor: access.Actor, assessment: GapAssessment) -> None:
    """Close an assessment; from then on it only shows how things stood."""
    _lock_open(assessment)
    activity.change(assessment, closed_at=clock.now())


@access.command(Permission.GAP_EDIT)
def rename_assessment(*, actor: access.Actor, assessment: GapAssessment, title: str) -> None:
    """Give an assessment another title."""
    if not title.strip():
        raise UserError(_("An assessment needs a title."), {"title": _("Needed")})
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
    changed = sum(_rate(actor, assessment, row, values, seen or {}) for row in _fresh(rows))
    if changed:
        GapAssessment.objects.filter(pk=assessment.pk).update(changed_at=clock.now())
        measure_gap(assessment)
    return changed


@access.command(Permission.GAP_RATE_OWN)
def rate_each(
    *, actor: access.Actor, assessment: GapAssessment, rows: Iterable[tuple[GapRating, Mapping[str, Any]]]
) -> int:
    """Change different fields of many rows, all or none, as an import does; returns how many differed."""
    _lock_open(assessment)
    changed = sum(_rate(actor, assessment, row, values, {}) for row, values in rows)
    if changed:
        GapAssessment.objects.filter(pk=assessment.pk).update(changed_at=clock.now())
        measure_gap(assessment)
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
    _check_right(actor, rating)
    if dated > clock.today():
        raise UserError(_("Evidence cannot be from the future."), {"dated": _("In the future")})
    if bool(url) == bool(sha256):
        raise UserError(_("Give a file or a link."), {"url": _("A file or a link")})
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
    activity.note(evidence, rating=str(rating.pk), url=url, sha256=sha256)
    return evidence


@access.command(Permission.GAP_RATE_OWN)
def remove_evidence(*, actor: access.Actor, evidence: GapEvidence) -> None:
    """Detach evidence from a row of an open assessment; the file stays for older ones."""
    _lock_open(evidence.rating.assessment)
    _check_right(actor, evidence.rating)
    activity.note(evidence, rating=str(evidence.rating_id), removed=True, sha256=evidence.sha256, url=evidence.url)
    evidence.delete()


@access.command(Permission.GAP_EDIT)
def set_document(*, actor: access.Actor, document: GapDocument, state: str, url: str = "") -> None:
    """Say whether a mandatory document exists and where."""
    _lock_open(document.assessment)
    if state not in DocumentState.values:
        raise UserError(_("Choose missing, draft or present."), {"state": _("Unknown")})
    activity.change(document, state=state, url=url)


def _rate(
    actor: access.Actor, assessment: GapAssessment, row: GapRating, values: Mapping[str, Any], seen: Mapping[str, Any]
) -> bool:
    _check_right(actor, row)
    clean = {name: _clean(row, name, value) for name, value in values.items()}
    for name, value in seen.items():
        current = getattr(row, name)
        if name in clean and current not in (value, clean[name]):
            raise Conflict(_("Somebody changed this meanwhile."), theirs=current, yours=clean[name])
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
    if name == "effort" and value is not None and not Decimal(0) <= Decimal(value) < Decimal(10_000):
        raise UserError(_("Effort is a number of days."), {name: _("Days, 0 or more")})
    if name in ("note", "action"):
        return str(value).strip()[: 300 if name == "action" else 20_000]
    if name == "owner" and value is not None and not isinstance(value, Membership):
        raise UserError(_("Choose a member."), {name: _("Unknown")})
    return value


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
    if not locked.is_open:
        raise AssessmentClosed
    return locked


def _fresh(rows: list[GapRating]) -> list[GapRating]:
    return list(
        GapRating.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("requirement", "owner", "assessment")
        .order_by("requirement__sort_key")
    )


def _first_ratings(
    actor: access.Actor, assessment: GapAssessment, scope: Scope, copy_from: GapAssessment | None
) -> list[GapRating]:
    requirements = Requirement.objects.filter(
        organization=actor.organization, framework=assessment.framework, kind__in=ASSESSABLE, retired_at=None
    )
    older = {r.requirement_id: r for r in copy_from.ratings.select_related("owner")} if copy_from else {}
    answers = isms.answers_for(scope)
    targets = profiles.target_maturity(answers, [r.ref for r in requirements]) if answers else {}
    made = []
    for requirement in requirements:
        row = GapRating(organization=actor.organization, assessment=assessment, requirement=requirement)
        row.target = targets.get(requirement.ref, 3)
        for name in RATED if requirement.pk in older else ():
            setattr(row, name, getattr(older[requirement.pk], name))
        made.append(row)
    return made


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

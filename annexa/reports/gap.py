"""The gap report: what an assessment says, for readers outside Annexa."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.organizations.access import Actor
from annexa.reports import seal
from annexa.reports.document import Column, Group, Report, Section, Table
from annexa.treatment.models import GapAssessment, GapRating
from annexa.treatment.queries import gap as queries
from annexa.ui import dates

FORMATS = ("pdf", "docx", "xlsx", "csv")


def report(actor: Actor, assessment: GapAssessment) -> Report:
    """Return the report of an assessment as it stands now."""
    rows = list(queries.ratings(assessment))
    return Report(
        title=_("Gap analysis"),
        subtitle=_("%(organization)s against %(framework)s")
        % {
            "organization": actor.organization.legal_name or actor.organization.name,
            "framework": assessment.framework.title,
        },
        facts=[*_facts(assessment, rows), seal.fact(actor)],
        notices=_notices(assessment),
        sections=[
            _readiness(rows),
            _documents(assessment),
            _plan(queries.action_plan(actor, rows)),
            _requirements(rows),
        ],
        language=actor.organization.language,
        footer=f"{actor.organization.name} · {_('Gap analysis')} · {assessment.title}",
        landscape=True,
        words={"page": _("Page"), "of": _("of"), "about": _("Summary")},
    )


def formula() -> list[str]:
    """Say how readiness and the order of the action plan are computed."""
    return [
        _("Readiness = what conforms ÷ (everything − what is not applicable). Partly met counts as not ready."),
        _("Gain = the conformity that is missing (1, or 0.5 when partly met) + 0.1 per maturity level below target."),
        _("The plan lists clauses 4 to 10 first, because they are mandatory, then by gain ÷ effort, then by due date."),
        _("Where nobody has estimated the effort, one day is assumed."),
    ]


def theme_title(theme: str) -> str:
    """Return a theme of Annex A in words."""
    return {
        "organizational": _("Organizational"),
        "people": _("People"),
        "physical": _("Physical"),
        "technological": _("Technological"),
    }.get(theme, theme)


def _facts(assessment: GapAssessment, rows: Sequence[GapRating]) -> list[tuple[str, str]]:
    overall, closed = queries.overall(rows), assessment.closed_at
    counts = _(
        "%(met)s conform, %(partly)s partly, %(unmet)s not met, %(unassessed)s not assessed, %(out)s not applicable"
    ) % {
        "met": overall.met,
        "partly": overall.partly,
        "unmet": overall.unmet,
        "unassessed": overall.unassessed,
        "out": overall.not_applicable,
    }
    return [
        (_("Assessment"), f"{assessment.title} ({assessment.number})"),
        (_("Scope"), assessment.scope.statement or assessment.scope.name),
        (_("Started"), dates.day(assessment.started_at)),
        (_("Last change"), dates.day(assessment.changed_at)),
        (_("State"), _("Closed on %(day)s") % {"day": dates.day(closed)} if closed else _("Open")),
        (_("Readiness"), f"{overall.percent}%"),
        (_("Counts"), counts),
        (_("Printed"), dates.day(clock.now())),
    ]


def _notices(assessment: GapAssessment) -> list[str]:
    return [_("This assessment is still open; its figures may change.")] if assessment.is_open else []


def _readiness(rows: Sequence[GapRating]) -> Section:
    labels = (_("Part"), _("Ready"), _("Conform"), _("Partly"), _("Not met"), _("Not assessed"), _("Not applicable"))
    columns = [Column(label, 3.0 if index == 0 else 1.0) for index, label in enumerate(labels)]
    clauses = [_line(f"{group.key} {group.title}", group.readiness) for group in queries.by_clause(rows)]
    themes = [_line(theme_title(group.key), group.readiness) for group in queries.by_theme(rows)]
    groups = [Group(_("Clauses 4 to 10"), clauses), Group(_("Annex A"), themes)]
    return Section(_("Readiness"), formula()[:1], Table(columns, groups, _("Readiness")))


def _line(title: str, readiness: Any) -> list[Any]:
    counts = [readiness.met, readiness.partly, readiness.unmet, readiness.unassessed, readiness.not_applicable]
    return [title, f"{readiness.percent}%", *counts]


def _documents(assessment: GapAssessment) -> Section:
    columns = [
        Column(_("Clause"), 0.8),
        Column(_("Document"), 4.0, wrap=True),
        Column(_("State")),
        Column(_("Place"), 4.0, wrap=True),
    ]
    rows = [
        [entry["requirement"], entry["title"], found.get_state_display(), found.url]
        for entry, found in queries.documents(assessment)
    ]
    return Section(_("Mandatory documents"), (), Table(columns, [Group("", rows)], _("Documents")))


def _plan(plan: Sequence[queries.Action]) -> Section:
    columns = [
        Column(_("No."), 0.5),
        Column(_("Id"), 0.8),
        Column(_("What to do"), 4.0, wrap=True),
        Column(_("Mandatory"), 1.0),
        Column(_("Gain"), 0.7),
        Column(_("Effort (days)"), 0.9),
        Column(_("Gain ÷ effort"), 0.9),
        Column(_("Due"), 1.1),
        Column(_("Owner"), 1.6, wrap=True),
        Column(_("Points"), 0.8),
    ]
    rows = [_action(number, action) for number, action in enumerate(plan, 1)]
    return Section(_("Action plan"), formula()[1:], Table(columns, [Group("", rows)], _("Action plan")))


def _action(number: int, action: queries.Action) -> list[Any]:
    rating, gain = action.rating, action.gain
    effort = _("%(days)s assumed") % {"days": f"{gain.effort:g}"} if gain.effort_assumed else gain.effort
    return [
        number,
        rating.requirement.ref,
        rating.action or queries.heading(rating.requirement),
        _("Yes") if gain.mandatory else _("No"),
        round(gain.gain, 2),
        effort,
        round(gain.ratio, 2),
        rating.due,
        str(rating.owner) if rating.owner else "",
        round(action.points, 1),
    ]


def _requirements(rows: Sequence[GapRating]) -> Section:
    columns = [
        Column(_("Id"), 0.8),
        Column(_("Requirement"), 3.0, wrap=True),
        Column(_("Conformity"), 1.2),
        Column(_("Now"), 0.6),
        Column(_("Target"), 0.7),
        Column(_("Note"), 3.4, wrap=True),
        Column(_("Evidence"), 0.9),
        Column(_("Next action"), 2.6, wrap=True),
        Column(_("Owner"), 1.4, wrap=True),
        Column(_("Days"), 0.7),
        Column(_("Due"), 1.1),
    ]
    titles = {group.key: f"{group.key} {group.title}" for group in queries.by_clause([])}
    groups: dict[str, list[list[Any]]] = {}
    for row in rows:
        requirement = row.requirement
        theme = theme_title(requirement.theme)
        heading = titles.get(requirement.ref.split(".")[0], "") if requirement.kind == "requirement" else theme
        groups.setdefault(heading, []).append(_requirement(row))
    return Section(
        _("Requirements and controls"), (), Table(columns, [Group(h, r) for h, r in groups.items()], _("Requirements"))
    )


def _requirement(row: GapRating) -> list[Any]:
    return [
        row.requirement.ref,
        queries.heading(row.requirement),
        row.get_conformity_display(),
        row.maturity,
        row.target,
        row.note,
        queries.evidence_count(row),
        row.action,
        str(row.owner) if row.owner else "",
        row.effort,
        row.due,
    ]

"""All controls as a table, readable at ten thousand."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, Q, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.treatment.models import Statement, Status
from annexa.treatment.queries import controls as decisions
from annexa.ui import marks
from annexa.ui.tables import Column, Filter, Table
from annexa.web.catalog import words
from annexa.web.request import inside

DECIDED = (("yes", _("Applicable")), ("no", _("Left out")), ("open", _("Not decided")))


def _attribute(name: str, label: Any) -> Column:
    return Column(name, label, value=lambda row: words.values(row.attributes.get(name, ())), shown=False, small=False)


def _applicable(row: Any) -> str:
    answer = row.decision["applicable"] if row.decision else None
    return str(dict(DECIDED)[{True: "yes", False: "no", None: "open"}[answer]])


def _status(row: Any) -> str:
    return str(Status(row.decision["status"]).label) if row.decision else ""


def _applicable_cell(row: Any) -> SafeString:
    return words.applicable_mark(row.decision["applicable"] if row.decision else None, _applicable(row))


def _status_cell(row: Any) -> SafeString:
    if not row.decision or row.decision["applicable"] is False:
        return marks.DASH
    return words.decision_mark(None, row.decision["status"])


class ControlTable(Table):
    """Every control of the organisation with what the current Statement of Applicability says of it."""

    name = "controls"
    label = _("Controls")
    search = ("ref", "title")
    search_label = _("Find a control")
    group_by = "shelf"
    export_formats = ("xlsx", "csv")
    empty_icon = "shield-check"
    empty_title = _("No controls yet")
    empty_text = _("Bring in a framework, or add a control of your own.")
    columns = (
        Column("control", _("Control"), sort="sort_key", cell=lambda row: marks.named(row.ref, row.title), value=str,
               export=lambda row: (row.ref, row.title)),
        Column("theme", _("Theme"), sort="theme", value=lambda row: words.THEMES.get(row.theme, row.theme),
               shown=False),
        Column("change", _("Since 2013"), sort="change", cell=lambda row: words.change_chip(row.change),
               export=lambda row: words.SHORT.get(row.change, "")),
        Column("control_type", _("Type"), value=lambda row: words.values(row.attributes.get("control_type", ())),
               small=False),
        Column("applicable", _("Applies"), value=_applicable, cell=_applicable_cell),
        Column("status", _("Implementation"), value=_status, cell=_status_cell),
        Column("framework", _("Framework"), value=lambda row: row.framework.title, shown=False),
        *(_attribute(name, title) for name, title in words.ATTRIBUTES.items() if name != "control_type"),
    )  # fmt: skip

    def __init__(
        self, rows: Any, request: HttpRequest, *, statement: Statement | None, counts: list[dict[str, Any]]
    ) -> None:
        self.statement = statement
        self.filters = self._filters(counts)
        if "retired" not in request.GET:
            rows = rows.filter(retired_at=None)
        rows = rows.order_by("-framework__is_builtin", "framework__slug", "sort_key")
        rows = decisions.with_decisions(rows, statement).defer("summary", "guidance")
        rows = rows.annotate(
            shelf=Case(When(framework__is_builtin=True, then=F("theme")), default=F("framework__title"))
        )
        super().__init__(rows, request, count=sum(entry["count"] for entry in counts))

    def row_url(self, row: Any) -> str:
        actor = inside(self.request).actor
        return reverse("catalog:control", args=[actor.organization.slug, row.framework.slug, row.ref]) + self._scope

    def row_class(self, row: Any) -> str:
        return "ax-out" if row.retired_at or (row.decision and row.decision["applicable"] is False) else ""

    def row_label(self, row: Any) -> str:
        return str(row)

    def group_label(self, key: Any, members: list[Any]) -> object:
        return super().group_label(words.THEMES.get(key, key or _text("Own controls")), members)

    def export_rows(self) -> Iterator[list[Any]]:
        """Give id and title a column each."""
        for first, *rest in super().export_rows():
            yield [*(first if isinstance(first, tuple) else (_text("Id"), _text("Title"))), *rest]

    @property
    def _scope(self) -> str:
        scope = self.params.get("scope")
        return f"?scope={scope}" if scope else ""

    def _filters(self, counts: list[dict[str, Any]]) -> list[Filter]:
        statement = self.statement
        frameworks = {entry["framework__slug"]: entry["framework__title"] for entry in counts}
        return [
            Filter("theme", _("Theme"), choices=list(words.THEMES.items())),
            Filter("change", _("Since 2013"), choices=list(words.CHANGES.items())),
            Filter("applicable", _("Applies"), choices=DECIDED,
                   apply=lambda rows, values: decisions.with_applicability(rows, statement, values)),
            Filter("status", _("Implementation"), choices=Status.choices,
                   apply=lambda rows, values: decisions.with_status(rows, statement, values)),
            *(attribute_filter(name, title) for name, title in words.ATTRIBUTES.items()),
            Filter("framework", _("Framework"), choices=list(frameworks.items()) if len(frameworks) > 1 else (),
                   field="framework__slug"),
            Filter("retired", _("Retired"), choices=[("yes", _("Retired"))],
                   apply=lambda rows, _values: rows.filter(retired_at__isnull=False)),
        ]  # fmt: skip


def attribute_filter(name: str, title: Any) -> Filter:
    """Return the filter for one of the five attributes; any of the chosen values will do."""

    def narrow(rows: Any, wanted: list[str]) -> Any:
        return rows.filter(reduce(or_, (Q(**{f"attributes__{name}__contains": [value]}) for value in wanted)))

    return Filter(name, title, choices=lambda: words.attribute_choices(name), apply=narrow)

"""The library of scenarios: look, tick, take."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annexa.assets.models import Asset, Kind, State
from annexa.assets.queries import assets
from annexa.isms import profiles
from annexa.isms import queries as isms
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.risks import library
from annexa.risks.library import Scenario
from annexa.risks.queries import risks as queries
from annexa.risks.services import library as services
from annexa.ui.marks import chip
from annexa.ui.tables import Action, Column, Filter, Table
from annexa.web.fields import OwnerField, choose_from
from annexa.web.request import Request, reads, scope_of
from annexa.web.risks.links import go, link


def scenario_cell(scenario: Scenario) -> Any:
    """Show what may happen in a sentence below its title."""
    return format_html(
        '<span class="ax-2l"><span class="ax-strong">{}</span><small>{} {}</small></span>',
        scenario.title, scenario.cause, scenario.event,
    )  # fmt: skip


def harms_cell(scenario: Scenario) -> Any:
    """Show which of confidentiality, integrity and availability is lost."""
    letters = ((("w" if each in scenario.harms else ""), each) for each in library.HARMS)
    return format_html('<span class="ax-cia">{}</span>', format_html_join("", '<span class="{}">{}</span>', letters))


class ScenarioTable(Table):
    """The scenarios that ship."""

    name = "scenarios"
    label = gettext_lazy("Scenarios")
    search = ("title", "cause", "event", "threat")
    search_label = gettext_lazy("Find a scenario")
    opens_drawer = False
    bulk_fields = "risks/take.html"
    usual = (
        Column("title", gettext_lazy("Scenario"), sort="title", cell=scenario_cell),
        Column("category", gettext_lazy("Category"), sort="category", small=False),
        Column("harms", gettext_lazy("C I A"), sort="harms", cell=harms_cell),
        Column("assets", gettext_lazy("Typical assets"), small=False,
               value=lambda s: ", ".join(str(Kind(each).label) for each in s.assets)),
        Column("controls", gettext_lazy("Controls that treat it"), value=lambda s: ", ".join(s.controls), small=False),
        Column("attack", gettext_lazy("ATT&CK"), value=lambda s: ", ".join(s.attack), shown=False),
    )  # fmt: skip

    def __init__(self, request: Request, taken: dict[str, str], profile: str) -> None:
        self.columns = [
            *self.usual,
            Column("taken", gettext_lazy("On the register"), value=lambda s: taken.get(s.key, ""), small=False,
                   cell=lambda s: chip(taken[s.key]) if s.key in taken else ""),
        ]  # fmt: skip
        titles = [(each, profiles.profile(each)["title"]) for each in profiles.PROFILES]
        self.filters = (
            Filter("profile", gettext_lazy("Industry"), choices=titles,
                   apply=lambda rows, values: [r for r in rows if any(r.concerns(value) for value in values)]),
            Filter("category", gettext_lazy("Category"), choices=[(each, each) for each in library.categories()]),
            Filter("open", gettext_lazy("Not on the register"), choices=[("yes", gettext_lazy("Not on the register"))],
                   apply=lambda rows, _values: [r for r in rows if r.key not in taken]),
        )  # fmt: skip
        if request.actor.can("risk:edit"):
            self.actions = (Action("take", gettext_lazy("Take these"), icon="plus"),)
        rows = sorted(library.scenarios().values(), key=lambda each: (not each.concerns(profile), not each.profiles))
        super().__init__(rows, request)

    def row_label(self, row: Any) -> str:
        return str(row.title)


class TakeForm(forms.Form):
    """Which asset the risks are about, and who owns them."""

    asset = forms.ChoiceField(label=gettext_lazy("Asset"), required=False)
    owner = OwnerField()

    def __init__(self, *args: Any, request: Request, **kwargs: Any):
        super().__init__(*args, **kwargs)
        found = assets.listed(request.actor, scope_of(request)).exclude(state=State.RETIRED).order_by("name")
        self.known: dict[str, Asset] = {str(each.pk): each for each in found}
        choices = [(key, each.name) for key, each in self.known.items()]
        choose_from(self, "asset", [("", gettext_lazy("About no asset yet")), *choices])
        OwnerField.of(self).offer(organizations.active_members(request.actor), before=[("", gettext_lazy("Owner"))])


@reads(Permission.RISK_READ)
def scenarios(request: Request) -> HttpResponse:
    """Show the library; posted to, take the ticked scenarios into the register."""
    scope = scope_of(request)
    taken = {
        risk.scenario: risk.reference
        for risk in queries.in_scope(request.actor, scope).exclude(scenario="").only("scenario", "number")
    }
    answers = isms.answers_for(scope)
    table = ScenarioTable(request, taken, answers.profile if answers else "")
    if request.method == "POST":
        return _take(request, table)
    form = TakeForm(request=request) if request.actor.can(Permission.RISK_EDIT) else None
    context = {"page_title": _("Library of scenarios"), "table": table, "take": form, "index": link(request, "index")}
    return render(request, "risks/library.html", context)


def _take(request: Request, table: ScenarioTable) -> HttpResponse:
    form = TakeForm(request.POST, request=request)
    keys = [each.key for each in table.selected()]
    if not (keys and form.is_valid()):
        messages.warning(request, _("Nothing was taken: tick scenarios first."))
        return redirect(request.get_full_path())
    about = form.known.get(form.cleaned_data["asset"])
    try:
        made = services.take_scenarios(
            actor=request.actor, scope=scope_of(request), keys=keys, assets=[about] if about else [],
            owner=form.cleaned_data["owner"],
        )  # fmt: skip
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
        return redirect(request.get_full_path())
    words = ngettext("%(n)s risk is on the register; read it next.", "%(n)s risks are on the register; read them next.",
                     len(made))  # fmt: skip
    messages.success(request, words % {"n": len(made)})
    return go(request, "index")

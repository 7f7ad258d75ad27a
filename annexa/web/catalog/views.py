"""Browse frameworks, controls and the bridge from 2013."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from annexa.catalog import library, queries
from annexa.catalog.models import OWN
from annexa.organizations.permissions import Permission
from annexa.treatment.queries import statements
from annexa.web.catalog import control as gathered
from annexa.web.catalog import tree
from annexa.web.catalog.bridge import BridgeTable
from annexa.web.catalog.tables import ControlTable
from annexa.web.exports import table_or_file
from annexa.web.request import Request, is_fragment, reads, scope_of

CLAUSES = ("4", "5", "6", "7", "8", "9", "10")


@reads(Permission.CATALOG_READ)
def index(request: Request) -> HttpResponse:
    """Show the organisation's frameworks and the clauses of ISO/IEC 27001:2022."""
    frameworks = list(queries.counted(request.actor))
    iso = next((each for each in frameworks if each.slug == library.ISO_27001), None)
    rows = queries.requirements(request.actor, iso).exclude(kind="control").filter(retired_at=None) if iso else []
    documents = queries.documents_by_ref(iso) if iso else {}
    branches = tree.grow(request.actor, library.ISO_27001, rows, documents)
    context = {
        "page_title": _("Catalog"),
        "frameworks": frameworks,
        "branches": [branch for branch in branches if branch.root.ref in CLAUSES],
        "mandatory": iso.documents if iso else [],
    }
    return render(request, "catalog/index.html", context)


@reads(Permission.CATALOG_READ)
def framework(request: Request, framework: str) -> HttpResponse:
    """Show one framework from its first section to its last."""
    found = queries.framework_for(request.actor, framework)
    if framework == OWN:
        return redirect(f"{reverse('catalog:controls', args=[request.actor.organization.slug])}?framework={OWN}")
    rows = queries.requirements(request.actor, found).filter(retired_at=None).defer("summary", "guidance", "attributes")
    branches = tree.grow(request.actor, framework, rows, queries.documents_by_ref(found))
    context = {"page_title": found.title, "framework": found, "branches": branches}
    return render(request, "catalog/framework.html", context)


@reads(Permission.CATALOG_READ)
def controls(request: Request) -> HttpResponse:
    """List every control, Annex A and own, or send the list as a spreadsheet."""
    counts = queries.control_counts(request.actor)
    may_see = request.actor.can(Permission.SOA_READ)
    statement = statements.current(request.actor, scope_of(request)) if may_see else None
    table = ControlTable(queries.controls(request.actor), request, statement=statement, counts=counts)
    context = {"page_title": _("Controls"), "facts": _facts(counts), "statement": statement}
    return table_or_file(request, table, "catalog/controls.html", context)


@reads(Permission.CATALOG_READ)
def bridge(request: Request) -> HttpResponse:
    """Show how the controls of 2013 and 2022 correspond, from either side."""
    edition = "2022" if request.GET.get("edition") == "2022" else "2013"
    table = BridgeTable(request, edition)
    context = {"page_title": _("From 2013 to 2022"), "edition": edition}
    return table_or_file(request, table, "catalog/bridge.html", context)


@reads(Permission.CATALOG_READ)
def control(request: Request, framework: str, ref: str) -> HttpResponse:
    """Show everything about one requirement or control, as a page or in the drawer of a table."""
    requirement = queries.requirement_for(request.actor, framework, ref)
    template = "catalog/drawer.html" if is_fragment(request) else "catalog/control.html"
    return render(request, template, gathered.gather(request, requirement))


def _facts(counts: list[dict[str, object]]) -> list[tuple[str, int, str]]:
    """Return label, number and query of the figures above the table."""

    def total(name: str, value: str) -> int:
        return sum(int(str(entry["count"])) for entry in counts if entry[name] == value)

    return [
        (_("Annex A"), total("framework__slug", library.ISO_27001), f"framework={library.ISO_27001}"),
        (_("Own"), total("framework__slug", OWN), f"framework={OWN}"),
        (_("New in 2022"), total("change", "new"), "change=new"),
        (_("Merged in 2022"), total("change", "merged"), "change=merged"),
        (_("Updated in 2022"), total("change", "updated"), "change=updated"),
    ]

"""Read frameworks, requirements and controls."""

from typing import Any

from django.db.models import Case, Count, Exists, Q, QuerySet, When

from annexa.catalog import format, library
from annexa.catalog.models import OWN, Framework, Mapping, Requirement
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor

SHOWN_ALONE = (Requirement.Kind.REQUIREMENT, Requirement.Kind.CONTROL)
THEMES = ("organizational", "people", "physical", "technological")


def frameworks(actor: Actor) -> QuerySet[Framework]:
    """Return the frameworks of the organisation, the built-in ones first."""
    return Framework.objects.filter(organization_id=actor.organization_id).order_by("-is_builtin", "title")


def framework_for(actor: Actor, slug: str) -> Framework:
    """Return one framework; raises NotFound."""
    found = frameworks(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such framework.")
    return found


def iso_27001(actor: Actor) -> Framework:
    """Return the organisation's ISO/IEC 27001:2022; raises NotFound before it is adopted."""
    return framework_for(actor, library.ISO_27001)


def requirements(actor: Actor, framework: Framework) -> QuerySet[Requirement]:
    """Return a framework's tree in reading order."""
    found = Requirement.objects.filter(organization_id=actor.organization_id, framework=framework)
    return found.order_by("sort_key")


def controls(actor: Actor) -> QuerySet[Requirement]:
    """Return every control, Annex A and own."""
    found = Requirement.objects.filter(organization_id=actor.organization_id, kind=Requirement.Kind.CONTROL)
    return found.select_related("framework").order_by("framework__slug", "sort_key")


def own_controls(actor: Actor) -> QuerySet[Requirement]:
    """Return the organisation's own controls."""
    return controls(actor).filter(framework__slug=OWN)


def requirement_for(actor: Actor, framework_slug: str, ref: str) -> Requirement:
    """Return one requirement or control by its id; raises NotFound."""
    found = Requirement.objects.filter(
        organization_id=actor.organization_id, framework__slug=framework_slug, ref=ref
    ).select_related("framework", "parent")
    requirement = found.annotate(has_crosswalk=Exists(_naming(actor, framework_slug, ref))).first()
    if requirement is None:
        raise NotFound("There is no such requirement.")
    return requirement


def children(requirement: Requirement) -> list[Requirement]:
    """Return what stands directly beneath a requirement; of a built-in framework the library knows it."""
    if requirement.framework.is_builtin:
        nodes = library.frameworks()[requirement.framework.slug].nodes
        return [_of_node(each) for each in nodes if each.parent and each.parent.id == requirement.ref]
    if requirement.framework.slug == OWN:
        return []
    found = Requirement.objects.filter(organization_id=requirement.organization_id, parent=requirement)
    return list(found.order_by("sort_key"))


def guidance(requirement: Requirement, locale: str = "en") -> dict[str, Any]:
    """Return the guidance on a requirement: the library's for built-in frameworks, else what was imported with it."""
    if requirement.framework.is_builtin:
        return library.guidance(requirement.framework.slug, locale).get(requirement.ref, {})
    return dict(requirement.guidance)


def node(requirement: Requirement) -> format.Node | None:
    """Return the library's node of a built-in requirement, with what the database does not keep."""
    framework = library.frameworks().get(requirement.framework.slug)
    return framework.by_id.get(requirement.ref) if framework else None


def predecessors(ref: str) -> list[tuple[format.Node, format.Pair]]:
    """Return the controls of the 2013 edition that a 2022 control came from."""
    nodes = library.frameworks()[library.ISO_27001_2013].by_id
    return [(nodes[pair.source], pair) for pair in library.bridge()[1].get(ref, ())]


def mappings(actor: Actor, requirement: Requirement) -> list[Mapping]:
    """Return the imported crosswalk lines that name a requirement, on either side."""
    if not getattr(requirement, "has_crosswalk", True):  # `requirement_for` knows already that there is none
        return []
    found = _naming(actor, requirement.framework.slug, requirement.ref)
    return list(found.order_by("crosswalk", "source_ref", "target_ref")[:200])


def _naming(actor: Actor, slug: str, ref: str) -> QuerySet[Mapping]:
    is_named = Q(source_framework=slug, source_ref=ref) | Q(target_framework=slug, target_ref=ref)
    return Mapping.objects.filter(is_named, organization_id=actor.organization_id)


def neighbours(requirement: Requirement) -> tuple[Requirement | None, Requirement | None]:
    """Return what stands before and after a requirement or control in its framework, skipping headings and items."""
    if requirement.framework.is_builtin and requirement.kind in SHOWN_ALONE:
        return _neighbours_in_library(requirement)
    beside = Requirement.objects.filter(
        organization_id=requirement.organization_id,
        framework=requirement.framework,
        kind__in=SHOWN_ALONE,
    ).only("ref", "title", "sort_key")
    before = beside.filter(sort_key__lt=requirement.sort_key).order_by("-sort_key")[:1]
    found = list(before.union(beside.filter(sort_key__gt=requirement.sort_key).order_by("sort_key")[:1], all=True))
    return (
        next((each for each in found if each.sort_key < requirement.sort_key), None),
        next((each for each in found if each.sort_key > requirement.sort_key), None),
    )


def _neighbours_in_library(requirement: Requirement) -> tuple[Requirement | None, Requirement | None]:
    """Return the neighbours in a built-in framework, whose order is known without asking the database."""
    nodes = [each for each in library.frameworks()[requirement.framework.slug].nodes if each.kind in SHOWN_ALONE]
    at = next(place for place, each in enumerate(nodes) if each.id == requirement.ref)
    before, after = nodes[at - 1 : at] if at else [], nodes[at + 1 : at + 2]
    return next(map(_of_node, before), None), next(map(_of_node, after), None)


def _of_node(node: format.Node) -> Requirement:
    return Requirement(ref=node.id, title=node.title, kind=node.kind)


def counted(actor: Actor) -> QuerySet[Framework]:
    """Return the frameworks with the number of their requirements and controls."""
    in_use = Q(requirements__retired_at=None)
    return frameworks(actor).annotate(
        requirement_count=Count("requirements", filter=in_use & Q(requirements__kind=Requirement.Kind.REQUIREMENT)),
        control_count=Count("requirements", filter=in_use & Q(requirements__kind=Requirement.Kind.CONTROL)),
    )


def control_counts(actor: Actor) -> list[dict[str, Any]]:
    """Return the number of controls in use by framework and by change since 2013, in one query."""
    found = Requirement.objects.filter(
        organization_id=actor.organization_id, kind=Requirement.Kind.CONTROL, retired_at=None
    )
    groups = found.values("framework__slug", "framework__title", "change").annotate(count=Count("pk"))
    return [dict(group) for group in groups.order_by("framework__slug", "change")]


def named(actor: Actor, text: str, most: int) -> list[Requirement]:
    """Return requirements and controls whose id or title has every word, the exact id first."""
    found = Requirement.objects.filter(organization_id=actor.organization_id, retired_at=None)
    for word in text.split():
        found = found.filter(Q(ref__icontains=word) | Q(title__icontains=word))
    nearest = Case(When(ref__iexact=text, then=0), When(ref__istartswith=text, then=1), default=2)
    found = found.annotate(nearest=nearest).select_related("framework", "parent")
    found = found.defer("summary", "guidance", "attributes")
    return list(found.order_by("nearest", "framework__slug", "sort_key")[:most])


def documents_by_ref(framework: Framework) -> dict[str, str]:
    """Return the documented information a framework asks for, by the requirement or item that asks."""
    source = library.frameworks().get(framework.slug) if framework.is_builtin else None
    annex = [vars(document) for document in source.annex_documents] if source else []
    return {entry.get("item") or entry["requirement"]: entry["title"] for entry in [*framework.documents, *annex]}


def successors(ref: str) -> list[tuple[format.Node, format.Pair]]:
    """Return the controls of the 2022 edition that a 2013 control went into."""
    nodes = library.frameworks()[library.ISO_27001].by_id
    return [(nodes[pair.target], pair) for pair in library.bridge()[0].get(ref, ())]

"""A framework as a tree to read: sections with everything beneath them in reading order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse

from annexa.catalog.models import Requirement
from annexa.organizations.access import Actor

LINKED = {Requirement.Kind.REQUIREMENT, Requirement.Kind.CONTROL}


@dataclass(frozen=True)
class Leaf:
    """A line of the tree: how deep it stands, the documented information it asks for, and its page."""

    requirement: Requirement
    level: int
    document: str
    url: str


@dataclass(frozen=True)
class Branch:
    """A topmost section with its lines."""

    root: Requirement
    leaves: list[Leaf] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return how many requirements and controls stand here."""
        return sum(leaf.requirement.kind in LINKED for leaf in self.leaves)


def grow(actor: Actor, slug: str, rows: Iterable[Requirement], documents: Mapping[str, str]) -> list[Branch]:
    """Return the branches of a framework from its requirements in reading order."""
    branches: list[Branch] = []
    level: dict[object, int] = {}
    for row in rows:
        level[row.pk] = level[row.parent_id] + 1 if row.parent_id in level else 0
        if level[row.pk] == 0:
            branches.append(Branch(row))
        if level[row.pk] or row.kind in LINKED:
            url = (
                reverse("catalog:control", args=[actor.organization.slug, slug, row.ref]) if row.kind in LINKED else ""
            )
            branches[-1].leaves.append(Leaf(row, level[row.pk], documents.get(row.ref, ""), url))
    return branches

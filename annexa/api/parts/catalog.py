"""Frameworks and what they ask for."""

import uuid
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Field, File, Query, Router
from ninja.files import UploadedFile

from annexa.api.access import Request, reads
from annexa.api.downloads import content_of
from annexa.api.fields import Line, Word
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.catalog import format, queries, services
from annexa.catalog.models import Framework, Requirement
from annexa.lib.errors import UserError
from annexa.organizations.permissions import Permission
from annexa.ui import sources

router = Router(tags=["Frameworks"])
SORTS = {"title": "title", "slug": "slug", "imported": "imported_at"}
NODE_SORTS = {"position": "sort_key", "ref": "ref", "title": "title"}
NodeKind = Literal["section", "requirement", "control", "item"]


class FrameworkOut(Schema):
    """A framework of the organisation; `own` holds its own controls."""

    id: uuid.UUID
    slug: str
    title: str
    edition: str
    publisher: str
    licence: str
    version: int
    is_builtin: bool
    requirements: int
    controls: int
    imported: datetime


class RequirementOut(Schema):
    """A section, requirement, control or item of a framework."""

    id: uuid.UUID
    framework: str
    ref: str
    title: str
    kind: NodeKind
    theme: str
    change: str = Field(description="Since the 2013 edition: new, merged or updated; else empty.")
    summary: str
    documented: str = Field(description="The documented information it asks for; else empty.")
    attributes: dict[str, list[str]]
    retired: datetime | None
    changed: datetime


class RequirementFilters(Schema):
    """Which parts of a framework."""

    q: Line = Field("", description="Words of id and title.")
    kind: NodeKind | None = None
    theme: Word = ""
    retired: bool = Field(False, description="Only what was retired; else only what is in use.")


class Adoption(Schema):
    """A built-in framework."""

    framework: Word = Field(examples=["iso27001-2022"])


class Imported(Schema):
    """What a file brought: a framework, or the pairs of a crosswalk."""

    framework: str = ""
    pairs: int = 0


@router.get("", response=Page[FrameworkOut])
@reads(Permission.CATALOG_READ)
def list_frameworks(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List the frameworks of the organisation."""
    return page(queries.counted(request.actor), paging, SORTS, "title", show_framework)


@router.post("", response=FrameworkOut)
@reads(Permission.CATALOG_EDIT)
def adopt_framework(request: Request, payload: Adoption) -> FrameworkOut:
    """Take a built-in framework, or bring it to the wording of this version."""
    services.adopt_framework(actor=request.actor, framework_id=payload.framework)
    return _framework(request, payload.framework)


@router.post("import", response=Imported)
@reads(Permission.CATALOG_EDIT)
def import_file(request: Request, file: File[UploadedFile]) -> Imported:
    """Import a framework or a crosswalk as YAML; each problem is named by file, line and field."""
    content = content_of(file, format.LARGEST)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = _("The file is not text in UTF-8.")
        raise UserError(sentence, {"file": sentence}) from error
    result = services.import_file(actor=request.actor, text=text, file=file.name or "file")
    return Imported(framework=result.slug) if isinstance(result, Framework) else Imported(pairs=result)


@router.get("{slug}", response=FrameworkOut)
@reads(Permission.CATALOG_READ)
def read_framework(request: Request, slug: str) -> FrameworkOut:
    """Read one framework."""
    return _framework(request, slug)


@router.get("{slug}/requirements", response=Page[RequirementOut])
@reads(Permission.CATALOG_READ)
def list_requirements(
    request: Request, slug: str, filters: Query[RequirementFilters], paging: Query[Paging]
) -> dict[str, object]:
    """List what a framework asks for, in its order."""
    framework = queries.framework_for(request.actor, slug)
    rows: Any = queries.requirements(request.actor, framework).select_related("framework")
    rows = sources.search(rows, filters.q, ("ref", "title")).filter(retired_at__isnull=not filters.retired)  # type: ignore[union-attr]
    wanted = {"kind": filters.kind, "theme": filters.theme}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return page(rows, paging, NODE_SORTS, "position", show_requirement)


@router.get("{slug}/requirements/{ref}", response=RequirementOut)
@reads(Permission.CATALOG_READ)
def read_requirement(request: Request, slug: str, ref: str) -> RequirementOut:
    """Read one requirement or control by its id."""
    return show_requirement(queries.requirement_for(request.actor, slug, ref))


def _framework(request: Request, slug: str) -> FrameworkOut:
    queries.framework_for(request.actor, slug)
    return show_framework(queries.counted(request.actor).get(slug=slug))


def show_framework(framework: Any) -> FrameworkOut:
    """Show a framework with its counts."""
    names = ("slug", "title", "edition", "publisher", "licence", "version", "is_builtin")
    return FrameworkOut(
        id=framework.pk,
        requirements=framework.requirement_count,
        controls=framework.control_count,
        imported=framework.imported_at,
        **{name: getattr(framework, name) for name in names},
    )


def show_requirement(row: Requirement) -> RequirementOut:
    """Show a part of a framework."""
    names = ("ref", "title", "kind", "theme", "change", "summary", "documented", "attributes")
    return RequirementOut(
        id=row.pk,
        framework=row.framework.slug,
        retired=row.retired_at,
        changed=row.changed_at,
        **{name: getattr(row, name) for name in names},
    )

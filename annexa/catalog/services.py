"""Adopt frameworks; import, change and retire an organisation's own."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog import format, library
from annexa.catalog.models import OWN, Framework, Mapping, Requirement
from annexa.lib import clock
from annexa.lib.errors import UserError
from annexa.lib.text import natural_key
from annexa.organizations import access
from annexa.organizations.permissions import Permission

RESERVED = {OWN, "bridge", "controls", "import"}  # pages of the catalog have these addresses
REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:() -]{0,39}")  # as in schemas/framework.yaml; it becomes part of an address
CHANGEABLE = ("title", "kind", "theme", "change", "summary", "documented", "attributes", "guidance", "sort_key")


@access.command(Permission.CATALOG_EDIT)
def adopt_framework(*, actor: access.Actor, framework_id: str) -> Framework:
    """Give the organisation a built-in framework, or bring its copy to this version's wording."""
    source = library.frameworks().get(framework_id)
    if source is None:
        known = ", ".join(library.frameworks())
        raise UserError(
            _("There is no built-in framework %(id)s; there are %(known)s.") % {"id": framework_id, "known": known}
        )
    return _store(actor, source, is_builtin=True)


@access.command(Permission.CATALOG_EDIT)
def import_file(*, actor: access.Actor, text: str, file: str) -> Framework | int:
    """Import whichever the file is: a framework, or a crosswalk with its number of pairs. Raises BadCatalogFile."""
    if format.kind_of(text) == "crosswalk":
        return import_crosswalk(actor=actor, text=text, file=file)
    return import_framework(actor=actor, text=text, file=file)


@access.command(Permission.CATALOG_EDIT)
def import_framework(*, actor: access.Actor, text: str, file: str) -> Framework:
    """Import a framework file as the organisation's own, or its next version; raises BadCatalogFile."""
    access.require_all_scopes(actor)
    source = format.parse_framework(text, file, library.attributes())
    if source.id in library.frameworks() or source.id in RESERVED:
        raise UserError(_("The id %(id)s belongs to a built-in framework; choose another.") % {"id": source.id})
    return _store(actor, source, is_builtin=False)


@access.command(Permission.CATALOG_EDIT)
def import_crosswalk(*, actor: access.Actor, text: str, file: str) -> int:
    """Import a crosswalk file, replacing its earlier import; returns the number of pairs. Raises BadCatalogFile."""
    access.require_all_scopes(actor)
    source = format.parse_crosswalk(text, file)
    _check_ends(actor, source)
    old = Mapping.objects.filter(organization=actor.organization, crosswalk=source.id)
    replaced, _by_model = old.delete()
    Mapping.objects.bulk_create(
        Mapping(
            organization=actor.organization,
            crosswalk=source.id,
            source_framework=source.source,
            source_ref=pair.source,
            target_framework=source.target,
            target_ref=pair.target,
            relation=pair.relation,
            provenance=source.provenance,
            derived=source.derived,
        )
        for pair in source.pairs
    )
    activity.note(actor.organization, crosswalk=source.id, pairs=len(source.pairs), replaced=replaced)
    return len(source.pairs)


@access.command(Permission.CATALOG_EDIT)
def create_control(
    *, actor: access.Actor, ref: str, title: str, summary: str = "", theme: str = "", **attributes: Iterable[str]
) -> Requirement:
    """Add a control of the organisation's own, with any of the five attributes; raises UserError."""
    access.require_all_scopes(actor)
    framework = own_framework(actor)
    Framework.objects.select_for_update().get(pk=framework.pk)  # two of the same id at once: one waits
    _check_control(actor, framework, ref, title)
    control = Requirement(
        organization=actor.organization,
        framework=framework,
        ref=ref.strip(),
        sort_key=natural_key(ref),
        title=title.strip(),
        kind=Requirement.Kind.CONTROL,
        theme=theme,
        summary=summary.strip(),
        attributes=_clean_attributes(attributes),
    )
    control.save(force_insert=True)
    activity.note(control, ref=control.ref, title=control.title)
    return control


@access.command(Permission.CATALOG_EDIT)
def update_control(
    *, actor: access.Actor, control: Requirement, title: str, summary: str, theme: str, **attributes: Iterable[str]
) -> None:
    """Change an own control's words and the attributes that are given; built-in ones cannot be changed."""
    access.require_all_scopes(actor)
    _check_own(control)
    if not title.strip():
        raise UserError(_("A control needs a title."), {"title": _("Needed")})
    kept = {name: values for name, values in control.attributes.items() if name not in attributes}
    new = {**kept, **_clean_attributes(attributes)}
    activity.change(control, title=title.strip(), summary=summary.strip(), theme=theme, attributes=new)


@access.command(Permission.CATALOG_EDIT)
def retire_control(*, actor: access.Actor, control: Requirement, retired: bool = True) -> None:
    """Take an own control out of new statements, or bring it back; what refers to it stays."""
    access.require_all_scopes(actor)
    _check_own(control)
    activity.change(control, retired_at=clock.now() if retired else None)


def own_framework(actor: access.Actor) -> Framework:
    """Return the framework that holds the organisation's own controls, making it when it is first needed."""
    framework, _created = Framework.objects.get_or_create(
        organization=actor.organization, slug=OWN, defaults={"title": str(_("Own controls")), "publisher": ""}
    )
    return framework


def _store(actor: access.Actor, source: format.Framework, *, is_builtin: bool) -> Framework:
    framework = Framework.objects.filter(organization=actor.organization, slug=source.id).first()
    version = framework.version + 1 if framework else 1
    framework = framework or Framework(organization=actor.organization, slug=source.id)
    framework.title, framework.edition, framework.publisher = source.title, source.edition, source.publisher
    framework.licence, framework.attributes, framework.is_builtin = source.licence, source.attributes, is_builtin
    framework.documents = [vars(document) for document in source.documents]
    framework.version, framework.imported_at = version, clock.now()
    framework.save()
    added, changed, retired = _store_nodes(actor, framework, source)
    activity.note(framework, slug=source.id, version=version, added=added, changed=changed, retired=retired)
    return framework


def _store_nodes(actor: access.Actor, framework: Framework, source: format.Framework) -> tuple[int, int, int]:
    """Match by id: rows that others refer to keep their identity over versions."""
    known = {row.ref: row for row in framework.requirements.all()}
    rows: dict[str, Requirement] = {}
    for order, node in enumerate(source.nodes):
        row = known.get(node.id) or Requirement(organization=actor.organization, framework=framework, ref=node.id)
        row.parent = rows[node.parent.id] if node.parent else None
        row.sort_key = f"{order:05d}"
        row.retired_at, row.changed_at = None, clock.now()
        for name in CHANGEABLE[:-1]:
            setattr(row, name, getattr(node, name))
        rows[node.id] = row
    new = [row for ref, row in rows.items() if ref not in known]
    old = [row for ref, row in rows.items() if ref in known]
    gone = [row for ref, row in known.items() if ref not in rows and row.retired_at is None]
    for row in gone:
        row.retired_at = clock.now()
    Requirement.objects.bulk_create(new, batch_size=1000)
    Requirement.objects.bulk_update(old + gone, [*CHANGEABLE, "parent", "retired_at", "changed_at"], batch_size=500)
    return len(new), len(old), len(gone)


def _check_ends(actor: access.Actor, source: format.Crosswalk) -> None:
    """Raise UserError unless every id of the crosswalk exists in its framework."""
    for slug, ids in (
        (source.source, {p.source for p in source.pairs}),
        (source.target, {p.target for p in source.pairs}),
    ):
        builtin = library.frameworks().get(slug)
        rows = Requirement.objects.filter(organization=actor.organization, framework__slug=slug)
        known = set(builtin.by_id) if builtin else set(rows.values_list("ref", flat=True))
        if not known:
            raise UserError(_("There is no framework %(slug)s; import it first.") % {"slug": slug})
        if missing := sorted(ids - known):
            raise UserError(_("%(slug)s has no %(ids)s.") % {"slug": slug, "ids": ", ".join(missing[:10])})


def _check_control(actor: access.Actor, framework: Framework, ref: str, title: str) -> None:
    if not ref.strip() or not title.strip():
        raise UserError(
            _("A control needs an id and a title."),
            {name: _("Needed") for name, value in (("ref", ref), ("title", title)) if not value.strip()},
        )
    if not REF.fullmatch(ref.strip()):
        sentence = _("An id begins with a letter or digit and has at most 40 letters, digits, spaces and . _ : ( ) -")
        raise UserError(sentence, {"ref": sentence})
    if Requirement.objects.filter(organization=actor.organization, kind="control", ref__iexact=ref.strip()).exists():
        raise UserError(_("There is a control %(ref)s already.") % {"ref": ref}, {"ref": _("In use")})


def _clean_attributes(given: dict[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return attributes as they are stored, each with its values in the usual order and none empty."""
    known, clean = library.attributes(), dict[str, list[str]]()
    for name, values in given.items():
        wanted = set(values)
        if name not in known or wanted - set(known[name]["values"]):
            raise UserError(_("Choose the attributes from their lists."), {name: _("Unknown")})
        if wanted:
            clean[name] = [value for value in known[name]["values"] if value in wanted]
    return clean


def _check_own(control: Requirement) -> None:
    if control.framework.slug != OWN:
        raise UserError(_("Only own controls can be changed."))

"""Adopting and importing frameworks; own controls."""

import pytest

from annexa.catalog import library, queries, services
from annexa.catalog.models import Requirement
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from tests.catalog.test_format import GOOD
from tests.factories import organizations as make


def test_adopting_copies_the_standard(acme):
    framework = services.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    kinds = list(queries.requirements(acme, framework).values_list("kind", flat=True))
    assert kinds.count("requirement") == 30
    assert kinds.count("control") == 93
    assert len(framework.documents) == 16


def test_adopting_again_keeps_every_row(acme):
    first = services.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    before = dict(first.requirements.values_list("ref", "id"))
    second = services.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    assert second.version == 2
    assert dict(second.requirements.values_list("ref", "id")) == before


def test_a_framework_of_ones_own_is_imported_and_its_next_version_retires_what_is_gone(acme):
    services.import_framework(actor=acme, text=GOOD, file="rules.yaml")
    framework = services.import_framework(
        actor=acme, text=GOOD.replace('"1.1"', '"1.2"').replace("Close the door", "Lock the door"), file="rules.yaml"
    )
    rows = {row.ref: row for row in queries.requirements(acme, framework)}
    assert rows["1.1"].retired_at is not None
    assert rows["1.2"].retired_at is None


def test_an_import_cannot_take_a_built_in_id(acme):
    with pytest.raises(UserError, match="belongs to a built-in framework"):
        services.import_framework(actor=acme, text=GOOD.replace("house-rules", "iso27001-2022"), file="x.yaml")


def test_a_crosswalk_must_name_ids_that_exist(acme):
    services.import_framework(actor=acme, text=GOOD, file="rules.yaml")
    text = (
        "format: annexa/crosswalk/1\nid: mine\nsource: house-rules\ntarget: iso27001-2022\nprovenance: ours\n"
        "pairs:\n  - {source: '1.1', target: A.7.1, relation: intersects-with}\n"
    )
    assert services.import_crosswalk(actor=acme, text=text, file="c.yaml") == 1
    with pytest.raises(UserError, match=r"iso27001-2022 has no A\.9\.99"):
        services.import_crosswalk(actor=acme, text=text.replace("A.7.1", "A.9.99"), file="c.yaml")


def test_own_controls_are_added_changed_and_retired(acme):
    control = services.create_control(actor=acme, ref="HC-1", title="Tabletop exercise")
    services.update_control(actor=acme, control=control, title="Exercise", summary="Twice a year", theme="people")
    services.retire_control(actor=acme, control=control)
    control.refresh_from_db()
    assert (control.title, control.retired_at is None) == ("Exercise", False)


def test_an_own_control_needs_an_id_of_its_own(acme):
    services.create_control(actor=acme, ref="HC-1", title="One")
    with pytest.raises(UserError, match="already"):
        services.create_control(actor=acme, ref="hc-1", title="Two")
    with pytest.raises(UserError) as caught:
        services.create_control(actor=acme, ref=" ", title="")
    assert set(caught.value.fields) == {"ref", "title"}


def test_built_in_controls_cannot_be_changed(acme):
    services.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    control = Requirement.objects.select_related("framework").get(ref="A.5.1")
    with pytest.raises(UserError, match="Only own controls"):
        services.update_control(actor=acme, control=control, title="Mine", summary="", theme="")


def test_a_reader_cannot_change_the_catalog(acme):
    with pytest.raises(NotAllowed):
        services.create_control(actor=make.member(acme, Role.READER), ref="X-1", title="No")


def test_what_every_scope_works_with_is_not_for_a_member_of_one_to_change(acme):
    control = services.create_control(actor=acme, ref="X.1", title="Ours")
    limited = make.member(acme, Role.ISMS_MANAGER, "Lena Limited", scope=organizations.scopes(acme)[0])
    with pytest.raises(NotAllowed, match="whole organisation"):
        services.create_control(actor=limited, ref="X.2", title="Mine")
    with pytest.raises(NotAllowed, match="whole organisation"):
        services.update_control(actor=limited, control=control, title="Mine", summary="", theme="")
    with pytest.raises(NotAllowed, match="whole organisation"):
        services.retire_control(actor=limited, control=control)
    with pytest.raises(NotAllowed, match="whole organisation"):
        services.import_file(actor=limited, text=GOOD, file="rules.yaml")
    control.refresh_from_db()
    assert (control.title, control.retired_at) == ("Ours", None)

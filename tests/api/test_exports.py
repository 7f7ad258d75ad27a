"""Complete exports for programs."""

import pytest

from annexa.organizations.roles import Role
from annexa.records import queries
from annexa.records.models import Export
from annexa.records.services import exports
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


def test_one_is_asked_for_followed_and_fetched(program, acme):
    ask = program(acme, "records:export")
    answer = ask("post", "exports/")
    assert (answer.status_code, answer.data["state"]) == (202, "waiting")
    assert ask("get", answer["Location"].removeprefix("/api/v1/")).data["percent"] == 0
    assert ask("post", "exports/").status_code == 422
    assert ask("get", f"exports/{answer.data['id']}/file").status_code == 404
    export = Export.objects.get()
    path = queries.export_file(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK")
    exports.keep_export(actor=acme, export=export, sha256="a" * 64, size=2, rows=1)
    assert ask("get", f"exports/{export.pk}/file").getvalue() == b"PK"
    assert ask("get", "exports/").data["items"][0]["is_there"]
    assert ask("delete", f"exports/{export.pk}/file").status_code == 204
    assert not path.exists()


def test_other_permissions_and_roles_do_not_reach_it(program, acme):
    assert program(acme, "organization:edit")("post", "exports/").status_code == 403
    manager = make.member(acme, Role.ISMS_MANAGER)
    assert program(manager)("get", "exports/").status_code == 403


def test_another_organisations_is_not_found(program, acme):
    export = exports.ask_for_export(actor=acme)
    stranger = make.organization("Stranger")
    assert program(stranger, "records:export")("get", f"exports/{export.pk}").status_code == 404

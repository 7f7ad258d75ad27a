"""The trail is chained, append-only for the application, and names the first broken entry."""

import hashlib

import pytest
from django.db import DataError, InternalError, ProgrammingError, connection, transaction

from annexa.activity import queries as activity
from annexa.activity.models import TrailEntry
from annexa.organizations import services
from annexa.organizations.roles import Role
from tests.factories import organizations as make


def test_a_command_leaves_an_entry_with_before_and_after(acme):
    services.update_organization(actor=acme, name="Acme Ltd")

    entry = activity.recent(acme.organization_id)[0]
    assert entry.command == "organizations.update_organization"
    assert entry.actor == str(acme.person_id)
    assert activity.body_of(entry) == {"before": {"name": "Acme"}, "after": {"name": "Acme Ltd"}}


def test_nothing_is_written_when_nothing_differs(acme):
    before = TrailEntry.objects.count()
    services.update_organization(actor=acme, name="Acme")
    assert TrailEntry.objects.count() == before


def test_a_refused_command_leaves_no_entry(acme):
    reader = make.member(acme, Role.READER)
    before = TrailEntry.objects.count()
    with pytest.raises(Exception, match="role does not allow"):
        services.update_organization(actor=reader, name="Mine")
    assert TrailEntry.objects.count() == before


def test_verify_holds_for_an_untouched_chain(acme):
    services.update_organization(actor=acme, name="One")
    services.update_organization(actor=acme, name="Two")
    verdict = activity.verify(acme.organization_id)
    assert verdict.unbroken
    assert verdict.entries == 3


@pytest.mark.parametrize(
    "sql",
    [
        "update activity_trailentry set body = '{}'",
        "delete from activity_trailentry",
        "insert into activity_trailentry select * from activity_trailentry",
        "update activity_trailhead set seq = 0",
        "truncate activity_trailentry",
    ],
)
def test_the_application_login_cannot_write_the_trail(acme, sql):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(sql)


def test_the_application_login_cannot_append_for_another_organisation(acme):
    other = make.organization("Other")
    with pytest.raises((ProgrammingError, InternalError), match="out of reach"), transaction.atomic():
        connection.cursor().execute(
            "select trail_append(%s, null, '{x}', '{x}', '{x}', '{x}', '{null}', '{x}')", [other.organization_id]
        )


def test_the_application_login_cannot_tell_the_time(acme):
    connection.cursor().execute(
        "select trail_append(%s, '2001-01-01', '{x}', '{x}', '{x}', '{x}', '{null}', '{x}')", [acme.organization_id]
    )
    assert activity.recent(acme.organization_id)[0].at.year > 2001


def test_an_entry_without_a_scope_hashes_as_it_did_before_entries_had_one(acme):
    entry = activity.recent(acme.organization_id)[0]
    assert entry.scope_id is None
    at = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    kind, key = entry.subject_type, entry.subject_id
    fields = [str(acme.organization_id), "1", at, entry.actor, entry.command, kind, key, f"seal={entry.seal.hex()}"]
    assert bytes(entry.seal) == hashlib.sha256(bytes(entry.salt) + entry.body.encode()).digest()
    assert bytes(entry.hash) == hashlib.sha256("\x1f".join(fields).encode()).digest()


def test_the_separator_of_the_hash_is_no_part_of_an_entry(acme):
    with pytest.raises(DataError, match="separator"), transaction.atomic():
        connection.cursor().execute(
            "select trail_append(%s, null, '{x}', '{x}', '{x}', '{x}', '{null}', array[%s])",
            [acme.organization_id, "{}\x1fscope=1"],
        )


@pytest.mark.django_db(transaction=True)
def test_entries_from_before_bodies_were_sealed_hold_by_the_body_itself(owner_login):
    actor = make.organization("Older")
    with owner_login(), connection.cursor() as cursor:
        cursor.execute("update activity_trailentry set salt = '', seal = ''")
        with make.inside(actor):
            (entry,) = activity.recent(actor.organization_id)
        link = activity.hash_of(entry, b"")
        cursor.execute("update activity_trailentry set hash = %s", [link])
        cursor.execute("update activity_trailhead set hash = %s", [link])
    services.update_organization(actor=actor, name="Newer")
    assert _verdict(actor).unbroken
    with owner_login(), connection.cursor() as cursor:
        cursor.execute("update activity_trailentry set body = '' where seq = 1")
    assert _verdict(actor).broken_at == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tamper", ["set salt = '\\x00'", "set seal = '\\x00'", "set salt = ''", "set seal = '', salt = ''"]
)
def test_the_seal_of_a_body_cannot_be_changed_unseen(tamper, owner_login):
    actor = make.organization("Tampered")
    with owner_login(), connection.cursor() as cursor:
        cursor.execute(f"update activity_trailentry {tamper} where seq = 1")
    assert _verdict(actor).broken_at == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tamper",
    [
        "set scope_id = null",
        "set scope_id = organization_id",
        "set body = body || e'\\x1fscope=' || scope_id, scope_id = null",  # the hash would still fit
    ],
)
def test_the_scope_of_an_entry_cannot_be_changed_unseen(tamper, owner_login):
    actor = make.organization("Tampered")
    with make.inside(actor):
        services.create_scope(actor=actor, name="Second site")
    assert _verdict(actor).unbroken
    with owner_login(), connection.cursor() as cursor:
        cursor.execute(f"update activity_trailentry {tamper} where seq = 2 and scope_id is not null")
        assert cursor.rowcount == 1
    assert _verdict(actor).broken_at == 2


def _verdict(actor):
    with make.inside(actor):
        return activity.verify(actor.organization_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tamper", "seq"),
    [
        ("update activity_trailentry set body = replace(body, 'Two', 'Ten') where seq = 3", 3),
        ("update activity_trailentry set actor = 'somebody' where seq = 2", 2),
        ("delete from activity_trailentry where seq = 2", 2),
        ("delete from activity_trailentry where seq = 4", 4),
        ("update activity_trailentry set previous = '\\x00' where seq = 3", 3),
    ],
)
def test_verify_names_the_first_broken_entry(tamper, seq, owner_login):
    actor = make.organization("Tampered")
    for name in ("One", "Two", "Three"):
        services.update_organization(actor=actor, name=name)
    with owner_login(), connection.cursor() as cursor:
        cursor.execute(tamper)
    with make.inside(actor):
        assert activity.verify(actor.organization_id).broken_at == seq

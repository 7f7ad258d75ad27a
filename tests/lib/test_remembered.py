"""Rows that are remembered are never older than the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annexa.lib.database.remembered import Remembered
from annexa.organizations.models import Membership
from annexa.organizations.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    return Remembered(lambda membership: [membership, membership.person], most=2)


@pytest.fixture
def read(acme):
    def find():
        return Membership.objects.select_related("person").filter(pk=acme.membership.pk).first()

    return find


def test_what_did_not_change_is_asked_for_by_one_short_statement(known, read):
    known.get("key", read)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = known.get("key", read)
        assert found.person.name
    assert len(asked) == 1
    assert found == read()


def test_a_change_of_a_row_or_of_one_that_came_with_it_counts_at_once(known, read, acme):
    known.get("key", read)
    Membership.objects.filter(pk=acme.membership.pk).update(role=Role.READER)
    assert known.get("key", read).role == Role.READER
    person = acme.membership.person
    type(person).objects.filter(pk=person.pk).update(name="Renamed")
    assert known.get("key", read).person.name == "Renamed"


def test_a_row_that_is_gone_is_not_remembered(known, read):
    known.get("key", read)
    assert known.get("key", lambda: None) is not None  # unchanged, so not read again
    assert known.get("other", lambda: None) is None


def test_each_caller_has_objects_of_its_own(known, read):
    known.get("key", read).role = Role.EMPLOYEE
    assert known.get("key", read).role == Role.OWNER


def test_it_forgets_what_was_used_least(known, read):
    for key in ("first", "second", "third"):
        known.get(key, read)
    with CaptureQueriesContext(connection) as asked:
        known.get("third", read)
        known.get("first", read)
    assert len(asked) == 1 + 3

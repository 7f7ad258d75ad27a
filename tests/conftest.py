"""Fixtures for all tests. The application login runs them, so row security binds them as it binds the product."""

import datetime
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from annexa.config import database
from annexa.lib import clock
from annexa.lib.database import logins
from annexa.lib.database.owner import as_owner
from annexa.organizations import queries, services
from annexa.organizations.roles import Role
from annexa.tasks import services as tasks
from tests.factories import everything
from tests.factories import organizations as make

NOON = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, worker_id):
    """Create the test database as its owner, secure it as `annexa migrate` does, then connect as the application."""
    name = f"test_annexa_{worker_id}"
    application, owner = settings.DATABASES["default"]["USER"], settings.DATABASE_OWNER["USER"]
    with django_db_blocker.unblock():
        _create(name)
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASE_OWNER["NAME"] = name
        database.migrate()
        if admin := _admin_url(name):
            logins.revoke_set_config(admin, owner)
    DatabaseOperations.execute_sql_flush = _flush_as_owner
    yield
    with django_db_blocker.unblock():
        connection.close()
    assert application != owner


def _owner_connection(name, **options):
    wanted = settings.DATABASE_OWNER
    return psycopg.connect(
        dbname=name, user=wanted["USER"], password=wanted["PASSWORD"] or None, host=wanted["HOST"],
        port=wanted["PORT"] or None, **options,
    )  # fmt: skip


def _create(name):
    with _owner_connection(settings.DATABASE_OWNER["NAME"], autocommit=True) as owner:
        owner.execute(f'drop database if exists "{name}" with (force)')
        owner.execute(f'create database "{name}"')


def _admin_url(name):
    """Only the embedded server has a superuser that the tests may use."""
    host = settings.DATABASE_OWNER["HOST"]
    return f"postgresql://annexa_admin@/{name}?host={host}" if str(host).startswith("/") else ""


def _flush_as_owner(self, sql_list):
    """TRUNCATE is not for the application login; transactional tests clean up as the owner."""
    with _owner_connection(connection.settings_dict["NAME"], autocommit=True) as owner:
        for statement in sql_list:
            owner.execute(statement)


@pytest.fixture
def frozen_time():
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def acme(db):
    """An organisation with an owner; the test runs inside its scope."""
    actor = make.organization("Acme")
    with make.inside(actor):
        yield actor


@pytest.fixture
def inside():
    return make.inside


@pytest.fixture
def owner_login():
    return as_owner


@pytest.fixture
def base_url():
    return urlsplit(settings.BASE_URL)


@pytest.fixture
def two_organisations(db):
    """Two organisations with a row in every table that belongs to one."""
    return everything.organization("Ours"), everything.organization("Theirs")


@pytest.fixture
def two_scopes(db):
    """An organisation's owner, somebody with every right limited to its first scope, and its second scope."""
    owner = everything.organization("Twofold")
    with make.inside(owner):
        first = queries.scope_for(owner)
    second = everything.second_scope(owner, "Zebrafish")
    with make.inside(owner):
        limited = make.member(owner, Role.OWNER, "Lena Limited", scope=first)
        make.token(limited)
        tasks.add_channel(actor=limited, address=everything.CHAT)
        everything.inventory(owner, scope=first)
        everything.evidence(owner, scope=first)
        tasks.create_task(actor=owner, title="For Lena", owner=limited.membership)
        services.invite_person(actor=owner, email="first@example.com", role=Role.READER, scope=first)
    return owner, limited, second


@pytest.fixture(autouse=True)
def plain_statics(settings):
    """Pages in tests name static files as they are; the hashed names are made when the product is served."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}

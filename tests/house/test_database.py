"""What the database itself guarantees, asked of the database."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from annexa.lib.database import history, row_security
from tests.factories import organizations as make
from tests.house.source import LADDER

pytestmark = pytest.mark.django_db


def _rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_every_table_with_an_organisation_has_forced_row_security():
    columns = "select table_name from information_schema.columns where table_schema = 'public' and column_name = %s"
    owned = {table for (table,) in _rows(columns, "organization_id")} | set(OWNED_BY_ID)
    forced = {t for (t,) in _rows("select relname from pg_class where relrowsecurity and relforcerowsecurity")}
    assert owned - forced == set()
    assert {model._meta.db_table for model in row_security.owned_models()} == owned


# The organisation's own row, and its versions, are owned by their id.
OWNED_BY_ID = ("organizations_organization", "organizations_organization_version")


def test_the_application_login_owns_nothing_and_bypasses_nothing():
    assert _rows("select count(*) from pg_class where relowner = current_user::regrole") == [(0,)]
    assert _rows(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
    ) == [(False, False, False, False)]


def test_the_application_login_cannot_change_its_organisation_inside_a_query():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        _rows("select set_config('annexa.organization', %s, true)", "00000000-0000-0000-0000-000000000000")


def test_every_relation_between_owned_rows_is_keyed_over_the_organisation_too():
    keys = {name for (name,) in _rows("select conname from pg_constraint where contype = 'f'")}
    for model in row_security.owned_models():
        for field in row_security.owned_relations(model):
            assert f"{model._meta.db_table}_{field.column}_own"[:63] in keys


def test_every_unique_key_and_index_of_an_owned_table_starts_with_the_organisation():
    odd = []
    for model in row_security.owned_models():
        for (definition,) in _rows("select indexdef from pg_indexes where tablename = %s", model._meta.db_table):
            columns = definition.split("(", 1)[1]
            may = ("organization_id", "id)", *(("kept_id)",) if issubclass(model, history.Version) else ()))
            if not columns.startswith(may) and model._meta.label not in MAY_START_OTHERWISE:
                odd.append(definition)
    assert odd == []


# An organisation's slug is in its address; a person finds their memberships before any organisation is known.
MAY_START_OTHERWISE = {"organizations.Organization", "organizations.Membership", "organizations.OrganizationVersion"}


def test_foreign_keys_point_down_the_ladder():
    up = []
    for model in apps.get_models():
        part = model._meta.app_label
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and part in LADDER:
                target = field.remote_field.model._meta.app_label
                if target in LADDER and LADDER.index(target) > LADDER.index(part):
                    up.append(f"{model._meta.label}.{field.name}")
    assert up == []


def _samples():
    for model in row_security.owned_models():
        if model._meta.db_table not in OWNED_BY_ID:
            yield model


@pytest.mark.parametrize("model", list(_samples()), ids=lambda model: model._meta.label)
def test_no_table_shows_or_takes_rows_of_another_organisation(model, two_organisations):
    ours, theirs = two_organisations
    with make.inside(theirs):
        seen_by_them = model.objects.count()
        mine = model.objects.filter(organization_id=ours.organization_id).count()
    assert mine == 0
    with make.inside(ours):
        assert model.objects.filter(organization_id=theirs.organization_id).count() == 0
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege(current_user, %s, 'delete')", [model._meta.db_table])
        if not cursor.fetchone()[0]:
            return  # the application may not even try
    with make.inside(theirs):
        assert model.objects.filter(organization_id=ours.organization_id).delete()[0] == 0
        assert model.objects.count() == seen_by_them


def test_without_an_organisation_there_are_no_rows(two_organisations):
    for model in row_security.owned_models():
        assert model.objects.count() == 0, model._meta.label


def test_a_row_cannot_be_written_for_another_organisation(two_organisations):
    ours, theirs = two_organisations
    task = apps.get_model("tasks", "Task")
    with make.inside(ours), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        task.objects.create(organization_id=theirs.organization_id, title="Planted")


def test_a_row_cannot_point_at_another_organisations_row(two_organisations):
    ours, theirs = two_organisations
    task = apps.get_model("tasks", "Task")
    with pytest.raises(IntegrityError, match="owner_id_own"), transaction.atomic(), make.inside(ours):
        task.objects.create(organization=ours.organization, title="Prying", owner_id=theirs.membership.pk)
        connection.check_constraints()


# Tables of an organisation whose rows keep no versions, and why.
NO_HISTORY = {
    "api.Answered": "an answer to repeat, kept for a day",
    "organizations.ApiToken": "the trail tells its life; its last use changes every minute",
    "organizations.SingleSignOn": "the trail tells its life; a version would keep old secrets",
    "organizations.ExternalIdentity": "written once, when somebody first comes in",
    "activity.TrailEntry": "it is append-only itself",
    "activity.TrailHead": "the chain's end; each entry holds the one before",
    "evidence.Finding": "its steps are kept beside it; when it was seen last changes with every scan",
    "evidence.FindingStep": "it is never changed",
    "evidence.Scan": "it is written once",
    "evidence.CheckResult": "it is never changed",
    "evidence.Edition": "it is never changed or removed",
    "jobs.Progress": "how far a job is, from second to second",
    "records.Export": "the trail tells when it was asked for, made, fetched and removed",
    "records.Tombstone": "it is written once and ends once, when its record is destroyed",
    "risks.Simulation": "its seed makes it again",
    "risks.Reading": "it is never changed or removed",
    "tasks.CalendarFeed": "the trail tells when it was made and withdrawn",
    "tasks.Channel": "the trail tells its life; a version would keep old secrets",
    "tasks.Notice": "it is told, then read; the trail has what it is about",
    "webhooks.Endpoint": "the trail tells its life; a version would keep old secrets",
    "webhooks.Delivery": "its attempts are its history",
    "treatment.Measure": "a figure a day is a history already",
}


def test_every_business_row_keeps_its_versions():
    plain = {m._meta.label for m in row_security.owned_models() if not issubclass(m, history.Version)}
    assert plain - {model._meta.label for model in history.VERSIONS} == set(NO_HISTORY)


def test_every_kept_table_has_its_triggers():
    for model in history.VERSIONS:
        found = _rows("select tgname from pg_trigger where tgrelid = %s::regclass", model._meta.db_table)
        assert {"keep_inserted", "keep_updated", "keep_deleted"} <= {name for (name,) in found}, model._meta.label

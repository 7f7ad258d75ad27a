"""Many rows by one statement are the rows that one by one would be."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from annexa.evidence.models import Finding
from annexa.lib.database import bulk, history
from annexa.lib.ids import new_id
from annexa.tasks.models import Task
from tests.factories import organizations as make

MOMENT = datetime.datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=datetime.UTC)


def finding(organization_id, number, **given):
    usual = {
        "organization_id": organization_id, "number": number, "source": "sarif", "target": "t", "identity": f"{number}",
        "rule": "r", "title": "“Quoted” \\ back\nline 'x' %s {} ü 🙂", "severity": 3, "cves": ["CVE-1", 'a"b', ""],
        "score": 7.5, "first_seen": MOMENT, "due": datetime.date(2026, 4, 1),
    }  # fmt: skip
    return Finding(**usual | given)


@pytest.mark.django_db
def test_every_kind_of_value_comes_back_as_it_was(acme):
    rows = [finding(acme.organization_id, 1), finding(acme.organization_id, 2, score=None, due=None, cves=[])]
    bulk.insert(rows)
    for row in rows:
        kept = Finding.objects.get(pk=row.pk)
        for field in Finding._meta.concrete_fields:
            assert getattr(kept, field.attname) == getattr(row, field.attname), field.name


@pytest.mark.django_db
def test_history_and_keys_act_as_on_any_insert(acme):
    bulk.insert([Task(organization=acme.organization, title=f"Task {number}") for number in range(3)])
    assert history.versions(Task).filter(title__startswith="Task ").count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([finding(acme.organization_id, 1), finding(acme.organization_id, 1)])
    assert not Finding.objects.exists()
    bulk.insert([])


@pytest.mark.django_db
def test_row_security_refuses_rows_of_another_organisation(acme):
    other = make.organization("Other")
    with pytest.raises(Exception, match="row-level security"), transaction.atomic():
        bulk.insert([finding(other.organization_id, 1, id=new_id())])

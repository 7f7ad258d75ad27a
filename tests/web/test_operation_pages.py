"""The queue and the figures, for whoever runs the installation."""

import dataclasses

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from annexa.jobs import queue
from annexa.jobs.models import JobFailure
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40


@pytest.fixture
def administrator(client, acme):
    make.signed_in(client, acme)  # the factory's owner is an administrator
    return client


def _failed():
    queue.defer("organizations.send_invitation", organization_id="1", invitation_id="2")
    job = ProcrastinateJob.objects.latest("id")
    ProcrastinateJob.objects.filter(pk=job.pk)
    JobFailure.objects.create(
        job_id=job.pk, task=job.task_name, reason="ConnectionRefusedError: mail", trace="job-1-0000"
    )
    return job


def test_the_page_counts_jobs_and_lists_those_that_wait(administrator):
    job = _failed()
    content = administrator.get("/operation/jobs/?state=todo").content.decode()
    assert f'<th scope="row">{job.pk}</th>' in content
    assert "organizations.send_invitation" in content
    assert "ConnectionRefusedError: mail" in content
    assert "job-1-0000" in content


def test_a_waiting_job_is_cancelled_and_not_twice(administrator):
    job = _failed()
    administrator.post(f"/operation/jobs/{job.pk}/cancel/")
    assert ProcrastinateJob.objects.get(pk=job.pk).status == "cancelled"
    answer = administrator.post(f"/operation/jobs/{job.pk}/cancel/", follow=True)
    assert b"has ended already" in answer.content


def test_only_a_failed_job_is_run_again(administrator):
    job = _failed()
    answer = administrator.post(f"/operation/jobs/{job.pk}/retry/", follow=True)
    assert b"Only a job that failed" in answer.content


def test_nobody_but_an_administrator_finds_the_pages(client, acme):
    make.signed_in(client, make.member(acme))
    assert client.get("/operation/jobs/").status_code == 404
    assert client.post("/operation/jobs/1/cancel/").status_code == 404


def test_an_unknown_job_or_state_is_not_found(administrator):
    assert administrator.get("/operation/jobs/?state=lost").status_code == 404
    assert b"no such job" in administrator.post("/operation/jobs/999999/retry/", follow=True).content


@pytest.fixture
def with_token(settings):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, metrics_token=TOKEN)


def test_metrics_need_the_operators_token(client, with_token):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer wrong").status_code == 404


def test_without_a_token_there_are_no_metrics(client):
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


def test_metrics_count_requests_by_route_and_jobs_by_state(client, with_token, acme):
    queue.defer("organizations.send_invitation", organization_id="1", invitation_id="2")
    client.get("/account/login/")
    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    text = answer.content.decode()
    assert 'annexa_requests_total{method="GET",route="account/login/",status="200"}' in text
    assert 'annexa_jobs{state="todo"}' in text
    assert "annexa_request_seconds_bucket" in text


def test_every_answer_carries_the_name_that_the_log_uses(client):
    one, two = (client.get("/account/login/")["X-Request-ID"] for _each in range(2))
    assert one != two
    assert len(one) == 16


def test_a_stranger_cannot_name_a_request(client):
    assert client.get("/account/login/", HTTP_X_REQUEST_ID="chosen-by-me")["X-Request-ID"] != "chosen-by-me"


def test_the_error_page_names_the_request(client, acme, monkeypatch):
    make.signed_in(client, acme)
    monkeypatch.setattr("annexa.tasks.queries.visible_to", lambda actor: 1 / 0)
    client.raise_request_exception = False
    answer = client.get(make.url(acme, "tasks/"))
    assert answer.status_code == 500
    assert answer["X-Request-ID"].encode() in answer.content

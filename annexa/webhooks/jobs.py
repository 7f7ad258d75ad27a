"""Turn entries of the trail into deliveries, and send them; every job bears being repeated.

An entry reaches an endpoint at least once: deliveries are made in the transaction that moves the endpoint on, and one
whose sending ended in the middle is sent again.
"""

import time
import uuid
from datetime import timedelta
from random import SystemRandom
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from annexa.activity import queries as activity
from annexa.activity.models import TrailEntry
from annexa.jobs import queue
from annexa.lib import clock, http
from annexa.lib.database import scope
from annexa.lib.errors import UserError
from annexa.organizations.access import system
from annexa.organizations.models import Organization
from annexa.webhooks import queries, services, signing
from annexa.webhooks.models import Delivery, Endpoint

AT_ONCE = 500
WAITS = tuple(timedelta(seconds=each) for each in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
PATIENCE = timedelta(days=5)  # of failures only, before an endpoint is switched off
LEASE = timedelta(seconds=90)  # in which one worker has a delivery for itself; longer than any request lasts
KEPT = timedelta(days=30)
LONGEST_ANSWER, MOST_ATTEMPTS = 500, 40
GONE, FIRST_GOOD, FIRST_BAD = 410, 200, 300
_random = SystemRandom()


@app.task(name="trail.followed", retry=queue.PATIENT)
def follow_trail(organization_id: str) -> None:
    """Make deliveries of what the trail holds since the last time."""
    key = uuid.UUID(organization_id)
    with scope.within(key):
        active = Endpoint.objects.filter(organization_id=key, state=Endpoint.State.ACTIVE)
        for endpoint in active.select_for_update(no_key=True):
            while _catch_up(endpoint):
                pass


def _catch_up(endpoint: Endpoint) -> bool:
    """Make deliveries of the next entries; tell whether there may be more."""
    later = TrailEntry.objects.filter(organization_id=endpoint.organization_id, seq__gt=endpoint.seen)
    entries = list(later.order_by("seq").values_list("seq", "command")[:AT_ONCE])
    if not entries:
        return False
    made = [
        Delivery(organization_id=endpoint.organization_id, endpoint=endpoint, seq=seq, event=command)
        for seq, command in entries
        if endpoint.wants(command)
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    endpoint.seen = entries[-1][0]
    endpoint.save(update_fields=["seen"])
    for each in made:
        queue.defer("webhooks.deliver", organization_id=endpoint.organization_id, delivery_id=each.pk)
    return len(entries) == AT_ONCE


@app.task(name="webhooks.deliver", retry=queue.PATIENT)
def deliver(organization_id: str, delivery_id: str) -> None:
    """Send one delivery, and say what became of it."""
    key = uuid.UUID(organization_id)
    with scope.within(key):
        delivery = _take(key, uuid.UUID(delivery_id))
        if delivery is None:
            return
        body, secrets = queries.body_of(delivery), delivery.endpoint.secrets()
    url, message_id = delivery.endpoint.url, str(delivery.pk)
    attempt = send(url, body, signing.headers(message_id, int(time.time()), body, secrets))
    with scope.within(key):
        _record(Organization.objects.get(pk=key), delivery, attempt)


def _take(organization_id: uuid.UUID, delivery_id: uuid.UUID) -> Delivery | None:
    """Return a delivery that is due and no other worker has, for as long as a request may last."""
    due = Delivery.objects.filter(
        organization_id=organization_id, pk=delivery_id, state=Delivery.State.WAITING, due_at__lte=clock.now()
    )
    found = due.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("endpoint").first()
    if found is None or not found.endpoint.is_active:
        return None
    found.due_at = clock.now() + LEASE
    found.save(update_fields=["due_at"])
    return found


def send(url: str, body: bytes, signed: dict[str, str]) -> dict[str, Any]:
    """Post a message; returns moment, status (0 for none), milliseconds, and the beginning of the answer."""
    headers = {"content-type": "application/json", "user-agent": "Annexa-Webhooks/1", **signed}
    start, at = time.perf_counter(), clock.now().isoformat()
    status, said, after = 0, "", ""
    try:
        with http.Session(private=settings.ENVIRONMENT.allow_private_webhooks) as session:
            answer = session.request("POST", url, data=body, headers=headers)
        status, said = answer.status_code, answer.text[:LONGEST_ANSWER].replace("\x00", "")
        after = answer.headers.get("retry-after", "")
    except UserError as error:
        said = error.sentence
    except (requests.RequestException, OSError) as error:
        said = f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]
    return {"at": at, "status": status, "ms": round((time.perf_counter() - start) * 1000), "said": said, "after": after}


def _record(organization: Organization, delivery: Delivery, attempt: dict[str, Any]) -> None:
    endpoint = Endpoint.objects.select_for_update(no_key=True).filter(pk=delivery.endpoint_id).first()
    if endpoint is None:  # removed meanwhile
        return
    delivery.refresh_from_db()
    after = attempt.pop("after")
    delivery.attempts = [*delivery.attempts, attempt][-MOST_ATTEMPTS:]
    delivery.tries += 1
    if FIRST_GOOD <= attempt["status"] < FIRST_BAD:
        delivery.state, delivery.ended_at = Delivery.State.DELIVERED, clock.now()
        endpoint.failing_since = None
    elif delivery.tries > len(WAITS) or attempt["status"] == GONE:
        delivery.state, delivery.ended_at = Delivery.State.DEAD, clock.now()
    else:
        delivery.due_at = clock.now() + _wait(delivery.tries, after)
        arguments = {"organization_id": organization.pk, "delivery_id": delivery.pk}
        queue.defer("webhooks.deliver", at=delivery.due_at, **arguments)
    if delivery.state != Delivery.State.DELIVERED:
        endpoint.failing_since = endpoint.failing_since or clock.now()
    delivery.save(update_fields=["attempts", "tries", "state", "ended_at", "due_at"])
    endpoint.save(update_fields=["failing_since"])
    _perhaps_off(organization, endpoint, attempt["status"])


def _perhaps_off(organization: Organization, endpoint: Endpoint, status: int) -> None:
    reason = ""
    if status == GONE:
        reason = _("The address answered 410: it is gone.")
    elif endpoint.failing_since and endpoint.failing_since + PATIENCE < clock.now():
        reason = _("Nothing has arrived there for five days.")
    if reason:
        services.switch_off(actor=system(organization), endpoint=endpoint, reason=reason)


def _wait(tries: int, after: str) -> timedelta:
    """Return how long to wait, a little more or less so that not all come back at once; at least what was asked."""
    usual = WAITS[min(tries, len(WAITS)) - 1] * _random.uniform(0.9, 1.1)
    asked = timedelta(seconds=min(int(after), 86_400)) if after.isdecimal() and len(after) < 9 else timedelta()
    return max(usual, asked)


@app.periodic(cron="* * * * *")
@app.task(name="webhooks.sweep", queueing_lock="webhooks.sweep", retry=queue.PATIENT)
def sweep(timestamp: int) -> None:
    """Queue anew what lost its job, and forget deliveries after a month."""
    for organization_id in activity.organization_ids():
        with scope.within(organization_id):
            if not Endpoint.objects.exists():
                continue
            lost = Delivery.objects.filter(
                state=Delivery.State.WAITING, due_at__lt=clock.now() - LEASE, endpoint__state=Endpoint.State.ACTIVE
            )
            for key in lost.values_list("pk", flat=True)[:AT_ONCE]:
                queue.defer("webhooks.deliver", organization_id=organization_id, delivery_id=key)
            Delivery.objects.filter(ended_at__lt=clock.now() - KEPT).delete()
            queue.defer("trail.followed", organization_id=organization_id)

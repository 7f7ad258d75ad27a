"""Say where an organisation wants to be told, and send again what did not arrive."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.jobs import queue
from annexa.lib import clock, crypto
from annexa.lib.database.locks import lock
from annexa.lib.errors import UserError
from annexa.lib.links import web_address
from annexa.lib.text import one_line
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.tasks import notices
from annexa.tasks.models import Kind
from annexa.webhooks import queries, signing
from annexa.webhooks.models import PURPOSE, Delivery, Endpoint

MOST = 20  # webhooks of an organisation
MOST_AGAIN = 1_000


@access.command(Permission.WEBHOOK_EDIT)
def add_webhook(*, actor: access.Actor, url: str, events: Sequence[str], description: str = "") -> tuple[Endpoint, str]:
    """Have an address told of events from now on; returns it with the secret that signs, shown this once."""
    access.require_all_scopes(actor)
    lock(actor.organization)
    mine = Endpoint.objects.filter(organization=actor.organization)
    if mine.count() >= MOST:
        raise UserError(_("An organisation can have %(most)s webhooks.") % {"most": MOST})
    address = _address(url)
    if mine.filter(url=address).exists():
        sentence = _("This address is told already.")
        raise UserError(sentence, {"url": sentence})
    secret = signing.new_secret()
    endpoint = Endpoint.objects.create(
        organization=actor.organization, url=address, description=one_line(description)[:200], events=_events(events),
        secret_box=crypto.encrypt(secret, PURPOSE), seen=queries.head(actor.organization_id),
    )  # fmt: skip
    activity.note(endpoint, host=_host(address), events=endpoint.events)
    _follow(actor)
    return endpoint, secret


@access.command(Permission.WEBHOOK_EDIT)
def change_webhook(*, actor: access.Actor, endpoint: Endpoint, **values: Any) -> None:
    """Change url, events or description of a webhook."""
    access.require_all_scopes(actor)
    lock(endpoint)
    if unknown := sorted(set(values) - {"url", "events", "description"}):
        raise UserError(_("%(name)s cannot be changed here.") % {"name": ", ".join(unknown)})
    wanted: dict[str, Any] = {}
    if "url" in values:
        wanted["url"] = _address(values["url"])
        if Endpoint.objects.filter(organization=actor.organization, url=wanted["url"]).exclude(pk=endpoint.pk).exists():
            sentence = _("This address is told already.")
            raise UserError(sentence, {"url": sentence})
    if "events" in values:
        wanted["events"] = _events(values["events"])
    if "description" in values:
        wanted["description"] = one_line(values["description"])[:200]
    changed = {name: value for name, value in wanted.items() if getattr(endpoint, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(endpoint, name, value)
    endpoint.changed_at = clock.now()
    endpoint.save(update_fields=[*changed, "changed_at"])
    activity.note(endpoint, host=_host(endpoint.url), changed=sorted(changed), events=endpoint.events)


@access.command(Permission.WEBHOOK_EDIT)
def pause_webhook(*, actor: access.Actor, endpoint: Endpoint) -> None:
    """Send nothing for a while; what happens meanwhile waits."""
    access.require_all_scopes(actor)
    lock(endpoint)
    activity.change(endpoint, state=Endpoint.State.PAUSED)


@access.command(Permission.WEBHOOK_EDIT)
def resume_webhook(*, actor: access.Actor, endpoint: Endpoint, skip: bool = False) -> None:
    """Send again, from where it stopped, or with `skip` only what happens from now on."""
    access.require_all_scopes(actor)
    lock(endpoint)
    if skip:
        Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING).update(
            state=Delivery.State.DEAD, ended_at=clock.now()
        )
        Endpoint.objects.filter(pk=endpoint.pk).update(seen=queries.head(actor.organization_id))
        lock(endpoint)
    activity.change(endpoint, state=Endpoint.State.ACTIVE, off_because="", failing_since=None)
    _follow(actor)
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    for key in waiting.values_list("pk", flat=True)[:MOST_AGAIN]:
        _queue(actor, key)
    queue.defer("trail.followed", organization_id=actor.organization_id)


@access.command(Permission.WEBHOOK_EDIT)
def replace_secret(*, actor: access.Actor, endpoint: Endpoint) -> str:
    """Return a new secret, shown this once; the old one signs beside it for a day."""
    access.require_all_scopes(actor)
    lock(endpoint)
    secret = signing.new_secret()
    endpoint.old_secret_box, endpoint.replaced_at = endpoint.secret_box, clock.now()
    endpoint.secret_box = crypto.encrypt(secret, PURPOSE)
    endpoint.save(update_fields=["secret_box", "old_secret_box", "replaced_at"])
    activity.note(endpoint, secret="replaced")  # noqa: S106  says only that
    return secret


@access.command(Permission.WEBHOOK_EDIT)
def remove_webhook(*, actor: access.Actor, endpoint: Endpoint) -> None:
    """Tell an address no more, and forget what was sent."""
    access.require_all_scopes(actor)
    lock(endpoint)
    activity.note(endpoint, removed=_host(endpoint.url))
    endpoint.delete()
    _follow(actor)


@access.command(Permission.WEBHOOK_EDIT)
def try_webhook(*, actor: access.Actor, endpoint: Endpoint) -> Delivery:
    """Send a test event."""
    access.require_all_scopes(actor)
    if not endpoint.is_active:
        raise UserError(_("This webhook is not active; resume it first."))
    made = Delivery.objects.create(organization=actor.organization, endpoint=endpoint, seq=0, event=queries.TEST)
    activity.note(endpoint, test=str(made.pk))
    _queue(actor, made.pk)
    return made


@access.command(Permission.WEBHOOK_EDIT)
def send_again(
    *,
    actor: access.Actor,
    endpoint: Endpoint,
    deliveries: Iterable[Delivery] | None = None,
    since: datetime | None = None,
) -> int:
    """Send deliveries again, or all that were given up, perhaps since a moment; returns how many."""
    access.require_all_scopes(actor)
    if not endpoint.is_active:
        raise UserError(_("This webhook is not active; resume it first."))
    mine = Delivery.objects.filter(organization=actor.organization, endpoint=endpoint)
    if deliveries is None:
        found = mine.filter(state=Delivery.State.DEAD)
        found = found.filter(created_at__gte=since) if since else found
    else:
        found = mine.filter(pk__in=[each.pk for each in deliveries])
    keys = list(found.order_by("created_at").values_list("pk", flat=True)[:MOST_AGAIN])
    mine.filter(pk__in=keys).update(state=Delivery.State.WAITING, tries=0, ended_at=None, due_at=clock.now())
    for key in keys:
        _queue(actor, key)
    activity.note(endpoint, again=len(keys))
    return len(keys)


@access.command(Permission.WEBHOOK_EDIT)
def switch_off(*, actor: access.Actor, endpoint: Endpoint, reason: str) -> None:
    """Stop sending to an address that does not want it or has not answered for days, and tell who keeps webhooks."""
    lock(endpoint)
    if endpoint.state == Endpoint.State.OFF:
        return
    activity.change(endpoint, state=Endpoint.State.OFF, off_because=reason)
    keepers = organizations.who_can(actor, Permission.WEBHOOK_EDIT)
    notices.tell(actor, keepers, Kind.WEBHOOK_OFF, endpoint, title=_host(endpoint.url), note=reason)


def _follow(actor: access.Actor) -> None:
    active = Endpoint.objects.filter(organization=actor.organization, state=Endpoint.State.ACTIVE)
    activity.follow(actor.organization_id, wanted=active.exists())


def _queue(actor: access.Actor, key: Any) -> None:
    queue.defer("webhooks.deliver", organization_id=actor.organization_id, delivery_id=key)


def _address(url: str) -> str:
    try:
        address = web_address(url)
    except UserError as error:
        raise UserError(error.sentence, {"url": error.sentence}) from error
    if not address.startswith("https://") and not settings.ENVIRONMENT.allow_private_webhooks:
        sentence = _("The address must begin with https://.")
        raise UserError(sentence, {"url": sentence})
    return address


def _events(events: Sequence[str]) -> list[str]:
    wanted = sorted(set(events))
    known = set(queries.events())
    known |= {f"{each.partition('.')[0]}.*" for each in known} | {"*"}
    if unknown := [each for each in wanted if each not in known]:
        sentence = _("There is no event %(names)s.") % {"names": ", ".join(unknown[:5])}
        raise UserError(sentence, {"events": sentence})
    if not wanted:
        raise UserError(_("Choose at least one event."), {"events": _("Choose at least one event.")})
    return wanted


def _host(url: str) -> str:
    """Return the host alone: the rest of an address may hold a secret."""
    return url.split("/")[2].rpartition("@")[2]

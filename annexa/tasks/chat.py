"""Which chats can be told, and telling them: Apprise says how, `lib/http` where one may go at all."""

import logging
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import apprise
from django.conf import settings
from django.utils.translation import gettext as _

from annexa.lib import http
from annexa.lib.errors import UserError

logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it names addresses; what failed is said by `send`
LONGEST = 1_000


@dataclass(frozen=True)
class Service:
    """One kind of chat: its name, the schemes of its Apprise addresses, and how one looks."""

    name: str
    schemes: tuple[str, ...]
    example: str


# Only what speaks HTTP by the functions of `requests`: that way out is guarded. A new one is a line here.
SERVICES = {
    "slack": Service("Slack", ("slack",), "https://hooks.slack.com/services/T…/B…/…"),
    "teams": Service("Microsoft Teams", ("workflow", "workflows"), "https://….logic.azure.com/workflows/…"),
    "google": Service("Google Chat", ("gchat",), "https://chat.googleapis.com/v1/spaces/…"),
    "mattermost": Service("Mattermost", ("mmost", "mmosts"), "mmosts://chat.example.org/…"),
    "rocket": Service("Rocket.Chat", ("rocket", "rockets"), "rockets://…/…@chat.example.org"),
    "zulip": Service("Zulip", ("zulip",), "zulip://bot@organisation/…"),
    "discord": Service("Discord", ("discord",), "https://discord.com/api/webhooks/…/…"),
    "telegram": Service("Telegram", ("tgram",), "tgram://…/…"),
    "webex": Service("Webex", ("wxteams", "webex"), "https://webexapis.com/v1/webhooks/incoming/…"),
    "ntfy": Service("ntfy", ("ntfy", "ntfys"), "ntfys://ntfy.example.org/topic"),
    "gotify": Service("Gotify", ("gotify", "gotifys"), "gotifys://gotify.example.org/…"),
}
# What may follow a question mark. Others of Apprise's read local files (template), fetch addresses or trust anybody.
PARAMETERS = {"api-version", "key", "sig", "sp", "sv", "threadkey", "threadname", "token"}
_OF_SCHEME = {scheme: key for key, service in SERVICES.items() for scheme in service.schemes}
_PLAIN = {"mmost", "rocket", "ntfy", "gotify"}  # without TLS


class Failed(UserError):
    """A message that did not arrive."""


def service_of(address: str) -> str:
    """Return the key of the service that an address belongs to; raises UserError."""
    plugin = _plugin(address)
    schemes = {*_words(plugin.protocol), *_words(plugin.secure_protocol)}
    key = next((_OF_SCHEME[scheme] for scheme in sorted(schemes) if scheme in _OF_SCHEME), "")
    if not key:
        raise _unknown()
    return key


def send(address: str, title: str, body: str) -> None:
    """Tell one chat, within seconds; raises UserError, of which Failed says that it did not arrive."""
    plugin = _plugin(address)
    with http.guarding(private=settings.ENVIRONMENT.allow_private_webhooks) as said:
        arrived = plugin.notify(title=title, body=body[:LONGEST])
    if not arrived:
        raise Failed(said[-1] if said else _("The chat did not take the message."))


def _plugin(address: str) -> apprise.NotifyBase:
    scheme = address.strip().partition("://")[0].lower()
    if scheme not in _OF_SCHEME and scheme != "https":
        raise _unknown()
    if scheme in _PLAIN and not settings.ENVIRONMENT.allow_private_webhooks:
        sentence = _("Use the service's address with TLS: %(scheme)s://…") % {"scheme": f"{scheme}s"}
        raise UserError(sentence, {"address": sentence})
    query = parse_qsl(urlsplit(address.strip()).query, keep_blank_values=True)
    if beyond := sorted({name for name, _value in query if name.lower() not in PARAMETERS}):
        sentence = _("This may not stand in the address of a chat: %(names)s.") % {"names": ", ".join(beyond)}
        raise UserError(sentence, {"address": sentence})
    asset = apprise.AppriseAsset(
        app_id="Annexa", app_desc="Annexa", app_url=settings.BASE_URL, async_mode=False, allow_templates=False
    )
    found = apprise.Apprise.instantiate(address.strip(), asset=asset, suppress_exceptions=True)
    if not isinstance(found, apprise.NotifyBase):
        raise _unknown()
    return found


def _words(given: object) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given) if isinstance(given, tuple) else ()


def _unknown() -> UserError:
    names = ", ".join(service.name for service in SERVICES.values())
    sentence = _("This is not the address of a chat that Annexa knows: %(names)s.") % {"names": names}
    return UserError(sentence, {"address": sentence})

"""Settings from the environment only; an unknown name or a bad value stops the start with a sentence."""

import ipaddress
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs


class BadSetting(Exception):
    """A setting that cannot be used; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Environment:
    """Everything an operator can set; docs/guide/settings.md lists the names."""

    home: Path
    host: str
    port: int
    base_url: str
    allowed_hosts: tuple[str, ...]
    database_url: str
    database_owner_url: str
    email_url: str
    email_from: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    server_timing: bool
    allow_private_oidc: bool
    allow_private_webhooks: bool
    clamav: str
    trusted_proxies: tuple[str, ...]
    web_threads: int
    web_processes: int
    api_rate: int
    log_format: str
    log_requests: bool
    metrics_token: str
    checkpoints: str
    checkpoint_mail: str
    backup_passphrase: str
    security_contact: str

    @property
    def embedded(self) -> bool:
        """Whether Annexa runs its own PostgreSQL."""
        return not self.database_url


def _text(name: str, value: str) -> str:
    return value


def _flag(name: str, value: str) -> bool:
    if value not in ("", "0", "1"):
        raise BadSetting(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def _number(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, value: str) -> int:
        if not re.fullmatch(r"\d{1,9}", value) or not low <= int(value) <= high:
            raise BadSetting(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    return parse


def _url(*schemes: str) -> Callable[[str, str], str]:
    def parse(name: str, value: str) -> str:
        if value and urlsplit(value).scheme not in schemes:
            raise BadSetting(f"{name} must begin with {' or '.join(s + '://' for s in schemes)}, not {value!r}.")
        return value.rstrip("/")

    return parse


def _choice(*known: str) -> Callable[[str, str], str]:
    def parse(name: str, value: str) -> str:
        if value not in known:
            raise BadSetting(f"{name} must be {' or '.join(known)}, not {value!r}.")
        return value

    return parse


def _names(name: str, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _networks(name: str, value: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(part, strict=False)) for part in _names(name, value))
    except ValueError as error:
        raise BadSetting(f"{name} must be addresses or networks with commas between, not {value!r}.") from error


def _secret(name: str, value: str) -> str:
    if value and len(value) < 32:
        raise BadSetting(f"{name} must have at least 32 characters.")
    return value


def _secrets(name: str, value: str) -> tuple[str, ...]:
    return tuple(_secret(name, part) for part in _names(name, value))


def _contact(name: str, value: str) -> str:
    """Return the address as security.txt wants it: a URI on one line."""
    if not value:
        return value
    contact = f"mailto:{value}" if re.fullmatch(r"[^\s:/@]+@[^\s:/@]+", value) else value
    if not re.fullmatch(r"(mailto:|https://|tel:)[\x21-\x7e]+", contact):
        raise BadSetting(f"{name} must be an e-mail address, or begin with https:// or tel:, not {value!r}.")
    return contact


def _virus_scanner(name: str, value: str) -> str:
    """Return where ClamAV listens: unix:/path or tcp:host:port."""
    if value and not re.fullmatch(r"unix:/\S+|tcp:\S+:\d{1,5}", value):
        raise BadSetting(f"{name} must be unix:/path/to/clamd.ctl or tcp:host:3310, not {value!r}.")
    return value


# name → (field, default, how it is read)
SETTINGS: dict[str, tuple[str, str, Callable[[str, str], object]]] = {
    "ANNEXA_HOME": ("home", "", _text),
    "ANNEXA_HOST": ("host", "127.0.0.1", _text),
    "ANNEXA_PORT": ("port", "8000", _number(1, 65535)),
    "ANNEXA_BASE_URL": ("base_url", "", _url("http", "https")),
    "ANNEXA_ALLOWED_HOSTS": ("allowed_hosts", "", _names),
    "ANNEXA_EMAIL_URL": ("email_url", "", _url("smtp", "smtps", "file")),
    "ANNEXA_EMAIL_FROM": ("email_from", "annexa@localhost", _text),
    "ANNEXA_SECRET_KEY": ("secret_key", "", _secret),
    "ANNEXA_SECRET_KEY_FALLBACKS": ("secret_key_fallbacks", "", _secrets),
    "ANNEXA_ALLOW_PRIVATE_OIDC": ("allow_private_oidc", "0", _flag),
    "ANNEXA_ALLOW_PRIVATE_WEBHOOKS": ("allow_private_webhooks", "0", _flag),
    "ANNEXA_CLAMAV": ("clamav", "", _virus_scanner),
    "ANNEXA_SERVER_TIMING": ("server_timing", "0", _flag),
    "ANNEXA_TRUSTED_PROXIES": ("trusted_proxies", "", _networks),
    "ANNEXA_WEB_PROCESSES": ("web_processes", str(min(2, os.cpu_count() or 1)), _number(1, 64)),
    "ANNEXA_WEB_THREADS": ("web_threads", "4", _number(1, 64)),
    "ANNEXA_LOG_FORMAT": ("log_format", "text", _choice("text", "json")),
    "ANNEXA_LOG_REQUESTS": ("log_requests", "0", _flag),
    "ANNEXA_METRICS_TOKEN": ("metrics_token", "", _secret),
    "ANNEXA_API_RATE": ("api_rate", "3000", _number(1, 1_000_000)),
    "ANNEXA_CHECKPOINTS": ("checkpoints", "", _text),
    "ANNEXA_CHECKPOINT_MAIL": ("checkpoint_mail", "", _text),
    "ANNEXA_BACKUP_PASSPHRASE": ("backup_passphrase", "", _text),
    "ANNEXA_SECURITY_CONTACT": ("security_contact", "", _contact),
    "DATABASE_URL": ("database_url", "", _url("postgresql", "postgres")),
    "DATABASE_OWNER_URL": ("database_owner_url", "", _url("postgresql", "postgres")),
}


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """Read and check the environment; raises BadSetting."""
    environ = os.environ if environ is None else environ
    unknown = sorted(name for name in environ if name.startswith("ANNEXA_") and name not in SETTINGS)
    if unknown:
        raise BadSetting(f"{unknown[0]} is not a setting of Annexa; the names are {', '.join(SETTINGS)}.")
    values = {field: parse(name, environ.get(name) or default) for name, (field, default, parse) in SETTINGS.items()}
    if bool(values["database_url"]) != bool(values["database_owner_url"]):
        raise BadSetting("DATABASE_URL and DATABASE_OWNER_URL go together: one for the application, one for its owner.")
    values["home"] = Path(str(values["home"]) or default_home()).expanduser().absolute()
    values["base_url"] = values["base_url"] or f"http://{_address(str(values['host']))}:{values['port']}"
    return Environment(**values)  # type: ignore[arg-type]


def default_home() -> Path:
    """Return `.annexa` of the clone, or the system's place for data when installed as a package."""
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").exists():
        return root / ".annexa"
    if sys.platform == "linux" and os.geteuid() == 0:
        return Path("/var/lib/annexa")  # PostgreSQL runs as another account, which cannot reach root's home
    return Path(platformdirs.user_data_dir("Annexa" if sys.platform == "darwin" else "annexa", appauthor=False))


def _address(host: str) -> str:
    """Return what a browser on this machine would type for a listening address."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)

"""How mail leaves: SMTP, or files in the home folder until a server is named."""

from pathlib import Path
from urllib.parse import unquote, urlsplit


def backend(url: str, home: Path) -> tuple[str, dict[str, object]]:
    """Return Django's mail backend and its settings for ANNEXA_EMAIL_URL."""
    parts = urlsplit(url)
    if parts.scheme in ("smtp", "smtps"):
        return "django.core.mail.backends.smtp.EmailBackend", {
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
            "EMAIL_TIMEOUT": 20,
        }
    folder = parts.path if parts.scheme == "file" else str(home / "mail")
    return "annexa.config.mail_files.EmailBackend", {"EMAIL_FILE_PATH": folder}

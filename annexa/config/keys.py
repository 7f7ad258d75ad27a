"""The secret key: from the environment, or made once and kept in the home folder."""

import secrets
from pathlib import Path

from annexa.config.environment import BadSetting
from annexa.lib import keyfile


def secret_key(home: Path, given: str) -> str:
    """Return the installation's secret key, making it on the first start; raises BadSetting."""
    if given:
        return given
    path = home / "secret.key"
    try:
        return keyfile.read_or_make(path, lambda: secrets.token_urlsafe(48).encode()).decode().strip()
    except OSError as error:
        raise BadSetting(f"Annexa cannot keep its secret key in {path}: {error.strerror}.") from error

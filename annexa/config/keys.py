"""The secret key: from the environment, or made once and kept in the home folder."""

import os
import secrets
from pathlib import Path

from annexa.config.environment import BadSetting


def secret_key(home: Path, given: str) -> str:
    """Return the installation's secret key, making it on the first start; raises BadSetting."""
    if given:
        return given
    path = home / "secret.key"
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text().strip()
    except OSError as error:
        raise BadSetting(f"Annexa cannot keep its secret key in {path}: {error.strerror}.") from error


def _write_once(path: Path, text: str) -> None:
    """Write the file whole or not at all, and never over another's."""
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

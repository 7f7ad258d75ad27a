"""The passphrase of a backup: from a file, the environment or a prompt, never from the command line itself."""

import getpass
import sys
from pathlib import Path

from django.conf import settings

from annexa.lib.errors import UserError

SHORTEST = 12


def ask(file: Path | None, *, is_new: bool) -> str:
    """Return the passphrase, typed twice when it is new; raises UserError."""
    if file:
        try:
            found = file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"The passphrase cannot be read from {file}: {error}.") from error
    elif settings.ENVIRONMENT.backup_passphrase:
        found = settings.ENVIRONMENT.backup_passphrase
    elif sys.stdin.isatty():
        found = getpass.getpass("Passphrase of the backup: ")
        if is_new and getpass.getpass("Once more: ") != found:
            raise UserError("The two passphrases differ.")
    else:
        raise UserError("Give the passphrase with --passphrase-file or ANNEXA_BACKUP_PASSPHRASE.")
    if is_new and len(found) < SHORTEST:
        raise UserError(f"A passphrase needs at least {SHORTEST} characters.")
    return found

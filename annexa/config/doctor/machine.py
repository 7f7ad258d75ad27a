"""The home folder, keys, disk and mail of this machine."""

import os
import shutil
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from annexa.activity import checkpoints
from annexa.config.archive import KEYS
from annexa.config.doctor.finding import BAD, GOOD, NOTE, Finding
from annexa.lib import virus
from annexa.lib.errors import UserError

LITTLE, TOO_LITTLE = 5 * 1024**3, 1024**3
CHECKPOINT_AGE = timedelta(days=2)


def findings(mail_to: str = "") -> Iterator[Finding]:
    """Look at everything that needs no database."""
    yield _home()
    yield _disk()
    yield _keys()
    yield _checkpoints()
    yield _mail(mail_to)
    if settings.ENVIRONMENT.clamav:
        yield _virus_scanner()


def _virus_scanner() -> Finding:
    where = settings.ENVIRONMENT.clamav
    if virus.answers(where):
        return Finding("Virus scanner", GOOD, f"ClamAV answers at {where}.")
    remedy = "Start clamd, or correct ANNEXA_CLAMAV; until then no file is taken in."
    return Finding("Virus scanner", BAD, f"ClamAV does not answer at {where}.", remedy)


def _home() -> Finding:
    home = settings.ENVIRONMENT.home
    for folder in (home, Path(settings.FILES), Path(settings.CHECKPOINTS)):
        if folder.exists() and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            remedy = f"Run this as the account that runs `annexa serve`, or give it the folder: chown -R … {folder}"
            return Finding("Home folder", BAD, f"{folder} cannot be read and written by this account.", remedy)
    return Finding("Home folder", GOOD, str(home))


def _disk() -> Finding:
    free = shutil.disk_usage(settings.ENVIRONMENT.home).free
    says = f"{free / 1024**3:.1f} GB are free for {settings.ENVIRONMENT.home}."
    remedy = "Make room: PostgreSQL stops when the disk is full."
    if free < TOO_LITTLE:
        return Finding("Disk", BAD, says, remedy)
    return Finding("Disk", NOTE, says, remedy) if free < LITTLE else Finding("Disk", GOOD, says)


def _keys() -> Finding:
    for name in KEYS:
        path = settings.ENVIRONMENT.home / name
        if path.exists() and path.stat().st_mode & 0o077:
            return Finding("Keys", BAD, f"Others on this machine may read {path}.", f"chmod 600 {path}")
    return Finding("Keys", GOOD, "Only their owner can read them.")


def _checkpoints() -> Finding:
    folder = Path(settings.CHECKPOINTS)
    try:
        kept = [each for path in folder.glob("*.jsonl") for each in checkpoints.read(path)[-1:]]
    except UserError as error:
        return Finding("Checkpoints", BAD, error.sentence, "Compare the file with the copy you keep elsewhere.")
    moments = [moment for each in kept if (moment := parse_datetime(each.at))]
    if not moments:
        return Finding(
            "Checkpoints", NOTE, f"There are none in {folder}.", "Run `annexa checkpoint`; a job does nightly."
        )
    says = f"The newest in {folder} is of {max(moments):%Y-%m-%d}."
    if timezone.now() - max(moments) > CHECKPOINT_AGE:
        return Finding("Checkpoints", NOTE, says, "Fine if nothing happened since; else see that a worker runs.")
    return Finding("Checkpoints", GOOD, says)


def _mail(to: str) -> Finding:
    if not settings.EMAIL_BACKEND.startswith("django.core.mail.backends.smtp"):
        remedy = "Set ANNEXA_EMAIL_URL to your mail server."
        return Finding(
            "Mail", NOTE, f"Mail is written to files in {settings.EMAIL_OPTIONS['EMAIL_FILE_PATH']}.", remedy
        )
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection() as server:
            if to:
                EmailMessage("Annexa", "This is the test mail you asked for.", None, [to], connection=server).send()
    except (OSError, smtplib.SMTPException) as error:
        return Finding("Mail", BAD, f"{where} does not take mail: {error}.", "Correct ANNEXA_EMAIL_URL.")
    return Finding("Mail", GOOD, f"{where} has taken a mail to {to}." if to else f"{where} answers.")

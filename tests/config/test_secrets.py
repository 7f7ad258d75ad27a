"""Links let people in: neither the log nor the mail folder may give them to others on the machine."""

import contextlib
import logging
import os
import re
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core import mail
from django.urls import get_resolver

from annexa.config import logs
from tests.browser import servers
from tests.house.test_shape import _patterns

TOKEN = "Zq3xV9-k_tT0kenT0kenT0kenT0kenT0kenT0kenT0k"
ORGANISATION, INVITATION = "0190a1b2-0000-7000-8000-000000000001", "0190a1b2-0000-7000-8000-000000000002"
PATHS = [
    f"/welcome/{TOKEN}/",
    f"/welcome//{TOKEN}/",
    f"/sign-in/{TOKEN}/",
    f"/sign-in/{TOKEN}",
    f"/sign-in/{TOKEN}/more/",
    f"/sing-in/{TOKEN}/",
    f"/invitation/{ORGANISATION}/{INVITATION}/{TOKEN}/",
    f"/account/password/reset/key/3-c0a1b2-{TOKEN}/",
]


def _formatted(message, exc_info=None):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, None, exc_info)
    return logs.Formatter("{name} {message}", style="{").format(record)


@pytest.mark.parametrize("path", [*PATHS, f"/account/login/?next=%2Fwelcome%2F{TOKEN}%2F"])
def test_a_token_in_a_path_is_not_logged(path):
    assert TOKEN not in _formatted(f"Not Found: {path}")


def test_a_token_in_a_traceback_is_not_logged():
    try:
        raise ValueError(f"bad path {PATHS[0]}")
    except ValueError:
        text = _formatted("Internal Server Error", sys.exc_info())
    assert "Traceback" in text
    assert TOKEN not in text


def test_every_url_with_a_secret_is_known_to_the_log():
    secret = [path for path, _name, _view in _patterns(get_resolver()) if re.search(r"<(\w+:)?(token|key)>", path)]
    assert len(secret) >= 4
    for path in secret:
        plain = path.replace("^", "").replace("$", "").replace("(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)", "3-short")
        address = "/" + re.sub(r"<(\w+:)?(token|key)>", "short", re.sub(r"<uuid:\w+>", ORGANISATION, plain))
        if path.startswith(("o/", "api/")):  # a session's own upload, or the key of a document: neither lets anybody in
            continue
        assert "short" not in _formatted(f"Forbidden: {address}"), path


def test_ids_and_names_stay_readable():
    text = f"Not Found: /o/acme/people/{INVITATION}/change/ /static/annexa.3f2a9c.css"
    assert text in _formatted(text)


@pytest.mark.slow
def test_a_real_server_logs_refusals_without_their_tokens():
    home = Path(f"/tmp/annexa-secrets-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    server = servers.start(home)
    try:
        for path in PATHS:
            for data in (None, b"x=1"):
                with contextlib.suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(f"{server.url}{path}", data)
    finally:
        servers.stop(server)
    said = (home / "serve.log").read_text().split("is ready at")[1]
    shutil.rmtree(home)
    assert said.count("Forbidden") >= len(PATHS) // 2
    assert "/sign-in/…" in said
    assert TOKEN not in said


def test_mail_files_are_for_one_account_only(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "annexa.config.mail_files.EmailBackend", tmp_path / "mail"
    before = os.umask(0)
    try:
        mail.send_mail("Welcome", "a link", "a@example.com", ["b@example.com"])
    finally:
        os.umask(before)
    [file] = (tmp_path / "mail").iterdir()
    assert "a link" in file.read_text()
    assert ((tmp_path / "mail").stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_folder_that_was_there_keeps_its_mode(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "annexa.config.mail_files.EmailBackend", tmp_path
    tmp_path.chmod(0o755)
    mail.send_mail("Welcome", "a link", "a@example.com", ["b@example.com"])
    assert tmp_path.stat().st_mode & 0o777 == 0o755

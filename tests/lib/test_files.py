import hashlib
import uuid

import pytest

from annexa.lib import files
from annexa.lib.errors import NotFound, UserError

ACME, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.FILES = tmp_path / "files"
    return settings.FILES


def names(store):
    return sorted(each.name for each in store.rglob("*") if each.is_file())


def test_content_is_stored_once_under_its_hash(store):
    first = files.save(ACME, [b"one ", b"two"])
    assert files.save(ACME, [b"one two"]) == first == files.Stored(hashlib.sha256(b"one two").hexdigest(), 7)
    assert files.path(ACME, first.sha256).read_bytes() == b"one two"
    assert names(store) == [first.sha256]


def test_organizations_share_nothing():
    stored = files.save(ACME, [b"secret"])
    with pytest.raises(NotFound):
        files.path(OTHER, stored.sha256)


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "g" * 64, "a" * 64])
def test_only_hashes_lead_to_files(sha256):
    with pytest.raises(NotFound):
        files.path(ACME, sha256)


def test_a_refused_file_leaves_nothing_behind(store):
    with pytest.raises(UserError, match="larger"):
        files.save(ACME, [b"x" * 600, b"x" * 600], limit=1024)
    with pytest.raises(UserError, match="empty"):
        files.save(ACME, [])
    assert names(store) == []


@pytest.mark.parametrize(
    ("name", "head"),
    [("a.pdf", b"%PDF-1.7"), ("A.PNG", b"\x89PNG\r\n\x1a\n"), ("a.xlsx", b"PK\x03\x04"), ("a.csv", b"id,name")],
)
def test_harmless_types_are_taken(name, head):
    files.check_type(name, head)
    assert files.media_type(name) != "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<html>"),
        ("a.svg", b"<svg "),
        ("pdf", b"%PDF-1.7"),
        ("a.pdf", b"MZ\x90\x00"),
        ("a.txt", b"MZ\x90\x00"),
        ("a.csv", b"  <html>"),
    ],
)
def test_other_types_are_refused(name, head):
    with pytest.raises(UserError):
        files.check_type(name, head)

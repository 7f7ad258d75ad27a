"""What imports leave behind goes; what people attached stays."""

import os
import time
import uuid

import pytest
from django.core.cache import cache
from django.db import connection

from annexa.jobs.jobs import clear
from annexa.lib import files, uploads
from annexa.lib.errors import NotFound

ACME = uuid.uuid4()


@pytest.fixture(autouse=True)
def stores(settings, tmp_path):
    settings.FILES, settings.UPLOADS = tmp_path / "files", tmp_path / "uploads"


def _grow_old(path, hours):
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_an_upload_goes_after_a_day_and_evidence_with_the_same_content_stays(db, settings):
    evidence = files.save(ACME, [b"a sheet"])
    sha256 = uploads.keep(ACME, [b"a sheet"], 100)
    young = uploads.keep(ACME, [b"another sheet"], 100)
    assert sha256 == evidence.sha256
    for root in (settings.FILES, settings.UPLOADS):
        _grow_old(files.path(ACME, sha256, root=root), 25)
    _grow_old(files.path(ACME, young, root=settings.UPLOADS), 23)

    clear.func(0)
    with pytest.raises(NotFound):
        uploads.read(ACME, sha256)
    assert uploads.read(ACME, young) == b"another sheet"
    assert files.path(ACME, sha256).read_bytes() == b"a sheet"


def test_an_upload_that_comes_again_is_young_again(db, settings):
    sha256 = uploads.keep(ACME, [b"a sheet"], 100)
    _grow_old(files.path(ACME, sha256, root=settings.UPLOADS), 25)
    assert uploads.keep(ACME, [b"a sheet"], 100) == sha256
    clear.func(0)
    assert uploads.read(ACME, sha256) == b"a sheet"


def test_a_used_upload_is_removed_and_evidence_with_the_same_content_stays():
    evidence = files.save(ACME, [b"a sheet"])
    uploads.remove(ACME, uploads.keep(ACME, [b"a sheet"], 100))
    uploads.remove(ACME, evidence.sha256)
    with pytest.raises(NotFound):
        uploads.read(ACME, evidence.sha256)
    assert files.path(ACME, evidence.sha256).exists()


def test_what_has_expired_in_the_cache_is_deleted(db):
    cache.set("old", "sheet", 3600)
    cache.set("young", "sheet", 3600)
    with connection.cursor() as cursor:
        cursor.execute("update annexa_cache set expires = now() - interval '1 hour' where cache_key like '%old'")
        clear.func(0)
        cursor.execute("select count(*) from annexa_cache where cache_key like '%old'")
        assert cursor.fetchone() == (0,)
    assert cache.get("young") == "sheet"


def test_nothing_to_clear_is_no_trouble(db, settings):
    assert not settings.UPLOADS.exists()
    clear.func(0)

"""What has expired in the cache goes."""

from django.core.cache import cache
from django.db import connection

from annexa.jobs.jobs import clear


def test_what_has_expired_in_the_cache_is_deleted(db):
    cache.set("old", "sheet", 3600)
    cache.set("young", "sheet", 3600)
    with connection.cursor() as cursor:
        cursor.execute("update annexa_cache set expires = now() - interval '1 hour' where cache_key like '%old'")
        clear.func(0)
        cursor.execute("select count(*) from annexa_cache where cache_key like '%old'")
        assert cursor.fetchone() == (0,)
    assert cache.get("young") == "sheet"

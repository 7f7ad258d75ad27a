import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import everything, organizations as make
import os
@pytest.mark.django_db
def test_probe(client):
    h = everything.organization("Harbour")
    make.signed_in(client, h)
    for page in os.environ["PROBE"].split(","):
        client.get(make.url(h, page))
        with CaptureQueriesContext(connection, ) as c:
            r = client.get(make.url(h, page))
        print("\n#####", page, r.status_code, len(c))
        if os.environ.get("SHOW"):
            for q in c.captured_queries: print("  ", q["time"], q["sql"][:int(os.environ.get("W","170"))])

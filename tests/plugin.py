"""Starts the tests' PostgreSQL before Django reads its settings; worker processes inherit the address."""

import os

from tests import server

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

if not IS_WORKER:
    for _name in [name for name in os.environ if name.startswith("ANNEXA_")]:
        del os.environ[_name]
    server.start()
os.environ["DJANGO_SETTINGS_MODULE"] = "annexa.config.settings"


def pytest_unconfigure(config):
    if not IS_WORKER:
        server.stop()

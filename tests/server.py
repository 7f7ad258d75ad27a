"""A real PostgreSQL for the tests: the embedded one in a folder of its own, or the server that DATABASE_URL names."""

import os
import shutil
import tempfile
from pathlib import Path

from annexa.lib.database import embedded, logins

_running: list[embedded.Embedded] = []


def start() -> None:
    """Start the server once for all test processes and name it in the environment."""
    home = Path(tempfile.mkdtemp(prefix="annexa-tests-"))
    home.chmod(0o711)
    (home / "static").mkdir()
    os.environ["ANNEXA_HOME"] = str(home)
    if os.environ.get("DATABASE_URL"):
        return
    server = embedded.Embedded(home)
    server.start()
    _running.append(server)
    logins.prepare_embedded(
        server.url("annexa_admin", "postgres"), embedded.DATABASE, embedded.OWNER, embedded.APPLICATION
    )
    os.environ["DATABASE_URL"] = server.url(embedded.APPLICATION)
    os.environ["DATABASE_OWNER_URL"] = server.url(embedded.OWNER)


def stop() -> None:
    """Stop the server and remove its folder."""
    for server in _running:
        server.stop()
    if _running:
        shutil.rmtree(_running[0].home, ignore_errors=True)

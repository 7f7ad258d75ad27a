"""`python -m tests.postgres /usr/lib/postgresql/15/bin [tests]`: the tests against a PostgreSQL of one's own.

The server lives in a folder of its own for as long as the tests run; no service of the system is touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from annexa.lib.database import embedded, logins


def main(programs, tests):
    if not (programs / "initdb").exists():
        print(f"There is no PostgreSQL in {programs}; on Debian: apt install postgresql-15.", file=sys.stderr)
        return 2
    home = Path(tempfile.mkdtemp(prefix="annexa-postgres-"))
    account = embedded._account_when_root()
    if account:
        os.chown(home, account["user"], account["group"])
    try:
        return _run(programs, home, account, tests)
    finally:
        shutil.rmtree(home)


def _run(programs, home, account, tests):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    more = {"env": environment, "cwd": "/", **account}
    initdb = [programs / "initdb", "-D", home / "db", "-U", "annexa_admin", "--auth=trust", "--encoding=UTF8"]
    subprocess.run([*initdb, "--no-sync", "--no-instructions"], check=True, stdout=subprocess.DEVNULL, **more)
    postgres = [programs / "postgres", "-D", home / "db", "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(postgres, stdout=log, stderr=log, **more)
        try:
            _wait(programs, home, server)
            return _test(home, tests)
        finally:
            server.terminate()
            server.wait(30)


def _wait(programs, home, server):
    deadline = time.monotonic() + 30
    while subprocess.run([programs / "pg_isready", "-q", "-h", home]).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((home / "log").read_text(errors="replace"))
        time.sleep(0.1)


def _test(home, tests):
    def url(user, database=embedded.DATABASE):
        return f"postgresql://{user}@/{database}?host={home}"

    admin = url("annexa_admin", "postgres")
    logins.prepare_embedded(admin, embedded.DATABASE, embedded.OWNER, embedded.APPLICATION)
    addresses = {"DATABASE_URL": url(embedded.APPLICATION), "DATABASE_OWNER_URL": url(embedded.OWNER)}
    return subprocess.run([sys.executable, "-m", "pytest", *tests], env=os.environ | addresses).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

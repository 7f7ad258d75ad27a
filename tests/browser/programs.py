"""A program that uses a real server by its REST interface, as fault tests and benchmarks want one."""

import http.client
import json
import re
import subprocess
from urllib.parse import urlsplit

from tests.browser import servers


def token(server, *scopes, user="mara@harbourcloud.example"):
    """Return a new token of a member of the sample organisation, its owner unless told otherwise."""
    who = ["--user", user, "--organization", "harbour", "--name", "Program"]
    wanted = [part for scope in scopes for part in ("--scope", scope)]
    command = [servers.ANNEXA, "token", "create", *who, *wanted]
    done = subprocess.run(command, env=environment_of(server), capture_output=True, text=True, check=True)
    return re.search(r"annexa_\S+", done.stdout).group()


def ask(server, token, method, path, body=None, key=""):
    """Ask once; return the status, 0 when there was no answer, and the JSON."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    headers |= {"Idempotency-Key": key} if key else {}
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    try:
        connection.request(method, f"/api/v1/{path}", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()


def everything(server, token, path):
    """Return all rows of a list; `path` ends where a parameter may follow."""
    found, cursor = [], ""
    while True:
        status, page = ask(server, token, "GET", f"{path}limit=200&cursor={cursor}")
        assert status == 200, page
        found += page["items"]
        if not (cursor := page["next"]):
            return found


def verify(server):
    """Recompute the trail as the operator; return the finished process."""
    command = [servers.ANNEXA, "verify", "--json"]
    return subprocess.run(command, env=environment_of(server), capture_output=True, text=True)


def environment_of(server):
    """Return the environment of the operator's commands."""
    return servers.settings_for(server.home, int(server.url.rsplit(":", 1)[1]))

"""Real servers for the browser: `annexa serve` in a home folder of its own, on a free port of loopback."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ANNEXA = Path(sys.executable).with_name("annexa")
START_SECONDS = 180


@dataclass
class Server:
    """A running installation and what it printed when it was ready."""

    url: str
    home: Path
    process: subprocess.Popen
    said: str

    def link(self, pattern):
        """Return the first link the start printed after a text."""
        return re.search(pattern + r".*?(http://\S+)", self.said).group(1)


def start(home, *arguments, environment=None):
    """Start `annexa serve` and wait until it says it is ready."""
    port = free_port()
    log = (home / "serve.log").open("w")
    process = subprocess.Popen(
        [ANNEXA, "serve", *arguments], stdout=log, stderr=subprocess.STDOUT, env=settings_for(home, port, environment)
    )
    deadline = time.monotonic() + START_SECONDS
    while "is ready at" not in (said := (home / "serve.log").read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"annexa serve did not start:\n{said}")
        time.sleep(0.1)
    time.sleep(0.2)
    return Server(f"http://127.0.0.1:{port}", home, process, (home / "serve.log").read_text())


def stop(server):
    """Stop a server as an operator would."""
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(60)


def settings_for(home, port, more=None):
    """Return an environment that names only this installation."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("ANNEXA_", "DATABASE_", "DJANGO_", "PYTEST_"))}
    return plain | {"ANNEXA_HOME": str(home), "ANNEXA_PORT": str(port)} | (more or {})


def free_port():
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, seconds=30):
    """Wait until an address answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} does not answer")


def annexa(environment, *arguments):
    """Run an `annexa` command and return what it prints."""
    done = subprocess.run([ANNEXA, *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fresh_links(server):
    """Ask the command line for fresh sign-in links of the sample people."""
    environment = settings_for(server.home, int(server.url.rsplit(":", 1)[1]))
    done = subprocess.run([ANNEXA, "demo", "--links"], env=environment, capture_output=True, text=True, check=True)
    return dict(re.findall(r"Sign in as (\w+) .*?: (http\S+)", done.stdout))

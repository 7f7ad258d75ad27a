"""The first main job end to end: from the first link to an approved Statement of Applicability in a real browser."""

import re
import subprocess
import time

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser import servers
from tests.browser.servers import ANNEXA

pytestmark = pytest.mark.slow
PASSWORD = "seven quiet harbours at dawn"


def _create_administrator(page, server):
    page.goto(server.link("administrator"))
    page.get_by_label("Your name").fill("Nora Berg")
    page.get_by_label("E-mail address").fill("nora@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create administrator").click()


def _describe(page):
    page.get_by_label("Name of the organisation").fill("North Quay")
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    page.get_by_role("button", name="Create and describe it").click()
    page.get_by_role("radio", name=re.compile("SaaS")).check()
    page.get_by_role("radio", name=re.compile("11–49")).check()
    expect(page.get_by_role("checkbox", name=re.compile("Source code"))).to_be_checked()
    page.get_by_role("button", name="Continue to the scope").click()
    expect(page.get_by_label("Scope statement")).to_have_value(re.compile("North Quay"))
    page.get_by_label("Name of the scope").fill("North Quay platform")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Welcome, Nora")).to_be_visible()


def _rate_ten(page, server):
    page.goto(f"{server.url}/o/north-quay/gap/")
    page.get_by_role("link", name="Start an assessment").click()
    page.get_by_label("Title").fill("First look")
    page.get_by_role("button", name="Start the assessment").click()
    rows = page.locator("#table-gap [data-row]")
    expect(rows).to_have_count(123)
    rows.first.locator(".ax-rowlink").focus()
    for number in range(10):
        page.keyboard.press("3" if number % 2 else "2")
        word = "Conforms" if number % 2 else "Partly"
        expect(rows.nth(number).locator("[data-rate=conformity]")).to_contain_text(word)
        page.keyboard.press("j")
    page.reload()
    expect(page.locator("#table-gap [data-row]").filter(has_text="Conforms")).to_have_count(5)


def _decide_controls(page, server):
    page.goto(f"{server.url}/o/north-quay/soa/")
    page.get_by_role("button", name="Start the statement").click()
    expect(page.get_by_text("Preliminary: not derived from risk treatment")).to_be_visible()
    expect(page.get_by_role("button", name="Ask for review")).to_be_disabled()
    _leave_out(page, "A.7.12")
    _put_the_rest_in(page, server)
    page.goto(f"{server.url}/o/north-quay/soa/")
    expect(page.get_by_text("Nothing stops approval")).to_be_visible()
    page.get_by_role("button", name="Ask for review").click()


def _leave_out(page, ref):
    page.locator("[data-row]", has_text=ref).locator(".ax-rowlink").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("Your justification, in your own words").fill("We run no cabling; the landlord does.")
    drawer.get_by_role("button", name="Leave it out").click()
    expect(page.locator("[data-row]", has_text=ref)).to_contain_text("No")


def _put_the_rest_in(page, server):
    page.goto(f"{server.url}/o/north-quay/soa/")
    undecided = page.get_by_role("link", name=re.compile("Undecided"))
    undecided.click()
    page.locator("#table-statement thead input[type=checkbox]").check()
    bulk = page.locator("#bulk-statement")
    bulk.get_by_role("combobox").first.select_option(label="Yes")
    bulk.get_by_role("checkbox", name="Baseline").check()
    bulk.get_by_role("button").last.click()
    if page.locator("#confirm").is_visible():
        page.get_by_role("button", name="Yes, go on").click()
    page.wait_for_load_state()


def _invite(page, server):
    page.goto(f"{server.url}/o/north-quay/people/invite/")
    page.get_by_label("E-mail address").fill("ravi@example.com")
    page.get_by_label("Role").select_option("top_management")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("ravi@example.com").first).to_be_visible()
    deadline = time.monotonic() + 30
    while not (mails := list((server.home / "mail").glob("*.log"))):
        assert time.monotonic() < deadline, "no mail was sent"
        time.sleep(0.2)
    return re.search(r"http\S+/invitation/\S+", mails[0].read_text().replace("=\n", "")).group(0)


def _approve(page):
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("button", name="Yes, go on").click()


def test_from_the_first_link_to_an_approved_statement(open_page, empty_server, tmp_path):
    page = open_page()
    _create_administrator(page, empty_server)
    _describe(page)
    _rate_ten(page, empty_server)
    _decide_controls(page, empty_server)

    _approve(page)
    refusal = page.get_by_text("somebody else approves it").first
    expect(refusal).to_be_visible()

    other = open_page()
    other.goto(_invite(page, empty_server))
    other.get_by_label("Your name").fill("Ravi Menon")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Accept the invitation").click()
    other.goto(f"{empty_server.url}/o/north-quay/soa/")
    _approve(other)
    expect(other.get_by_text("SHA-256").first).to_be_visible()

    other.get_by_role("button", name="Export").click()
    with other.expect_download() as download:
        other.get_by_role("link", name=re.compile("PDF")).click()
    download.value.save_as(tmp_path / "soa.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "soa.pdf").pages)
    assert "Ravi Menon" in text
    assert "not derived from risk treatment" in text
    assert "We run no cabling" in re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("format", ["pdf", "docx", "xlsx", "csv"])
def test_the_command_line_exports_the_statement(demo_server, tmp_path, format):
    environment = servers.settings_for(demo_server.home, 1)
    out = tmp_path / f"soa.{format}"
    command = [ANNEXA, "soa", "export", "--format", format, "--organization", "harbour", "--out", out]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    start = out.read_bytes()[:4]
    assert start == {"pdf": b"%PDF", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbfI"}[format]


def test_an_account_is_locked_out_after_wrong_passwords(open_page, empty_server):
    page = open_page()
    for _attempt in range(7):
        page.goto(f"{empty_server.url}/account/login/")
        page.get_by_label("Email").fill("somebody@example.com")
        page.locator("input[type=password]").fill("wrong password here")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_load_state()
    assert "Too many" in page.content()

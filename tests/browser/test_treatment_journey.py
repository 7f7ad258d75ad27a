"""The heart of the ISMS end to end in a real browser: from a messy sheet of assets to a signed residual risk."""

import datetime
import re
import shutil
import time

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser import servers
from tests.browser.conftest import home_folder
from tests.browser.test_journey import PASSWORD, _create_administrator, _describe, _invite
from tests.factories import workbooks

pytestmark = pytest.mark.slow
HEAD = ["", "Asset tag", "What", "Type", "Protection need", "C", "I", "A", "Responsible", "RTO"]


@pytest.fixture
def server(tmp_path_factory):
    home = home_folder(tmp_path_factory)
    found = servers.start(home)
    yield found
    servers.stop(found)
    shutil.rmtree(home, ignore_errors=True)


def _messy(mended):
    """Return two hundred assets as somebody keeps them: a title above, gaps, words for numbers, two bad cells."""
    rows = [["", "Inventory of the platform team, do not delete!!", *[""] * 8], [""] * 10, HEAD]
    kinds = ("Server", "laptop", "SaaS", "database", "Application")
    needs = ("internal", "Confidential", "", "Public")
    for number in range(1, 201):
        kind, value = kinds[number % 5], ("high", 3, "5 - critical", "", "Low")[number % 5]
        if number in (17, 143) and not mended:
            kind, value = ("gizmo", value) if number == 17 else (kind, "lots")
        rows.append(["", f"AT-{number:03}", f"  Thing   {number}", kind, needs[number % 4], value, "medium", 2,
                     "Nora Berg" if number % 3 else "", "2 days" if number % 2 else ""])  # fmt: skip
        if number % 50 == 0:
            rows.append([""] * 10)
    return rows


def _import_assets(page, server, content, name):
    page.goto(f"{server.url}/o/north-quay/assets/import/")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("Spreadsheet").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    page.locator("[name=name]").select_option(label="C: What")
    page.locator("[name=classification]").select_option(label="E: Protection need")
    page.get_by_role("button", name="Look at what comes of it").click()


def _bring_in_the_inventory(page, server):
    _import_assets(page, server, workbooks.xlsx(_messy(mended=False)), "inventory.xlsx")
    expect(page.get_by_text("D20: “gizmo” is no kind of asset.")).to_be_visible()
    expect(page.get_by_text("F148: “lots” is no value.")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    _import_assets(page, server, workbooks.ods(_messy(mended=True)), "inventory.ods")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Imported: 200 new, 0 changed.")).to_be_visible()


def _agree_on_a_method(page, server):
    page.goto(f"{server.url}/o/north-quay/risks/method/")
    page.get_by_role("button", name=re.compile("5 × 5|Five by five")).click()
    page.get_by_role("button", name=re.compile("Approve")).click()
    expect(page.get_by_text("approved by Nora Berg").first).to_be_visible()


def _take_twenty_five(page, server):
    page.goto(f"{server.url}/o/north-quay/risks/library/")
    boxes = page.locator("#table-scenarios tbody input[type=checkbox]")
    for number in range(25):
        boxes.nth(number).check()
    bulk = page.locator("#bulk-scenarios")
    bulk.get_by_label("Owner").select_option(label="Nora Berg")
    bulk.get_by_role("button", name="Take these").click()
    expect(page.get_by_text("25 risks are on the register")).to_be_visible()


def _read(page, stage, likelihood, confidentiality):
    form = page.locator("form", has=page.get_by_role("button", name="Add the reading"))
    form.get_by_label("Reading").select_option(label=stage)
    form.get_by_label("Likelihood").select_option(str(likelihood))
    form.get_by_label("Confidentiality").select_option(str(confidentiality))
    form.get_by_role("button", name="Add the reading").click()
    expect(page.get_by_text(f"Read: {likelihood * confidentiality},")).to_be_visible()


def _assess_and_treat(page, server):
    """Read and decide the first risk of the register; returns its address and a control it needs."""
    page.goto(f"{server.url}/o/north-quay/risks/?sort=title")
    address = server.url + page.locator(".ax-rowlink").first.get_attribute("href")
    page.goto(address)
    for stage, likelihood in (("Inherent", 5), ("Current", 4), ("Target", 2)):
        _read(page, stage, likelihood, 3)
    decide = page.locator("form", has=page.get_by_role("button", name="Decide"))
    decide.get_by_label("Decision").select_option("mitigate")
    chosen = decide.get_by_label("Controls of the treatment").locator("option:checked").first.inner_text()
    decide.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("The draft statement takes up")).to_be_visible()
    page.get_by_role("link", name="Add an action").click()
    page.get_by_label("What is to be done").fill("Rehearse it with everybody")
    page.get_by_label("Owner").select_option(label="Nora Berg")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("ACTION-1 is in the plan.")).to_be_visible()
    return address, chosen.split()[0]


def _sign(page, address):
    page.goto(address)
    accept = page.locator("section", has=page.get_by_role("heading", name="Acceptance"))
    expect(accept.get_by_text("Not signed")).to_be_visible()
    accept.get_by_role("button", name="Sign").click()
    expect(accept.get_by_text("Accepted", exact=True)).to_be_visible()
    expect(accept.get_by_text("Nora Berg").first).to_be_visible()


def _is_refused(other, page, server, address):
    other.goto(_invite(page, server))
    other.get_by_label("Your name").fill("Ravi Menon")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Accept the invitation").click()
    other.goto(address)
    expect(other.get_by_role("button", name="Sign")).to_have_count(0)
    token = other.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    form = {"csrfmiddlewaretoken": token, "seen": "x", "valid_until": "2099-01-01"}
    answer = other.request.post(f"{address}accept/", form=form, headers={"Referer": address})
    assert answer.status == 403
    assert "Nora Berg owns this risk" in answer.text()


def _downloaded(page, link, folder):
    with page.expect_download() as download:
        link.click()
    download.value.save_as(folder / download.value.suggested_filename)
    read = PdfReader(folder / download.value.suggested_filename)
    return re.sub(r"\s+", " ", " ".join(each.extract_text() for each in read.pages))


def test_from_a_sheet_of_assets_to_a_signed_residual_risk(open_page, server, tmp_path):
    page = open_page()
    _create_administrator(page, server)
    _describe(page)
    _bring_in_the_inventory(page, server)
    _agree_on_a_method(page, server)
    _take_twenty_five(page, server)
    page.goto(f"{server.url}/o/north-quay/soa/")
    page.get_by_role("button", name="Start the statement").click()
    address, ref = _assess_and_treat(page, server)
    page.goto(f"{server.url}/o/north-quay/soa/?q={ref}")
    expect(page.locator("[data-row]", has_text=ref).first).to_contain_text("Risk")
    _sign(page, address)
    _is_refused(open_page(), page, server, address)

    page.goto(f"{server.url}/o/north-quay/plan/")
    plan = _downloaded(page, page.get_by_role("link", name="PDF"), tmp_path)
    assert "Rehearse it with everybody" in plan
    assert "Nora Berg" in plan
    page.goto(f"{server.url}/o/north-quay/risks/")
    register = _downloaded(page, page.get_by_role("link", name="PDF"), tmp_path)
    assert "RISK-25" in register
    last_month = (datetime.date.today() - datetime.timedelta(days=31)).isoformat()
    page.goto(f"{server.url}/o/north-quay/history/risks/?as_of={last_month}")
    expect(page.get_by_text("RISK-25")).to_have_count(0)
    time.sleep(1.1)  # versions begin within the second that the page asks for
    page.goto(f"{server.url}/o/north-quay/history/risks/")
    expect(page.get_by_text("25 rows")).to_be_visible()

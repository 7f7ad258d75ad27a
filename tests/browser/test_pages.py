"""Every page of the sample organisation, in both themes: no accessibility violations, no script errors, no overflow."""

import re
from pathlib import Path

import pytest

from tests.browser import servers
from tests.browser.conftest import sign_in

pytestmark = pytest.mark.slow
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "", "guide/", "start/", "start/scope/", "context/", "context/scope/edit/", "context/obligations/add/",
    "assets/", "assets/add/", "assets/import/", "assets/sbom/", "assets/terms/", "assets/terms/fields/",
    "risks/", "risks/?stage=inherent", "risks/add/", "risks/method/", "risks/library/", "risks/numbers/",
    "risks/trend/", "plan/", "plan/add/", "risks/import/", "me/stand-ins/",
    "gap/", "gap/?view=plan", "gap/assessments/", "gap/compare/?from=1&to=2",
    "soa/", "soa/versions/", "soa/3/", "soa/compare/?from=2&to=3",
    "catalog/", "catalog/iso27001-2022/", "catalog/controls/", "catalog/iso27001-2022/A.5.17/", "catalog/bridge/",
    "tasks/", "tasks/add/", "people/", "people/invite/", "people/invite/list/", "people/roles/",
    "webhooks/", "webhooks/add/",
    "me/tokens/", "me/tokens/add/", "settings/", "settings/single-sign-on/", "activity/", "search/?q=access",
    "checks/", "checks/add/", "checks/ready/",
    "evidence/", "evidence/add/", "evidence/requests/", "evidence/requests/ask/",
    "findings/", "findings/import/",
    "tasks/calendar/", "tasks/calendar/?show=all&month=2026-01", "tasks/calendar/address/",
    "inbox/", "inbox/preferences/", "inbox/chats/", "records/exports/", "records/retention/",
    "records/retention/rule/tasks/",
    "history/soa/", "history/tasks/changes/", "history/gap/?as_of=2026-01-01",
]  # fmt: skip
OWN_PAGES = [
    "/account/", "/account/email/", "/account/password/set/", "/account/second-factor/", "/account/sessions/",
    "/account/second-factor/totp/activate/", "/account/second-factor/webauthn/", "/account/second-factor/webauthn/add/",
]  # fmt: skip


@pytest.fixture(scope="module")
def mara(demo_server):
    """The state of a browser in which Mara Lindqvist has signed in."""
    return {"link": servers.fresh_links(demo_server)["Mara"], "state": None}


@pytest.fixture
def signed_in(open_page, mara):
    def opened(theme, width=1440):
        page = open_page(theme, width, storage_state=mara["state"], bypass_csp=True)
        if mara["state"] is None:
            sign_in(page, mara["link"])
            mara["state"] = page.context.storage_state()
        return page

    return opened


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_an_accessibility_violation(signed_in, demo_server, theme):
    page = signed_in(theme)
    found = {}
    rows = [
        _first_row(page, f"{demo_server.url}/o/harbour/{path}")
        for path in (
            "gap/",
            "soa/",
            "checks/",
            "evidence/",
            "evidence/requests/",
            "tasks/",
            "assets/",
            "risks/",
            "plan/",
            "people/",
        )
    ]
    rows.append(f"{rows[-1]}deactivate/")
    for path in [
        *(f"/o/harbour/{path}" for path in PAGES),
        *rows,
        *OWN_PAGES,
        "/ui/",
        "/new/",
        "/operation/jobs/",
        "/o/harbour/nothing-here/",
    ]:
        answer = page.goto(demo_server.url + path)
        assert answer.status in (200, 404), path
        assert answer.status == 200 or "nothing-here" in path, path
        page.add_script_tag(path=AXE)
        violations = page.evaluate("tags => axe.run({runOnly: tags}).then(r => r.violations)", TAGS)
        if violations:
            found[path] = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]
    assert not found, "\n".join(f"{path}: {each}" for path, broken in found.items() for each in broken)


def _first_row(page, address):
    page.goto(address)
    return page.locator(".ax-rowlink").first.get_attribute("href")


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_the_screen(signed_in, demo_server, width):
    page = signed_in("light", width)
    wide = []
    for path in [*(f"/o/harbour/{path}" for path in PAGES), *OWN_PAGES, "/account/login/", "/account/company/"]:
        page.goto(demo_server.url + path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert wide == []


@pytest.mark.parametrize(
    "path", ["/account/login/", "/account/company/", "/account/password/reset/", "/sign-in/spent/"]
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_entrance_is_accessible(open_page, demo_server, path, theme):
    page = open_page(theme, bypass_csp=True)
    page.goto(demo_server.url + path)
    page.add_script_tag(path=AXE)
    assert page.evaluate("tags => axe.run({runOnly: tags}).then(r => r.violations)", TAGS) == []


def test_charts_have_at_least_twelve_points(signed_in, demo_server):
    page = signed_in("light")
    page.goto(f"{demo_server.url}/o/harbour/")
    lines = page.evaluate("[...document.querySelectorAll('svg.ax-chart')].map(chart => chart.outerHTML)")
    counts = [max(part.count(",") for part in re.findall(r'points="([^"]*)"', svg)) for svg in lines]
    assert len(counts) == 2
    assert min(counts) >= 12

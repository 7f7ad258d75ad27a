"""Take the pictures of the documentation from the sample organisation: `python -m tests.browser.pictures`."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import servers
from tests.browser.conftest import FLAGS, NAMES, sign_in

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
VIEWS = {
    "home": "",
    "guide": "guide/",
    "start": "start/",
    "scope": "start/scope/",
    "context": "context/",
    "assets": "assets/",
    "risks": "risks/",
    "plan": "plan/",
    "risk-method": "risks/method/",
    "risk-numbers": "risks/numbers/",
    "evidence": "evidence/",
    "findings": "findings/",
    "calendar": "tasks/calendar/?show=all",
    "gap": "gap/",
    "gap-plan": "gap/?view=plan",
    "soa": "soa/",
    "soa-compare": "soa/compare/?from=2&to=3",
    "control": "catalog/iso27001-2022/A.5.17/",
    "controls": "catalog/controls/",
    "people": "people/",
    "activity": "activity/",
}
DARK = {"home", "soa"}


def main() -> None:
    """Serve the sample organisation and photograph it."""
    FOLDER.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="annexa-pictures-", dir="/tmp"))
    home.chmod(0o711)
    server = servers.start(home, "--demo")
    try:
        with sync_playwright() as playwright:
            path = next(filter(None, map(shutil.which, NAMES)))
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            link = server.link("Mara")
            state = None
            for theme in ("light", "dark"):
                context = browser.new_context(
                    color_scheme=theme, viewport={"width": 1440, "height": 900}, storage_state=state
                )
                page = context.new_page()
                if state is None:
                    sign_in(page, link)
                    state = context.storage_state()
                for name, view in VIEWS.items():
                    if theme == "light" or name in DARK:
                        page.goto(f"{server.url}/o/harbour/{view}")
                        page.wait_for_timeout(300)
                        page.screenshot(path=FOLDER / f"{name}-{theme}.png")
            browser.close()
    finally:
        servers.stop(server)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()

"""Every string a page shows of its own is translated; only data, ids and names may stand bare."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import servers
from tests.browser.test_pages import OWN_PAGES, PAGES

pytestmark = pytest.mark.slow

# Words that are names, units or symbols in every language.
BARE = re.compile(
    r"^(?:[\W\d_]*|Annexa|ISO/IEC 27001(:20\d\d)?|Harbour Cloud.*|Ctrl K|XLSX|CSV|PDF|DOCX|YAML|Word|Excel|[A-Z]{2,3}|"
    r"[a-z:-]+:[a-z-]+|v\d+|(ACTION|ASSET|CHECK|EVID|FIND|RISK)-\d+|A\.\d+(\.\d+)*|\d+(\.\d+)*[a-z]?\d?|SHA-256|[0-9a-f]{8,}|\w{1,2})$"
)
PARTS = re.compile(
    r"\s*[·→:,×]\s*|(?<=\.)\s|^RISK-\d+\s|\s\+?\d+(?=$|,)|\s*\(\d[\d.]*\)$|^[A\d][\d.a-z]*\s|\S+@\S+|https?://\S+|[0-9a-f]{8}-[0-9a-f-]+"
)
# A sentence may hold links and bold words: whatever stands between ⟦ and ⟧ is translated.
COLLECT = """() => {
  const found = new Set(), skip = new Set(["SCRIPT", "STYLE", "CODE", "PRE", "OPTION", "KBD", "TIME", "TEXTAREA"]);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let depth = 0;
  while (walker.nextNode()) {
    const text = walker.currentNode.data, parent = walker.currentNode.parentElement;
    const before = depth;
    depth += text.split("⟦").length - text.split("⟧").length;
    if (before > 0 || text.includes("⟦") || !text.trim() || skip.has(parent.tagName)) continue;
    if (!parent.closest("[translate=no], [data-words]")) found.add(text.trim());
  }
  for (const name of ["aria-label", "title", "placeholder"])
    for (const element of document.querySelectorAll(`[${name}]`)) found.add(element.getAttribute(name).trim());
  return [...found];
}"""


@pytest.fixture
def pseudo_server(demo_server):
    port = servers.free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "tests.browser.pseudo:application",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command, env=servers.settings_for(demo_server.home, port))
    servers.wait_for(f"http://127.0.0.1:{port}/healthz")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


def test_every_string_of_the_product_is_translated(open_page, demo_server, pseudo_server):
    data = _data_of(demo_server)
    page = open_page()
    link = servers.fresh_links(demo_server)["Mara"]
    page.goto(pseudo_server + "/" + link.split("/", 3)[3])
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/o/**")
    found = {}
    for path in [*(f"/o/harbour/{path}" for path in PAGES), *OWN_PAGES]:
        page.goto(pseudo_server + path)
        bare = [t for t in page.evaluate(COLLECT) if "⟦" not in t and not BARE.match(t) and not _is_data(t, data)]
        if bare:
            found[path] = bare[:12]
    report = "\n".join(f"{path}: {texts}" for path, texts in found.items())
    assert not found, report


def _data_of(server):
    """What the sample organisation and the catalog hold, which is keyed per language elsewhere."""
    root = Path(__file__).parents[2] / "annexa"
    files = [
        *root.glob("catalog/data/**/*.yaml"),
        *root.glob("risks/data/**/*.yaml"),
        *root.glob("evidence/data/*.yaml"),
    ]
    named = ["assets/models/inventory.py", "evidence/registry.py", "tasks/chat.py"]  # levels; scanners; chats
    files += [*root.glob("evidence/data/*.yaml"), *root.glob("cli/demo/*")]
    files = [file for file in files if file.suffix in (".yaml", ".py")] + [root / name for name in named]
    return re.sub(r"[\s_]+", " ", " ".join(file.read_text() for file in files))


def _is_data(text, data):
    """Whether every part of a text is an id, an address, a name, or words of the sample organisation or the catalog."""
    stored = text.startswith(("Named by ", "Read 1 risk"))  # written in the person's language, then kept
    parts = [part for part in PARTS.split(re.sub(r"\s+", " ", text)) if part]
    return stored or all(BARE.match(part) or part in data for part in parts)

"""The vendored files are complete, and what templates and styles name is there."""

import re
from pathlib import Path

import pytest

from annexa.ui import assets

ROOT = Path(assets.__file__).resolve().parents[1]
TEMPLATES = sorted(path for path in ROOT.rglob("*.html") if "/templates/" in str(path))
SCRIPTS = sorted((assets.UI / "static/ui").glob("*.js"))
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|\sstyle=|\son[a-z]+=[\"']", re.IGNORECASE
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    if not assets.NODE_MODULES.exists():
        pytest.skip("npm packages are not installed")
    target = tmp_path_factory.mktemp("vendor") / "vendor"
    assets.build(target=target)
    return target


def test_build_makes_every_file(built):
    names = {path.name for path in built.iterdir()}
    assert names == {
        "htmx.min.js",
        "icons.svg",
        "inter-latin-ext-wght-normal.woff2",
        "inter-latin-wght-normal.woff2",
        "inter.css",
        "tabler.min.css",
        "tabler.min.js",
    }


def test_no_source_map_is_named(built):
    for path in built.glob("*.min.*"):
        assert "sourceMappingURL" not in path.read_text(encoding="utf-8")


def test_sprite_has_a_symbol_per_icon(built):
    sprite = (built / "icons.svg").read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == assets.icon_names()
    assert "style=" not in sprite


def test_unknown_icon_names_the_culprit(built):
    with pytest.raises(assets.AssetMissing, match="no outline icon 'unicorn'"):
        assets.sprite(["unicorn"], assets.NODE_MODULES / "@tabler/icons/icons")


def test_missing_packages_say_what_to_run(tmp_path):
    with pytest.raises(assets.AssetMissing, match="npm ci"):
        assets.build(packages=tmp_path, target=tmp_path / "vendor")


def test_icon_list_has_no_duplicates_and_is_sorted():
    names = assets.icon_names()
    assert names == sorted(set(names))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_obeys_the_policy_and_names_known_icons(path):
    source = path.read_text(encoding="utf-8")
    assert not INLINE.search(source)
    named = set(re.findall(r"{% icon ['\"]([\w-]+)['\"]", source))
    assert named <= set(assets.icon_names())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_imports_exist(path):
    for name in re.findall(r'import [^"]*"\./([^"]+)"|import "\./([^"]+)"', path.read_text(encoding="utf-8")):
        assert (path.parent / "".join(name)).exists()


def test_styles_named_in_the_page_exist():
    source = (assets.UI / "templates/ui/styles.html").read_text(encoding="utf-8")
    named = set(re.findall(r"ui/css/([\w-]+\.css)", source))
    assert named == {path.name for path in (assets.UI / "static/ui/css").iterdir()}

"""Vendored browser files: `python -m annexa.ui.assets` builds them; the wheel's build hook runs this without Django."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

UI = Path(__file__).resolve().parent
ICON_LIST = UI / "icons.txt"
VENDOR = UI / "static" / "ui" / "vendor"
NODE_MODULES = UI.parents[1] / "node_modules"

COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
FONT = "@fontsource-variable/inter"
FONT_SUBSETS = ("latin-ext", "latin")
FONT_FACE = re.compile(r"/\* (?P<name>[\w-]+) \*/\s*(?P<rule>@font-face \{.*?\})", re.DOTALL)
SOURCE_MAP = re.compile(r"(/\*#|//#) sourceMappingURL=\S+( \*/)?\s*")
SVG = "{http://www.w3.org/2000/svg}"
DRAWING = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")


class AssetMissing(Exception):
    """A file that the build needs is not there."""


def build(*, packages: Path = NODE_MODULES, target: Path = VENDOR) -> None:
    """Write everything the pages need from npm packages into one folder."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for source, name in COPIES.items():
        (target / name).write_text(SOURCE_MAP.sub("", _read(packages / source)), encoding="utf-8")
    _fonts(packages / FONT, target)
    (target / "icons.svg").write_text(sprite(icon_names(), packages / "@tabler/icons/icons"), encoding="utf-8")


def icon_names(listing: Path = ICON_LIST) -> list[str]:
    """Return the icons the pages may use, as listed in icons.txt."""
    lines = (line.strip() for line in listing.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def sprite(names: list[str], drawings: Path) -> str:
    """Return one SVG file with a symbol per icon."""
    symbols = "\n".join(_symbol(name, drawings) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str, drawings: Path) -> str:
    variant, stem = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
    try:
        root = ElementTree.fromstring(_read(drawings / variant / f"{stem}.svg"))  # noqa: S314 - a locked package
    except AssetMissing as error:
        raise AssetMissing(f"Tabler has no {variant} icon {stem!r}; correct {ICON_LIST.name}.") from error
    attributes = " ".join(f'{key}="{root.get(key)}"' for key in DRAWING if root.get(key))
    shapes = "".join(_shape(element) for element in root if element.get("d") != "M0 0h24v24H0z")
    return f'<symbol id="{name}" {attributes}>{shapes}</symbol>'


def _shape(element: ElementTree.Element) -> str:
    attributes = " ".join(f'{key}="{value}"' for key, value in element.attrib.items())
    return f"<{element.tag.removeprefix(SVG)} {attributes}/>"


def _fonts(package: Path, target: Path) -> None:
    rules = {match["name"]: match["rule"] for match in FONT_FACE.finditer(_read(package / "index.css"))}
    styles = []
    for subset in FONT_SUBSETS:
        name = f"inter-{subset}-wght-normal"
        if name not in rules:
            raise AssetMissing(f"{package.name} has no font face {name!r}.")
        shutil.copyfile(package / "files" / f"{name}.woff2", target / f"{name}.woff2")
        styles.append(rules[name].replace("./files/", ""))
    (target / "inter.css").write_text("\n".join(styles) + "\n", encoding="utf-8")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AssetMissing(f"{path} is missing; run npm ci first.") from error


if __name__ == "__main__":
    build()
    print(f"{len(list(VENDOR.iterdir()))} files in {VENDOR}")

"""Ask the advisory sources about every locked package; exit 1 for a known weakness, 3 when a source did not answer."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN, RELEASE = ROOT / ".venv" / "bin", ROOT / ".release" / "bin"
KNOWN, SILENT = 1, 3


def main() -> int:
    results = {"Python": python_packages(), "browser": browser_packages()}
    for kind, found in results.items():
        if found is None:
            print(f"{kind} packages: the advisory source did not answer, so nothing is known about them.")
        else:
            print(f"{kind} packages: {len(found)} known weaknesses." + "".join(f"\n  {line}" for line in found))
    if any(results.values()):
        return KNOWN
    return SILENT if None in results.values() else 0


def python_packages() -> list[str] | None:
    """Return a line for each weakness, None when nobody could be asked."""
    command = [RELEASE / "pip-audit", "--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off"]
    asked = _json([*command, "--timeout=20", "-r", ROOT / "requirements" / "dev.txt"])
    if asked is None or "dependencies" not in asked or any("skip_reason" in each for each in asked["dependencies"]):
        return None  # a package the source does not know is one nobody has looked at
    return [
        f"{package['name']} {package['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'none'}"
        for package in asked["dependencies"]
        for each in package.get("vulns", [])
    ]


def browser_packages() -> list[str] | None:
    """Return a line for each package with a weakness, None when nobody could be asked."""
    asked = _json([BIN / "npm", "audit", "--json"])
    if asked is None or "vulnerabilities" not in asked:
        return None
    return [f"{name}: {each['severity']}" for name, each in asked["vulnerabilities"].items()]


def _json(command: list[str | Path]) -> dict | None:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())

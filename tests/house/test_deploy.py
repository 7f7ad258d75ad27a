"""What is shipped for operators fits together with the program."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from annexa.config.environment import SETTINGS
from annexa.lib.version import VERSION

ROOT = Path(__file__).parents[2]
UNIT, IMAGE = ROOT / "deploy" / "annexa.service", ROOT / "deploy" / "Containerfile"
GUIDE = ROOT / "docs" / "guide" / "operate.md"


def test_the_service_is_one_that_systemd_understands(tmp_path):
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd is not on this machine")
    text = UNIT.read_text().replace("/opt/annexa/bin/annexa", "/bin/true")
    text = re.sub(r"^(User|Group)=annexa$", r"", text, flags=re.MULTILINE)
    (tmp_path / "annexa.service").write_text(text)
    done = subprocess.run([analyze, "verify", tmp_path / "annexa.service"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", [UNIT, IMAGE, GUIDE], ids=lambda path: path.name)
def test_every_setting_named_for_operators_exists(path):
    named = set(re.findall(r"\bANNEXA_[A-Z_]*[A-Z]\b", path.read_text()))
    assert named
    assert named - set(SETTINGS) == set()


def test_the_browser_packages_carry_the_version_of_the_release():
    for name in ("package.json", "package-lock.json"):
        assert json.loads((ROOT / name).read_text())["version"] == VERSION


def test_the_image_runs_as_nobody_special():
    text = IMAGE.read_text()
    assert text.index("USER annexa") < text.index("ENTRYPOINT")

"""Settings come from the environment only, and a wrong one stops the start with a sentence."""

import subprocess
from pathlib import Path

import pytest

from annexa.config import environment
from annexa.config.environment import SETTINGS, BadSetting
from tests.browser.servers import ANNEXA, settings_for

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "settings.md"


def test_nothing_set_gives_the_defaults():
    found = environment.read({})
    assert (found.host, found.port, found.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert found.home.name == ".annexa"
    assert found.embedded


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ANNEXA_PROT": "1"}, "ANNEXA_PROT is not a setting"),
        ({"ANNEXA_PORT": "http"}, "ANNEXA_PORT must be a whole number from 1 to 65535, not 'http'"),
        ({"ANNEXA_PORT": "70000"}, "not '70000'"),
        ({"ANNEXA_SERVER_TIMING": "yes"}, "must be 0 or 1"),
        ({"ANNEXA_EMAIL_URL": "mail.example"}, "must begin with smtp:// or smtps:// or file://"),
        ({"ANNEXA_SECRET_KEY": "short"}, "at least 32 characters"),
        ({"ANNEXA_SECURITY_CONTACT": "somebody"}, "must be an e-mail address"),
        ({"ANNEXA_SECURITY_CONTACT": "me@example.com\nCanonical: x"}, "must be an e-mail address"),
        ({"DATABASE_URL": "postgresql://a@b/c"}, "go together"),
        ({"DATABASE_URL": "mysql://a@b/c", "DATABASE_OWNER_URL": "x"}, "postgresql://"),
    ],
)
def test_a_wrong_setting_is_named(given, sentence):
    with pytest.raises(BadSetting, match=sentence.replace("(", r"\(")):
        environment.read(given)


def test_other_programs_variables_are_left_alone():
    assert environment.read({"PATH": "/bin", "DJANGO_DEBUG": "1"})


def test_every_setting_is_documented():
    text = GUIDE.read_text()
    assert [name for name in SETTINGS if f"| `{name}` |" not in text] == []


@pytest.mark.slow
@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["verify"], ["worker"]])
def test_every_command_stops_with_the_sentence_and_code_2(command, tmp_path):
    more = {"ANNEXA_PRT": "8001"}
    done = subprocess.run([ANNEXA, *command], env=settings_for(tmp_path, 8001, more), capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("ANNEXA_PRT is not a setting of Annexa")
    assert "Traceback" not in done.stderr

"""The folder through which web processes share their figures."""

import os
from types import SimpleNamespace

import pytest

from annexa.config import supervisor
from annexa.config.environment import BadSetting

NAME = "PROMETHEUS_MULTIPROC_DIR"


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    monkeypatch.setenv(NAME, "/an/operators/own")


def _settings(home, processes=2):
    return SimpleNamespace(home=home, web_processes=processes)


@pytest.mark.parametrize("is_there", [True, False])
def test_it_is_in_memory_if_there_is_a_place_else_in_a_home_that_may_be_new(tmp_path, monkeypatch, is_there):
    memory, home = tmp_path / "memory", tmp_path / "new" / "home"
    if is_there:
        memory.mkdir()
    monkeypatch.setattr(supervisor, "MEMORY", memory)
    with supervisor._figures(_settings(home)):
        [folder] = (memory if is_there else home).iterdir()
        assert os.environ[NAME] == str(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_what_a_killed_supervisor_left_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "MEMORY", tmp_path / "none")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "counter_1.db").touch()
    with supervisor._figures(_settings(tmp_path)):
        assert list((tmp_path / "figures").iterdir()) == []


def test_one_process_shares_nothing_and_touches_nobodys_folder(tmp_path, monkeypatch):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    monkeypatch.setenv(NAME, str(theirs))
    with supervisor._figures(_settings(tmp_path, 1)):
        pass
    assert theirs.is_dir()


def test_a_place_of_somebody_else_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "MEMORY", tmp_path / "none")
    (tmp_path / "figures").write_text("a file in the way")
    with pytest.raises(BadSetting), supervisor._figures(_settings(tmp_path)):
        pass

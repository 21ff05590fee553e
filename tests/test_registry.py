import sys
from importlib.metadata import EntryPoint

import pytest

from motionedit_bench import registry as module
from motionedit_bench.errors import UsageError
from motionedit_bench.registry import Registry


def test_names_stay_strings_until_asked_for():
    sys.modules.pop("wave", None)
    sounds = Registry("sound")
    sounds.register("wave", "wave:Wave_read")
    assert sounds.names() == ["wave"]
    assert "wave" not in sys.modules
    assert sounds.get("wave").__name__ == "Wave_read"


def test_a_name_is_given_once_and_of_the_right_form():
    sounds = Registry("sound")
    sounds.register("wave", "wave:Wave_read")
    with pytest.raises(ValueError, match="taken"):
        sounds.register("wave", "wave:Wave_write")
    with pytest.raises(ValueError, match="module:Class"):
        sounds.register("other", "wave.Wave_read")


def test_an_unknown_name_is_answered_with_the_nearest():
    sounds = Registry("sound")
    sounds.register("wave", "wave:Wave_read")
    with pytest.raises(UsageError, match=r"unknown sound 'wav': did you mean 'wave'\? Known: wave"):
        sounds.get("wav")


def test_installed_packages_join_by_entry_point(monkeypatch):
    point = EntryPoint(name="theirs", value="wave:Wave_write", group="some.group")
    monkeypatch.setattr(module, "entry_points", lambda group: [point] if group == "some.group" else [])
    sounds = Registry("sound", group="some.group")
    assert sounds.names() == ["theirs"]
    assert sounds.get("theirs").__name__ == "Wave_write"

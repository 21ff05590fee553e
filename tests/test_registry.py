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


def test_a_docstring_is_read_without_importing_its_module(tmp_path, monkeypatch):
    (tmp_path / "their_shapes.py").write_text(
        'raise ImportError("not to be imported")\n\nclass Round:\n    """A round one.\n\n    More."""\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    shapes = Registry("shape")
    shapes.register("round", "their_shapes:Round")
    shapes.register("made", "collections:Counter")
    shapes.register("built", "builtins:dict")
    assert shapes.docstring("round").startswith("A round one.")
    assert shapes.docstring("made").startswith("Dict subclass")
    assert shapes.docstring("built").startswith("dict() ->")
    with pytest.raises(UsageError, match="unknown shape"):
        shapes.docstring("square")

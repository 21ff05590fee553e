"""The package list, the imports and the README hold what they promise."""

import configparser
import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import motionedit_bench
from motionedit_bench.cli import cli

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {
    "motionedit_bench": "motionedit_bench",
    "adapters": "motionedit_bench.adapters",
    "metrics": "motionedit_bench.metrics",
    "leaderboard": "motionedit_bench.leaderboard",
}


def test_every_package_is_listed_by_name():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = set(config["options"]["packages"].split())
    found = set()
    for folder, name in FOLDERS.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join([name, *init.parent.relative_to(ROOT / folder).parts]))
    assert listed == found


def test_the_side_folders_are_subpackages_and_nothing_else_is_importable():
    for name in FOLDERS.values():
        importlib.import_module(name)
    for name in ("adapters", "metrics", "leaderboard"):
        assert f"import {name}" not in "\n".join(
            path.read_text() for path in ROOT.rglob("motionedit_bench/**/*.py")
        )


MODULES = [
    module.name
    for name in FOLDERS.values()
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, name + ".")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_modules_have_a_docstring_and_their_examples_hold(name):
    module = importlib.import_module(name)
    assert module.__doc__
    assert doctest.testmod(module).failed == 0


def test_the_version_is_in_the_changelog():
    assert f"## [{motionedit_bench.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_commands_in_the_readme_exist():
    text = (ROOT / "README.md").read_text()
    for match in re.finditer(r"^ *mebench (\w+)((?: .*)?)$", text, re.MULTILINE):
        command = cli.commands[match[1]]
        if match[1] == "leaderboard":  # without a verb of its own it is the table
            words = match[2].split()
            command = command.commands[words[0] if words and words[0] in command.commands else "table"]
        options = {option for parameter in command.params for option in parameter.opts}
        for option in re.findall(r"--[a-z-]+", match[2].split("#")[0]):
            assert option in options, match[0]

"""Adapters from outside: an installed distribution, and a Python file that is not installed."""

import json
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from motionedit_bench.adapters import ADAPTERS, find_adapter
from motionedit_bench.errors import AdapterError, UsageError

MIRROR = '''
from dataclasses import dataclass

from PIL import ImageOps

from motionedit_bench.adapters import Adapter, Settings
from motionedit_bench.images import decode


class MirrorSettings(Settings):
    flip: bool = False


@dataclass
class Helper:
    name: str


class Mirror(Adapter):
    """The input, mirrored."""

    Settings = MirrorSettings

    def edit(self, item, seed):
        image = decode(item.input.read())
        return ImageOps.flip(image) if self.settings.flip else ImageOps.mirror(image)
'''

Mebench = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def own_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test puts on the path and imports is gone after it."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("adapter_file_", "their_", "neighbour")):
            del sys.modules[name]


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(MIRROR)
    return path


def mirrored(bench: Path) -> np.ndarray:
    return np.asarray(ImageOps.mirror(Image.open(bench / "input" / "item-0.png")))


def test_an_installed_distribution_joins_by_its_entry_point(
    tmp_path: Path, bench: Path, mebench: Mebench
) -> None:
    site = tmp_path / "site"
    facts = site / "their_models-1.0.dist-info"
    facts.mkdir(parents=True)
    (site / "their_models.py").write_text(MIRROR)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: their-models\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[motionedit_bench.adapters]\ntheir_mirror = their_models:Mirror\n"
    )
    sys.path.append(str(site))
    assert ADAPTERS.names()[-1] == "their_mirror"
    assert "their_models" not in sys.modules
    command = ("run", "--adapter", "their_mirror", "--bench", bench, "--out", tmp_path / "out")
    assert mebench(*command)[0] == 0
    assert (np.asarray(Image.open(tmp_path / "out" / "item-0.png")) == mirrored(bench)).all()
    assert mebench("check", "their_mirror")[0] == 0
    status, out, _ = mebench("list", "adapters")
    assert status == 0
    assert "their_mirror" in out


def test_a_file_runs_without_being_installed(
    mirror: Path, bench: Path, tmp_path: Path, mebench: Mebench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ("run", "--adapter", "mine.py:Mirror", "--bench", bench)
    status, out, _ = mebench(*command, "--limit", 1)
    assert (status, out) == (0, "preds/mirror: 1 edited, 0 failed, 0 there already\n")
    assert (np.asarray(Image.open("preds/mirror/item-0.png")) == mirrored(bench)).all()
    manifest = json.loads(Path("preds/mirror/run.json").read_text())
    assert manifest["adapter"] == "mirror"
    assert manifest["adapter_file"] == {"name": "mine.py", "sha256": sha256(MIRROR.encode()).hexdigest()}
    # The same file by another path goes on; a changed one does not.
    by_path = ("run", "--adapter", f"{mirror}:Mirror", "--bench", bench)
    assert mebench(*by_path)[:2] == (0, "preds/mirror: 3 edited, 0 failed, 1 there already\n")
    mirror.write_text(MIRROR + "# changed\n")
    status, _, err = mebench(*command)
    assert status == 2
    assert "preds/mirror holds a run with another adapter_file (" in err
    assert mebench(*command, "--set", "flip=true", "--out", "flipped")[0] == 0
    assert mebench("check", "mine.py:Mirror", "--set", "flip=true")[0] == 0


def test_the_harness_has_no_adapter_file(bench: Path, tmp_path: Path, mebench: Mebench) -> None:
    mebench("run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "out")
    assert json.loads((tmp_path / "out" / "run.json").read_text())["adapter_file"] is None


def test_a_changed_file_is_read_again(mirror: Path) -> None:
    first = find_adapter(f"{mirror}:Mirror")
    mirror.write_text(MIRROR.replace("The input, mirrored", "The input, MIRRORED"))  # of the same length
    second = find_adapter(f"{mirror}:Mirror")
    assert (first.__doc__, second.__doc__) == ("The input, mirrored.", "The input, MIRRORED.")
    assert first.source != second.source


def test_a_file_may_import_its_neighbours(mirror: Path) -> None:
    (mirror.parent / "neighbour.py").write_text("NAME = 'Mirror'\n")
    (mirror.parent / "json.py").write_text("raise SystemError('a neighbour must not hide a library')\n")
    mirror.write_text("import json\nimport neighbour\n" + MIRROR)
    assert find_adapter(f"{mirror}:Mirror").__name__ == "Mirror"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.py:Mirror", "no file .*absent.py, which --adapter .*absent.py:Mirror names"),
        ("mine.py", "mine.py' names no class: write FILE.py:CLASS"),
        ("mine.py:", "mine.py:' names no class"),
        ("mine.py:Miror", "unknown class of mine.py 'Miror': did you mean 'Mirror'. Known: Mirror$"),
        ("mine.py:Helper", "Helper in mine.py is no subclass of motionedit_bench.adapters.Adapter"),
        ("mine.py:decode", "decode in mine.py is no subclass of"),
        ("mine.py:Adapter", r"Adapter in mine.py has no method edit\(self, item, seed\)"),
    ],
)
def test_what_cannot_be_named(mirror: Path, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        find_adapter(str(mirror.parent / name))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "x = 1\nimport no_such_package\n",
            r"ModuleNotFoundError: No module named 'no_such_package' (mine.py:2)",
        ),
        ("x = 1\n\ny = x / 0\n", "ZeroDivisionError: division by zero (mine.py:3)"),
        ("import json\njson.loads('{')\n", "JSONDecodeError: Expecting property name"),
        ("import json\njson.loads('{')\n", "(mine.py:2)"),
        ("x = 1\nx = = 2\n", "SyntaxError: invalid syntax (mine.py:2)"),
        ("raise RuntimeError\n", "RuntimeError: no message (mine.py:1)"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3 (mine.py:2)"),
        ("x = '\0'\n", "source code string cannot contain null bytes"),
    ],
)
def test_what_cannot_be_imported(mirror: Path, mebench: Mebench, text: str, message: str) -> None:
    mirror.write_text(text)
    before = set(sys.modules)
    with pytest.raises(AdapterError) as raised:
        find_adapter(f"{mirror}:Mirror")
    assert str(raised.value).startswith("mine.py cannot be imported: ")
    assert message in str(raised.value)
    assert not any(name.startswith("adapter_file_") for name in set(sys.modules) - before)
    status, _, err = mebench("run", "--adapter", f"{mirror}:Mirror")
    assert (status, err.count("\n")) == (2, 1)

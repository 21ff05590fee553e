"""The walkthroughs of CONTRIBUTING.md, run as they stand there, from the metric to a board's check."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motionedit_bench.files import read_lines
from motionedit_bench.metrics import CATALOGUE

Mebench = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
METRIC, ENTRY, PACKAGED, ADAPTER = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
DECLARED = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
CARD = {
    "name": "mirror",
    "organisation": "Example Lab",
    "licence": "Apache-2.0",
    "link": "https://example.org/mirror",
    "contact": "someone@example.org",
    "open_weights": True,
}
TABLE = "BUILT_IN: dict[str, Facts] = {\n"
ALL_COMMANDS = """
import json, sys
from motionedit_bench.cli import invoke
for arguments in json.loads(sys.argv[1]):
    print("$", *arguments, flush=True)
    print("status", invoke(arguments), flush=True)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder in which ``my_package`` lies as installers leave it, with what the walkthroughs declare."""
    place = tmp_path / "site"
    (place / "my_package").mkdir(parents=True)
    for name, content in (("__init__", ""), ("contrast", PACKAGED), ("mirror", ADAPTER)):
        (place / "my_package" / f"{name}.py").write_text(content)
    facts = place / "my_package-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    lines = []
    for declared in DECLARED:
        for group, entries in tomllib.loads(declared)["project"]["entry-points"].items():
            lines += [f"[{group}]", *(f"{name} = {target}" for name, target in entries.items()), ""]
    (facts / "entry_points.txt").write_text("\n".join(lines))
    return place


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The package is on the path of this process and of those that it starts, until the test undoes it."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.setattr(CATALOGUE, "_others", {})
    yield monkeypatch
    for name in [name for name in sys.modules if name.startswith("my_package")]:
        del sys.modules[name]


def commands(metric: str, bench: Path, place: Path) -> list[list[str]]:
    """The way from a metric to a board's check of its rows."""
    preds, zipped, card = place / "preds" / "mirror", place / "mirror.zip", place / "card.json"
    card.write_text(json.dumps(CARD))
    return [
        list(map(str, arguments))
        for arguments in (
            ("check", metric),
            ("list", "metrics"),
            ("run", "--adapter", "mirror", "--set", "flip=true", "--bench", bench, "--out", preds),
            ("score", preds, "--bench", bench, "--metrics", f"{metric},psnr"),
            ("leaderboard", preds, "--format", "csv"),
            ("submit", preds, "--card", card, "--with-images", "--to", zipped),
            ("leaderboard", "check", zipped, "--bench", bench, "--full"),
        )
    ]


def holds_rows_of(metric: str, preds: Path) -> None:
    rows = [row for row in read_lines(preds / "scores.jsonl") if row["metric"] == metric]
    assert [row["value"] for row in rows] == pytest.approx([0.0] * 4, abs=1e-9)  # a mirror changes neither
    assert rows[0]["detail"]["before"] > 0
    assert rows[0]["variant"] == {"choice": [], "versions": ["metric_version"]}


@pytest.mark.slow
def test_add_a_metric(site: Path, bench: Path, tmp_path: Path) -> None:
    """A tree with the new file and the new entry, and nothing else that is new, goes all the way."""
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "motionedit_bench", tree / "motionedit_bench")
    for name in ("adapters", "metrics", "leaderboard"):
        shutil.copytree(ROOT / name, tree / "motionedit_bench" / name)
    metrics = tree / "motionedit_bench" / "metrics"
    (metrics / "brightness.py").write_text(METRIC)
    catalogue = (metrics / "catalogue.py").read_text()
    assert TABLE in catalogue
    (metrics / "catalogue.py").write_text(catalogue.replace(TABLE, TABLE + ENTRY))
    done = subprocess.run(
        [sys.executable, "-c", ALL_COMMANDS, json.dumps(commands("brightness", bench, tmp_path))],
        env=os.environ | {"PYTHONPATH": f"{tree}{os.pathsep}{site}"},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^status (\d)$", done.stdout, re.MULTILINE) == ["0"] * 7, done.stdout + done.stderr
    assert "computed again: 8 scores of 4 items, 4 of them with images" in done.stdout
    assert "mirror: accepted as partial: shown, never ranked\n" in done.stdout
    assert "FAIL" not in done.stdout
    holds_rows_of("brightness", tmp_path / "preds" / "mirror")


def test_add_a_metric_from_a_package(
    installed: pytest.MonkeyPatch, bench: Path, tmp_path: Path, mebench: Mebench
) -> None:
    """And a board without the package says that it can say nothing."""
    outputs = []
    for arguments in commands("contrast", bench, tmp_path):
        status, out, err = mebench(*arguments)
        assert status == 0, (arguments, out, err)
        outputs.append(out)
    assert "FAIL" not in outputs[0]
    assert "change of the contrast, grey levels" in outputs[1]
    assert "contrast" in outputs[4]
    assert "computed again: 8 scores of 4 items, 4 of them with images" in outputs[-1]
    assert outputs[-1].endswith("mirror: accepted as partial: shown, never ranked\n")
    holds_rows_of("contrast", tmp_path / "preds" / "mirror")

    installed.undo()
    status, out, _ = mebench(*commands("contrast", bench, tmp_path)[-1])
    assert status == 0
    assert "not recomputed: contrast is unknown here: 4 rows" in out
    assert "computed again: 4 scores" in out
    status, out, err = mebench("leaderboard", tmp_path / "preds", "--format", "csv")
    assert (status, "contrast" in out) == (0, False)
    assert err.count("passed over: 4 rows of contrast, a metric that is unknown here\n") == 1
    status, _, err = mebench("score", tmp_path / "preds", "--bench", bench, "--metrics", "contrast")
    assert (status, err.count("\n")) == (2, 1)


def test_the_walkthroughs_leave_nothing_behind() -> None:
    assert "brightness" not in CATALOGUE
    assert "contrast" not in CATALOGUE

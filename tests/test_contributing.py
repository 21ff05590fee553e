"""The walkthroughs of CONTRIBUTING.md, run as they stand there."""

import re
import sys
from pathlib import Path

import pytest

from motionedit_bench import metrics, scoring, sheet
from motionedit_bench.adapters import parse_settings
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.journal import read_lines
from motionedit_bench.metrics.base import Instruments
from motionedit_bench.metrics.catalogue import BUILT_IN, Facts
from motionedit_bench.registry import Registry
from motionedit_bench.runner import run

TEXT = (Path(__file__).resolve().parents[1] / "CONTRIBUTING.md").read_text()
METRIC, ENTRY, ADAPTER = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A folder on the path in which the walkthrough's files lie."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "brightness.py").write_text(METRIC)
    (tmp_path / "mirror.py").write_text(ADAPTER)
    yield
    sys.modules.pop("brightness", None)
    sys.modules.pop("mirror", None)


def mirror(**settings):
    kind = Registry("adapter")
    kind.register("mirror", "mirror:Mirror")
    made = kind.get("mirror")
    return made(parse_settings(made.Settings, [f"{key}={value}" for key, value in settings.items()]))


def test_add_a_metric_and_an_adapter(modules, bench, tmp_path, monkeypatch):
    opened = open_benchmark(str(bench))
    run("mirror", mirror(flip="true"), opened, opened.items, tmp_path / "preds" / "mirror")

    with monkeypatch.context() as patch:
        exec(ENTRY, {"CATALOGUE": BUILT_IN, "Facts": Facts})
        registry = Registry("metric")
        registry.register("brightness", "brightness:Brightness")
        patch.setattr(sheet, "METRICS", registry)
        folders = [tmp_path / "preds" / "mirror"]
        assert scoring.score(opened, folders, ["brightness"], Instruments("dis")) == {"ok": 4}
    del BUILT_IN["brightness"]

    rows = list(read_lines(tmp_path / "preds" / "mirror" / "scores.jsonl"))
    assert [row["value"] for row in rows] == pytest.approx([0.0] * 4, abs=1e-9)  # a mirror keeps the mean
    assert rows[0]["detail"]["before"] > 0
    assert "brightness" not in metrics.METRICS.names()

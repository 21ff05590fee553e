"""The study of how metrics order edits of known quality: its arithmetic, and one item for real."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.benchmarks.sample.edits import PARTS, QUALITY, edits

SCRIPT = Path(__file__).resolve().parents[2] / "studies" / "sensitivity.py"
RIGHT = {name: float(quality) for name, quality in QUALITY.items()}


@pytest.fixture(scope="module")
def study() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(SCRIPT)))


def test_a_perfect_a_constant_and_a_reversed_metric(study: SimpleNamespace) -> None:
    for sign, share in ((1, 1.0), (0, 0.5), (-1, 0.0)):
        scores = {name: sign * value for name, value in RIGHT.items()}
        assert study.ordered(scores, *study.EVERYTHING) == share
        assert [study.ordered(scores, *kind) for kind in study.KINDS.values()] == [share] * len(study.KINDS)


def test_one_wrong_pair_of_all_counts_as_one(study: SimpleNamespace) -> None:
    pairs = sum(one > other for one in QUALITY.values() for other in QUALITY.values())
    assert pairs == 24
    assert study.ordered(RIGHT | {"two thirds": 3.5}, *study.EVERYTHING) == pytest.approx(1 - 1 / pairs)
    tie = RIGHT | {"two thirds": 3.0}
    assert study.ordered(tie, *study.EVERYTHING) == pytest.approx(1 - 0.5 / pairs)
    assert study.ordered(tie, *study.KINDS["more or less of it"]) == pytest.approx(1 - 0.5 / 6)
    assert study.ordered(tie, *study.KINDS["some or the wrong way"]) == 1


def test_edits_of_one_quality_are_no_pair(study: SimpleNamespace) -> None:
    upset = RIGHT | {"the input": -0.1, "the input with noise": 0.1}
    assert study.ordered(upset, *study.EVERYTHING) == 1


def test_what_has_no_score_is_in_no_pair(study: SimpleNamespace) -> None:
    assert study.ordered(RIGHT | {"all of the motion": None}, *study.EVERYTHING) == 1
    assert study.ordered(dict.fromkeys(QUALITY), *study.EVERYTHING) is None
    table = study.table({"good": [RIGHT, RIGHT], "blind": [dict.fromkeys(QUALITY)] * 2})
    good, blind = (line.split("|") for line in table.splitlines()[2:])
    assert [good[2].strip(), good[-2].strip()] == ["100 (100 to 100)", "2/2"]
    assert [blind[2].strip(), blind[-2].strip()] == ["-", "0/2"]
    assert "nan" not in study.means({"blind": [dict.fromkeys(QUALITY)]})


def test_the_interval_is_over_items(study: SimpleNamespace) -> None:
    assert study.percent([1.0]) == "100"
    low, high = (int(part) for part in study.percent([1.0, 0.0] * 10)[4:-1].split(" to "))
    assert 25 < low < 50 < high < 75


@pytest.mark.slow
def test_one_item_for_real_of_each_benchmark(study: SimpleNamespace) -> None:
    metrics, missing = study.ready(["mas", "psnr", "epe"], ["dis", "tvl1"])
    assert list(metrics) == [
        "`mas` by `dis`",
        "`psnr`",
        "`epe` by `dis`",
        "`mas` by `tvl1`",
        "`epe` by `tvl1`",
    ]
    assert not missing
    item = open_benchmark("sample").items[1]
    made = {name: make() for name, make in edits(item, "sample").items()}
    found = study.measured(item, made, {line: metrics[line] for line in list(metrics)[:3]})
    for scores in found.values():
        assert max(scores, key=lambda name: scores[name]) == "all of the motion"
        assert all(math.isfinite(value) for value in scores.values())
    assert found["`epe` by `dis`"]["the input"] < found["`epe` by `dis`"]["two thirds"] < 0
    assert np.isclose(found["`mas` by `dis`"]["the input"], 0)


@pytest.mark.slow
def test_by_the_true_flow_the_end_point_error_is_what_is_left_of_the_way(study: SimpleNamespace) -> None:
    metrics, _ = study.ready(["epe"], ["true"])
    (item,) = open_benchmark("sample").select(ids=["rocket-lifts-off"])
    made = {name: make() for name, make in edits(item, "sample").items()}
    (scores,) = study.measured(item, made, metrics).values()
    whole = -100 * 58 / np.hypot(*made["the input"].flow.shape[:2])
    expected = {name: (1 - part) * whole for name, part in PARTS.items()} | {"the input": whole}
    assert {name: scores[name] for name in expected} == pytest.approx(expected, abs=1e-3)

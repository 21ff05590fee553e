"""Scores are the same whoever measures, and whoever dies over it; one that would give others is refused."""

import pickle
import signal
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from helpers.nodes import nodes, unhurried

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.engines import Queue
from motionedit_bench.engines.base import Place
from motionedit_bench.engines.cluster import Cluster, connected
from motionedit_bench.engines.crew import Patience
from motionedit_bench.engines.here import Here
from motionedit_bench.engines.queue import Piece
from motionedit_bench.engines.ray import Replicas
from motionedit_bench.errors import MebenchError, WeightsUnavailable
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.flow.unimatch import random_checkpoint
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge import COMPUTED
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.scoring.bundle import Bundle, Found, measure
from motionedit_bench.scoring.gauge import MetricGauge
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.kit import Kit
from motionedit_bench.scoring.measuring import plan
from motionedit_bench.scoring.replica import EngineFor, LikeOurs, Made, here
from motionedit_bench.scoring.score import score
from motionedit_bench.scoring.sheet import Sheet

METRICS = ("mas", "motion_gain", "psnr", "ssim")
TWO = Cluster(None, 2, Fraction(0))
SOON = Patience(placing=900, verdict=1, look=0.2)


@pytest.fixture
def preds(bench: Path, tmp_path: Path) -> Path:
    """Three models: one perfect, one that does nothing, one with gaps."""
    for name, part in (("perfect", "target"), ("still", "input"), ("torn", "target")):
        folder = tmp_path / "preds" / name
        folder.mkdir(parents=True)
        for path in sorted((bench / part).iterdir()):
            (folder / path.name).write_bytes(path.read_bytes())
    (tmp_path / "preds" / "torn" / "item-1.png").write_bytes(b"no picture")
    (tmp_path / "preds" / "torn" / "item-2.png").unlink()
    return tmp_path / "preds"


def kit_of(*metrics: str, judged: bool = False, **choices: Any) -> Kit:
    instruments = Instruments(**choices)
    judges = (JudgeGauge(COMPUTED.get("reference")(instruments)),) if judged else ()
    return Kit((*(MetricGauge(name, instruments) for name in metrics), *judges), instruments)


def scored(bench: Path, preds: Path, out: Path, engine_for: EngineFor = here) -> dict[str, bytes]:
    """The score files of all models, by name."""
    instruments = Instruments()
    judges = [JudgeGauge(COMPUTED.get("reference")(instruments))]
    folders = sorted(preds.iterdir())
    score(open_benchmark(str(bench)), folders, METRICS, instruments, out, engine_for, judges)
    return {folder.name: (out / folder.name / "scores.jsonl").read_bytes() for folder in folders}


def test_a_bundle_travels_and_is_measured_by_a_kit_made_elsewhere(bench: Path, preds: Path) -> None:
    kit = kit_of(*METRICS, judged=True)
    sheets = [Sheet(ModelPredictions(folder), folder) for folder in sorted(preds.iterdir())]
    portion = plan(open_benchmark(str(bench)).items[1], sheets, kit)
    assert [len(edit.gauges) for edit in portion.bundle.edits] == [5, 5, 5]
    for sheet in sheets:
        sheet.close()
    recipe, bundle = pickle.loads(pickle.dumps((LikeOurs.of(kit), portion.bundle)))  # noqa: S301 (our own)
    assert len(pickle.dumps(recipe)) < 4000
    there = recipe.make(Place()).do(bundle)
    assert there == measure(kit, portion.bundle)
    assert {one["mas"].status for one in there[2] if "mas" in one} == {"corrupt"}


def test_who_would_give_other_numbers_is_refused(tmp_path: Path) -> None:
    recipe = LikeOurs.of(kit_of("mas"))
    older = {"mas": {**recipe.versions["mas"], "flow_version": "opencv 4.0"}}
    with pytest.raises(
        WeightsUnavailable, match="flow_version of mas is opencv .* there, and opencv 4.0 here"
    ):
        replace(recipe, versions=older).make(Place())
    random_checkpoint(tmp_path / "w.pth")
    learned = LikeOurs.of(kit_of("mas", flow="unimatch", flow_options={"weights": tmp_path / "w.pth"}))
    (tmp_path / "w.pth").unlink()
    with pytest.raises(MebenchError, match="cannot read flow weights"):
        learned.make(Place())


class Deadly(Here[Bundle, Found]):
    """Dies over every bundle that holds a certain edit, as far as the queue can see."""

    poison = b"no picture"

    def wait(self, queue: Queue[Bundle, Found]) -> None:
        piece = self._piece
        if piece is not None and any(edit.content == self.poison for edit in piece.task.edits):
            self._piece = None
            queue.died(piece, "signal 9")
        else:
            super().wait(queue)


def test_an_edit_that_kills_costs_no_other_its_score(bench: Path, preds: Path, tmp_path: Path) -> None:
    whole = scored(bench, preds, tmp_path / "whole")
    out = tmp_path / "out"
    found = scored(bench, preds, out, lambda kit: Deadly(Made(kit)))
    for name in ("perfect", "still"):
        assert sorted(found[name].splitlines()) == sorted(whole[name].splitlines())
    lost = [row for row in read_lines(out / "torn" / "scores.jsonl") if row["item_id"] == "item-1"]
    assert {(row["status"], row["value"]) for row in lost} == {("unavailable", None)}
    assert {row["reason"] for row in lost} == {"2 processes died over this item; the last with signal 9"}
    again = scored(bench, preds, out)
    assert again["perfect"] == found["perfect"]
    assert set(again["torn"].splitlines()) >= set(whole["torn"].splitlines())


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    with nodes() as found, connected(found.address), unhurried():
        yield


class Poison:
    """Who receives it is killed."""

    def __reduce__(self) -> tuple[Any, ...]:
        return signal.raise_signal, (signal.SIGKILL,)


class Torn(Replicas[Bundle, Found]):
    """A replica of these is killed by the second bundle that is handed out."""

    handed = 0

    def hand(self, piece: Piece[Bundle]) -> None:
        self.handed += 1
        bundle = piece.task
        if self.handed == 2:
            piece.task = Poison()  # type: ignore[assignment]
        super().hand(piece)
        piece.task = bundle


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
def test_a_cluster_scores_to_the_same_bytes(bench: Path, preds: Path, tmp_path: Path, mebench: Any) -> None:
    command = ["score", preds, "--bench", bench, "--metrics", ",".join(METRICS), "--judge", "reference"]
    status, shown, _ = mebench(*command, "--out", tmp_path / "a", "--workers", 1)
    ray = ["--engine", "ray", "--replicas", 2]
    assert (status, shown) == mebench(*command, "--out", tmp_path / "b", *ray)[:2]
    for folder in preds.iterdir():
        ours, theirs = (tmp_path / name / folder.name / "scores.jsonl" for name in "ab")
        assert ours.read_bytes() == theirs.read_bytes()
    status, _, told = mebench(*command, *ray, "--workers", 2)
    assert (status, told.count("\n")) == (2, 1)
    assert "--replicas" in told


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
def test_a_replica_that_is_killed_loses_nothing(
    bench: Path, preds: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = scored(bench, preds, tmp_path / "whole")
    torn = scored(bench, preds, tmp_path / "torn", lambda kit: Torn(LikeOurs.of(kit), TWO, patience=SOON))
    assert torn == whole
    assert "died over item item-1" in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
def test_a_cluster_of_other_versions_scores_nothing(bench: Path, preds: Path, tmp_path: Path) -> None:
    def older(kit: Kit) -> Replicas[Bundle, Found]:
        recipe = LikeOurs.of(kit)
        versions = {**recipe.versions, "psnr": {"metric_version": "0"}}
        return Replicas(replace(recipe, versions=versions), TWO, patience=SOON)

    with pytest.raises(WeightsUnavailable, match="metric_version of psnr is 1 there, and 0 here"):
        scored(bench, preds, tmp_path / "out", older)
    assert {path.stat().st_size for path in (tmp_path / "out").glob("*/scores.jsonl")} == {0}

"""The study of the motion filter: its arithmetic, and one short film for real."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from motionedit_bench.mining.records import Decision
from motionedit_bench.mining.settings import Settings

SCRIPT = Path(__file__).resolve().parents[2] / "studies" / "mining_truth.py"


@pytest.fixture(scope="module")
def study() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(SCRIPT)))


def test_precision_and_recall(study: SimpleNamespace) -> None:
    kept, dropped = Decision("a", True), Decision("a", False, "camera")
    fates = [
        ("subject moves", kept),
        ("subject moves", dropped),
        ("pan", kept),
        ("pan", None),
        ("zoom", kept),
    ]
    seen = [study.Seen(kind, True, decision, None) for kind, decision in fates]
    assert study.precision_and_recall(seen) == (pytest.approx(1 / 3), 0.5)
    table = study.table(seen, 2)
    assert "precision 0.333, recall 0.500" in table
    assert "| pan                         | no           |       2 |      1 | no pair 1    |" in table
    assert table.endswith("5 of 5; cuts where there is none: 2")


def test_each_film_has_all_kinds(study: SimpleNamespace) -> None:
    one, other = study.films(2, 0)
    assert sorted(one) == sorted(other) == sorted(study.KINDS)
    assert one != other


def test_a_scene_is_what_its_kind_says(study: SimpleNamespace) -> None:
    frames = {
        name: list(study.shot(kind, np.random.default_rng(5), "chelsea.png"))[:: study.LENGTH - 1]
        for name, kind in study.KINDS.items()
        if name in ("nothing moves", "subject moves", "fade, subject moves")
    }
    change = {name: float(np.abs(a.astype(int) - b).mean()) for name, (a, b) in frames.items()}
    assert change["nothing moves"] < 3 < change["subject moves"]
    assert frames["fade, subject moves"][1].mean() < frames["subject moves"][1].mean() / 3


def test_one_film(study: SimpleNamespace, tmp_path: Path) -> None:
    kinds = ["subject moves", "pan, subject moves", "nothing moves"]
    study.write_film(tmp_path / "film.mp4", kinds, 3)
    seen, false_cuts = study.look_at(tmp_path / "film.mp4", kinds, Settings())
    assert [one.cut_found for one in seen] == [True] * 3
    assert false_cuts == 0
    assert [one.decision.rule for one in seen] == [None, "camera", "subject"]
    assert study.precision_and_recall(seen) == (1, 1)

"""Every way in which a prediction becomes a comparison, or a gap with its status and reason."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import Journal
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.scoring.open import Gap, Task, open_edit


@pytest.fixture
def opened(bench: Path, tmp_path: Path) -> Callable[[], Comparison | Gap]:
    """What becomes of the first item's edit, as it lies there when it is asked for."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "item-0.png").write_bytes((bench / "target" / "item-0.png").read_bytes())

    def open_() -> Comparison | Gap:
        item = open_benchmark(str(bench)).items[0]
        return open_edit(Task(item, Instruments()), ModelPredictions(folder))

    return open_


def attempt(folder: Path, status: str, reason: str) -> None:
    (folder / "item-0.png").unlink()
    with Journal(folder / "records.jsonl") as records:
        records.append({"item_id": "item-0", "status": status, "reason": reason})


def twice(bench: Path, folder: Path) -> None:
    (folder / "item-0.jpg").write_bytes((folder / "item-0.png").read_bytes())


def unreadable(bench: Path, folder: Path) -> None:
    (folder / "item-0.png").unlink()
    (folder / "item-0.png").symlink_to("/proc/self/mem")


GAPS = {
    "missing": (lambda bench, folder: (folder / "item-0.png").unlink(), "missing", "no image for this item"),
    "failed": (
        lambda bench, folder: attempt(folder, "failed", "out of memory"),
        "failed",
        "the run says: out of memory",
    ),
    "refused": (lambda bench, folder: attempt(folder, "refused", "no"), "refused", "the run says: no"),
    "twice": (twice, "corrupt", "two files for one id"),
    "no picture": (
        lambda bench, folder: (folder / "item-0.png").write_bytes(b"text"),
        "corrupt",
        "not an image",
    ),
    "unreadable": (unreadable, "corrupt", "item-0.png cannot be read: Input/output error"),
    "a benchmark's input that is none": (
        lambda bench, folder: (bench / "input" / "item-0.png").write_bytes(b"text"),
        "not_applicable",
        "an image of the benchmark is unusable: not an image",
    ),
}


@pytest.mark.parametrize("name", GAPS)
def test_a_gap_has_a_status_and_a_reason(
    name: str, opened: Callable[[], Comparison | Gap], bench: Path, tmp_path: Path
) -> None:
    spoil, status, reason = GAPS[name]
    spoil(bench, tmp_path / "model")
    found = opened()
    assert isinstance(found, Gap)
    assert found.status == status
    assert reason in found.reason


def test_an_edit_is_opened_beside_its_item(opened: Callable[[], Comparison | Gap], bench: Path) -> None:
    found = opened()
    assert isinstance(found, Comparison)
    assert np.array_equal(found.edited, found.scene.target)
    assert found.encoded == (bench / "target" / "item-0.png").read_bytes()


def test_a_target_that_is_none_is_no_gap(opened: Callable[[], Comparison | Gap], bench: Path) -> None:
    """A judge that never looks at it rates the edit all the same."""
    edit = opened()
    (bench / "target" / "item-0.png").write_bytes(b"text")
    found = opened()
    assert isinstance(found, Comparison)
    assert isinstance(edit, Comparison)
    assert np.array_equal(found.edited, edit.edited)

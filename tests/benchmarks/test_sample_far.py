"""The embedded benchmark of far motion: its form, its sameness, and the truth of its flow and visibility."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from motionedit_bench import cache
from motionedit_bench.benchmarks import EMBEDDED, open_benchmark
from motionedit_bench.benchmarks.folder import open_folder
from motionedit_bench.benchmarks.sample import build as sample
from motionedit_bench.benchmarks.sample.build import VERSIONS, build, partly
from motionedit_bench.benchmarks.sample.far_scenes import STAGES
from motionedit_bench.benchmarks.sample.layers import Triplet
from motionedit_bench.benchmarks.sample.motions import grid
from motionedit_bench.benchmarks.sample.stage import Stage, staged
from motionedit_bench.images import decode, to_array

pytestmark = pytest.mark.slow  # it builds the benchmark, with all its photographs

IDS = [stage.task.id for stage in STAGES]


@pytest.fixture(scope="module")
def unlit() -> dict[str, Triplet]:
    """Every item as it is before the light changes; kept where the benchmark is built here, and now."""
    kept: dict[str, Triplet] = {}

    def keeping(stage: Stage) -> Triplet:
        kept[stage.task.id] = staged(stage)
        return kept[stage.task.id]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("motionedit_bench.benchmarks.sample.stage.staged", keeping)
        open_benchmark("sample-far")
    return kept or {stage.task.id: staged(stage) for stage in STAGES}


@pytest.fixture(scope="module")
def folder(unlit: dict[str, Triplet]) -> Path:
    return cache.directory() / f"sample-far-v{VERSIONS['sample-far']}"


def lengths(triplet: Triplet) -> np.ndarray:
    """How far each pixel moves, as a share of the diagonal."""
    return np.linalg.norm(triplet.flow, axis=-1) / np.hypot(*triplet.flow.shape[:2])


def clear(triplet: Triplet) -> np.ndarray:
    """Visible pixels that lie four pixels off whatever moves otherwise or is not visible."""
    assert triplet.visible is not None
    down, right = np.gradient(triplet.flow, axis=(0, 1))
    broken = (np.maximum(np.abs(down), np.abs(right)).max(axis=-1) > 1.8) | ~triplet.visible
    return cv2.dilate(broken.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0


def pulled_back(target: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """The target read where the flow says each input pixel went."""
    goal = (grid(*flow.shape[:2]) + flow).astype(np.float32)
    way = {"interpolation": cv2.INTER_CUBIC, "borderMode": cv2.BORDER_REPLICATE}
    return np.asarray(cv2.remap(target.astype(np.float32), goal[..., 0], goal[..., 1], **way))


def test_it_is_a_benchmark_folder_of_six_motion_types(folder: Path) -> None:
    items = open_folder(folder).items
    assert [item.id for item in items] == IDS
    assert Counter(Counter(item.category for item in items).values()) == {4: 6}
    assert len({item.instruction for item in items}) == len(items) == 24
    assert all(item.instruction[0].isupper() and item.instruction.endswith(".") for item in items)


def test_its_motion_is_as_far_as_that_of_the_papers_benchmark(unlit: dict[str, Triplet]) -> None:
    means = {name: float(lengths(triplet).mean()) for name, triplet in unlit.items()}
    assert 0.05 < np.mean(list(means.values())) < 0.19
    assert min(means.values()) > 0.02
    assert max(means.values()) < 0.3
    assert all(lengths(triplet).max() > 0.12 for triplet in unlit.values())


def test_half_of_it_is_seen_by_a_camera_that_moves() -> None:
    assert 2 * sum(stage.camera is not None for stage in STAGES) >= len(STAGES)
    assert all(stage.light.noise and stage.light.quality for stage in STAGES)


@pytest.mark.parametrize("name", IDS)
def test_following_the_flow_leads_back_to_the_input(unlit: dict[str, Triplet], name: str) -> None:
    item = unlit[name]
    seen = clear(item)
    assert seen.mean() > 0.35
    first = item.input.astype(float)
    steps = ((0, 0), (1.5, 0), (-1.5, 0), (0, 1.5), (0, -1.5))
    errors = [np.abs(pulled_back(item.target, item.flow + np.float32(step)) - first) for step in steps]
    for region in (seen, seen & (lengths(item) > 0.1)):
        if region.sum() > 500:
            right, *aside = (error[region].mean() for error in errors)
            assert right < 6
            assert right < 0.7 * min(aside)


@pytest.mark.parametrize("name", IDS)
def test_what_is_not_visible_is_not_found_there(unlit: dict[str, Triplet], name: str) -> None:
    item = unlit[name]
    assert item.visible is not None
    goal = grid(*item.visible.shape) + item.flow
    height, width = item.visible.shape
    outside = ((goal < 0) | (goal > (width - 1, height - 1))).any(axis=-1)
    assert not (item.visible & outside).any()
    hidden = cv2.erode((~item.visible & ~outside).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if hidden.sum() > 500:
        error = np.abs(pulled_back(item.target, item.flow) - item.input).mean(axis=-1)
        assert np.median(error[hidden]) > 3 * np.median(error[clear(item)])
    assert 0.5 < item.visible.mean() < 1


def test_the_archives_hold_that_truth_and_the_target_is_near_its_unlit_self(
    folder: Path, unlit: dict[str, Triplet]
) -> None:
    for item in open_folder(folder).items:
        assert item.target is not None
        with np.load(folder / "flow" / f"{item.id}.npz") as archive:
            assert sorted(archive.files) == ["flow", "visible"]
            assert archive["flow"].dtype == np.float32
            assert (archive["flow"] == unlit[item.id].flow).all()
            assert (archive["visible"] == unlit[item.id].visible).all()
        assert (to_array(decode(item.input.read())) == unlit[item.id].input).all()
        target = to_array(decode(item.target.read())).astype(float)
        change = np.abs(target - unlit[item.id].target).mean()
        assert 1 < change < 40


def test_again_the_same_bytes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one item of each motion type."""
    monkeypatch.setattr(sample, "STAGES", STAGES[::4])
    build(tmp_path, "sample-far")
    lines = (tmp_path / "metadata.jsonl").read_text().splitlines()
    assert lines == (folder / "metadata.jsonl").read_text().splitlines()[::4]
    again = sorted(tmp_path.glob("*/*"))
    assert len(again) == 3 * len(lines) == 3 * 6
    for path in again:
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_it_opens_by_its_name_with_its_truth() -> None:
    assert "sample-far" in EMBEDDED
    benchmark = open_benchmark("sample-far")
    assert (benchmark.name, benchmark.spec) == ("sample-far", "sample-far")
    item = benchmark.items[0]
    assert item.true_flow is not None
    assert item.true_visible is not None
    assert item.true_visible().shape == item.true_flow().shape[:2]
    assert all(one.true_visible is None for one in open_benchmark("sample").items)


@pytest.mark.parametrize("fraction", [0.0, 1.0])
def test_none_and_all_of_the_way_are_the_input_and_the_unlit_target(
    unlit: dict[str, Triplet], fraction: float
) -> None:
    for name in ("card-turns-over", "cat-looks-away"):
        expected = unlit[name].target if fraction else unlit[name].input
        assert np.abs(partly(name, fraction, "sample-far").target.astype(int) - expected).max() <= 1


def test_an_unknown_benchmark_or_item_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        build(tmp_path, "sample-near")
    with pytest.raises(KeyError):
        partly("rocket-lifts-off", 0.5, "sample-far")

"""The embedded benchmark: its form, its sameness, and the truth of its flow."""

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from motionedit_bench import cache
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.benchmarks.folder import open_folder
from motionedit_bench.benchmarks.sample import build as sample
from motionedit_bench.benchmarks.sample.motions import (
    grid,
)
from motionedit_bench.benchmarks.sample.photos import open_photo
from motionedit_bench.benchmarks.sample.scenes import SCENES, STEREO, Scene
from motionedit_bench.errors import BenchmarkError
from motionedit_bench.images import decode, to_array
from motionedit_bench.records import digest

pytestmark = pytest.mark.slow  # it builds the benchmark, with all its photographs

IDS = [scene.task.id for scene in SCENES] + [STEREO.id]
OF_SCENE = {scene.task.id: scene for scene in SCENES}


@dataclass(frozen=True)
class Built:
    """One built item as arrays; ``moved`` marks the pixels that move by more than a pixel."""

    input: np.ndarray
    target: np.ndarray
    flow: np.ndarray

    @property
    def length(self) -> np.ndarray:
        return np.nan_to_num(np.hypot(self.flow[..., 0], self.flow[..., 1]))

    @property
    def moved(self) -> np.ndarray:
        return self.length > 1

    @property
    def diagonal(self) -> float:
        return float(np.hypot(*self.length.shape))


@pytest.fixture(scope="module")
def folder() -> Path:
    open_benchmark("sample")
    return cache.directory() / f"sample-v{sample.VERSIONS['sample']}"


@pytest.fixture(scope="module")
def built(folder: Path) -> dict[str, Built]:
    found = {}
    for item in open_folder(folder).items:
        assert item.target is not None
        with np.load(folder / "flow" / f"{item.id}.npz") as archive:
            flow = archive["flow"]
        found[item.id] = Built(
            to_array(decode(item.input.read())), to_array(decode(item.target.read())), flow
        )
    return found


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): digest(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_is_a_benchmark_folder_of_six_motion_types(folder: Path) -> None:
    items = open_folder(folder).items  # checks ids, their uniqueness, and that the files exist
    kinds = Counter(item.category for item in items)
    assert [item.id for item in items] == IDS
    assert len(items) >= 14
    assert set(kinds) == {
        "Pose/Posture",
        "Locomotion/Distance",
        "Object State/Formation",
        "Orientation/Viewpoint",
        "Subject-Object Interaction",
        "Inter-Subject Interaction",
    }
    assert min(kinds.values()) >= 2
    instructions = [item.instruction for item in items]
    assert len(set(instructions)) == len(items)
    assert all(text[0].isupper() and text.endswith(".") for text in instructions)


@pytest.mark.parametrize("name", IDS)
def test_sizes_types_and_amounts_of_motion(built: dict[str, Built], name: str) -> None:
    item = built[name]
    assert item.input.shape == item.target.shape == (*item.flow.shape[:2], 3)
    assert item.flow.shape[2] == 2
    assert item.flow.dtype == np.float32
    assert 300 <= item.input.shape[1] <= 741
    assert item.moved.mean() >= 0.015
    assert 0.02 <= item.length.max() / item.diagonal <= 0.12


@pytest.mark.unmeasured
def test_another_process_with_one_thread_and_nothing_to_fetch_with_writes_the_same_bytes(
    folder: Path, tmp_path: Path
) -> None:
    script = """
import json, socket, sys
from pathlib import Path
sys.modules["pooch"] = None  # importing it raises
def refuse(*arguments, **options):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = refuse
import cv2
cv2.setNumThreads(1)
from motionedit_bench.benchmarks.sample import build as sample
sample.build(Path(sys.argv[1]))
print(json.dumps([name for name in ("torch", "skimage.data._fetchers") if name in sys.modules]))
"""
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, **alone},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
    assert contents(tmp_path) == contents(folder)


def test_its_pictures_words_and_flows_are_those_of_version_1(folder: Path) -> None:
    """What they were when the version was given; whoever has to change this raises the version."""
    seen = sha256((folder / "metadata.jsonl").read_bytes())
    for item in open_folder(folder).items:
        assert item.target is not None
        for picture in (item.input, item.target):
            seen.update(to_array(decode(picture.read())).tobytes())
        with np.load(folder / "flow" / f"{item.id}.npz") as archive:
            assert archive.files == ["flow"]
            seen.update(archive["flow"].tobytes())
    assert sample.VERSIONS["sample"] == 1
    assert seen.hexdigest() == "77c969812c73264a6de755964f721738d93851fab34183ebdd45fbb865b9dc54"


def test_no_clock_enters_the_archives(folder: Path) -> None:
    for path in (folder / "flow").iterdir():
        with zipfile.ZipFile(path) as archive:
            assert [entry.date_time for entry in archive.infolist()] == [(1980, 1, 1, 0, 0, 0)]


def polygon(outline: object, shape: tuple[int, ...], grow: int = 0) -> np.ndarray:
    """The pixels inside an outline, grown by that many pixels (shrunk if negative)."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(np.array(outline)).astype(np.int32)], 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(grow) + 1,) * 2)
    return (cv2.dilate if grow > 0 else cv2.erode)(mask, disc) > 0


def in_sight(item: Built, scene: Scene) -> np.ndarray:
    """Moved pixels clear of outlines whose destination neither lies outside nor is covered."""
    height, width = shape = item.length.shape
    clear = item.moved
    for subject in scene.subjects:
        if subject.outline is not None:
            clear &= ~(polygon(subject.outline, shape, 4) & ~polygon(subject.outline, shape, -4))
    goal = np.rint(grid(height, width) + item.flow).astype(int)
    inside = (goal >= 0).all(axis=-1) & (goal[..., 0] < width) & (goal[..., 1] < height)
    free = np.ones(shape, bool)
    if scene.front is not None:
        free = ~polygon(scene.front, shape, 4)
    return clear & inside & free[goal[..., 1].clip(0, height - 1), goal[..., 0].clip(0, width - 1)]


def pulled_back(item: Built, sign: float = 1.0) -> np.ndarray:
    """The target read where the flow says each input pixel went."""
    height, width = item.length.shape
    goal = grid(height, width) + sign * np.nan_to_num(item.flow)
    at = goal[..., 1], goal[..., 0]
    channels = np.moveaxis(item.target.astype(float), -1, 0)
    return np.stack([map_coordinates(channel, at, order=3, mode="nearest") for channel in channels], axis=-1)


@pytest.mark.parametrize("name", list(OF_SCENE))
def test_following_the_flow_leads_back_to_the_input(built: dict[str, Built], name: str) -> None:
    item = built[name]
    seen = in_sight(item, OF_SCENE[name])
    assert seen.sum() > 0.4 * item.moved.sum()
    error = np.abs(pulled_back(item) - item.input)[seen].mean()
    standing = np.abs(item.target.astype(float) - item.input)[seen].mean()
    assert error < 2.0
    assert error < 0.25 * standing


@pytest.mark.parametrize("name", list(OF_SCENE))
def test_what_does_not_move_is_the_same_pixel_for_pixel(built: dict[str, Built], name: str) -> None:
    item, scene = built[name], OF_SCENE[name]
    touched = np.zeros(item.length.shape, bool)
    for subject in scene.subjects:
        if subject.outline is None:
            touched |= item.length > 0
            continue
        outline = np.array(subject.outline, float)
        for place in (outline, subject.motion(outline)):
            touched |= polygon(place, touched.shape, int(3 * subject.soft) + 4)
    assert 0.2 < (~touched).mean() < 1
    assert (item.flow[~touched] == 0).all()
    assert (item.input[~touched] == item.target[~touched]).all()


@pytest.mark.parametrize("name", [scene.task.id for scene in SCENES if scene.guest is None])
def test_the_input_is_still_the_photograph(built: dict[str, Built], name: str) -> None:
    photo = to_array(open_photo(OF_SCENE[name].photo)).astype(float)
    change = np.abs(built[name].input - photo).max(axis=-1)
    assert change.mean() < 2
    assert (change > 24).mean() < 0.03


@pytest.mark.parametrize("name", ["shuttle-moves-behind-shoulder", "coin-slips-under-neighbour"])
def test_a_subject_is_partly_hidden_behind_what_stands_in_front(built: dict[str, Built], name: str) -> None:
    item, scene = built[name], OF_SCENE[name]
    assert scene.front is not None
    (subject,) = scene.subjects
    assert subject.outline is not None
    shape = item.length.shape
    goal = polygon(subject.motion(np.array(subject.outline, float)), shape)
    hidden = goal & polygon(scene.front, shape, -3)
    assert 0.01 < hidden.sum() / goal.sum() < 0.5
    assert (item.target[hidden] == item.input[hidden]).all()


def test_the_right_view_shows_things_further_left_by_their_disparity(built: dict[str, Built]) -> None:
    item = built[STEREO.id]
    known = np.isfinite(item.flow[..., 0])
    assert 0.9 < known.mean() < 1
    assert (np.isnan(item.flow[..., 0]) == np.isnan(item.flow[..., 1])).all()
    assert (item.flow[known][:, 0] < 0).all()
    assert (item.flow[known][:, 1] == 0).all()

    def residual(sign: float) -> float:
        return float(np.median(np.abs(pulled_back(item, sign) - item.input).mean(axis=-1)[known]))

    assert residual(1) < 4
    assert residual(1) < 0.3 * min(residual(0), residual(-1))


def test_an_estimated_flow_agrees_with_the_true_one(built: dict[str, Built]) -> None:
    """DIS MEDIUM: the median end-point error of every item, and the mean of all but two, is small."""
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    mean, median = {}, {}
    for name, item in built.items():
        first, second = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (item.input, item.target))
        error = np.linalg.norm(dis.calc(first, second, None) - item.flow, axis=-1)[item.moved]
        mean[name], median[name] = error.mean(), np.median(error)
    assert max(median.values()) < 1, median
    assert sorted(mean.values())[-3] < 2, mean
    assert max(mean.values()) < 5, mean


def test_a_missing_photograph_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "SCENES", (replace(SCENES[0], photo="absent.png"),))
    message = r"^scikit-image .* does not install absent\.png.*reinstall"
    with pytest.raises(BenchmarkError, match=message) as caught:
        sample.build(tmp_path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "metadata.jsonl").exists()


def test_a_folder_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sample.build(tmp_path / "absent")

"""Faces: known answers on photographs, what agrees, and a filter that drops what it sees and says so."""

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.videos import write_video

from motionedit_bench.benchmarks.sample.photos import open_photo
from motionedit_bench.cli import invoke
from motionedit_bench.errors import UsageError
from motionedit_bench.mining import faces, work
from motionedit_bench.mining.faces import FEWEST, agreeing, find_faces

HEAD = (125, 115)
"""The middle of the face in `astronaut`, by eye: x and y."""


def photo(name: str) -> np.ndarray:
    return np.asarray(open_photo(name).convert("RGB"))


def astronaut() -> np.ndarray:
    """The part of scikit-image's photograph with her head."""
    return photo("astronaut.png")[:224, 100:324]


def film(folder: Path, name: str, left: int) -> Path:
    """A subject moves before the astronaut's picture, from that column on: her head is left of 300."""
    scene = photo("astronaut.png")[:192, left : left + 192]
    patch = np.random.default_rng(1).integers(0, 255, (12, 12, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    frames = []
    for number in range(30):
        frame = scene.copy()
        frame[140:188, 20 + 2 * number : 68 + 2 * number] = patch
        frames.append(frame)
    return write_video(folder / name, frames)


def test_a_face_is_found_where_it_is() -> None:
    found = max(find_faces(astronaut()), key=lambda one: one.windows)
    left, top, right, bottom = found.box
    assert (left + right) / 2 == pytest.approx(HEAD[0], abs=12)
    assert (top + bottom) / 2 == pytest.approx(HEAD[1], abs=12)
    assert 80 < right - left < 130
    assert found.windows >= 2 * FEWEST


def test_nothing_is_found_where_no_face_is_or_none_can_be_seen() -> None:
    assert find_faces(photo("coffee.png")[100:300, 200:400]) == []
    assert find_faces(np.full((96, 160, 3), 128, np.uint8)) == []
    assert find_faces(np.zeros((24, 900, 3), np.uint8)) == []
    assert find_faces(np.rot90(astronaut(), 2)) == []  # upside down


def test_windows_agree_directly_or_by_others_between_them() -> None:
    chain = [(10 * number, 0, 40) for number in range(FEWEST)]
    windows = np.array([(500, 0, 40), *chain[::-1]])
    ((mean, count),) = agreeing(windows)
    assert (mean.tolist(), count) == ([25.0, 0.0, 40.0], FEWEST)
    assert agreeing(windows[:-1]) == []
    assert agreeing(np.empty((0, 3), np.int64)) == []


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("films")
    film(place, "face.mp4", 130)
    film(place, "none.mp4", 310)
    return place


def test_pairs_with_a_face_are_dropped_and_the_record_says_by_which(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "bench"
    asked = ["mine", str(films), "--out", str(out), "--window", "1", "--workers", "1"]
    assert invoke([*asked, "--no-faces"]) == 0
    told = json.loads((out / "mine.json").read_text())
    assert (told["candidates"], told["dropped"]["faces"]) == (1, 1)
    assert told["faces"]["cascade"] == faces.CASCADE
    decided = {}
    for line in (out / "mine" / "decisions.jsonl").read_text().splitlines():
        decided[json.loads(line)["id"]] = json.loads(line)
    rows = [json.loads(line) for line in (out / "mine" / "faces.jsonl").read_text().splitlines()]
    assert len(rows) == 2
    for row in rows:  # the decision can be made again of what is recorded
        most = max(len(row["input"]), len(row["target"]))
        own = decided[row["id"]]
        assert (own["kept"], own["rule"]) == ((False, "faces") if most else (True, None))
        assert (own["value"], own["limit"]) == ((most, 0) if most else (None, None))
    left, top, right, bottom = next(one["box"] for row in rows for one in row["input"])
    assert (left + right) / 2 + 30 == pytest.approx(HEAD[0], abs=15)
    assert (top + bottom) / 2 == pytest.approx(HEAD[1], abs=15)

    before = (out / "mine" / "faces.jsonl").read_bytes()
    (out / "mine" / "faces.jsonl").write_bytes(before[: len(before) * 2 // 3])
    assert invoke(asked) == 0  # the setting stays, and a run that was killed goes on
    assert json.loads((out / "mine.json").read_text())["candidates"] == 1
    assert (out / "mine" / "faces.jsonl").read_bytes() == before
    monkeypatch.setattr(work, "find_faces", None)  # off, nobody is looked at
    assert invoke([*asked, "--faces"]) == 0
    assert json.loads((out / "mine.json").read_text())["candidates"] == 2


def test_without_its_cascade_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "CASCADE", "none.xml")
    with pytest.raises(UsageError, match=r"does not install none\.xml.*reinstall it"):
        faces.detector()

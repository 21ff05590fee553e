"""Shots: their ends at the very frame, with flashes, fades and files that break on the way."""

from pathlib import Path

import numpy as np
import pytest
from helpers.videos import FPS, halved, pan, still, write_video

from motionedit_bench.mining.settings import ShotSettings
from motionedit_bench.mining.shots import Found, between, find_shots

SETTINGS = ShotSettings()


def frames_of(found: Found) -> list[tuple[int, int]]:
    return [(round(shot.start * FPS, 3), round(shot.end * FPS, 3)) for shot in found.shots]


def test_cuts_are_found_at_the_very_frame(own: Path) -> None:
    found = find_shots(own, SETTINGS)
    assert frames_of(found) == [(0, 72), (72, 144), (144, 216), (216, 288)]
    assert found.reason is None
    assert found.shots[1].first == pytest.approx(74 / FPS, abs=1e-6)
    assert found.shots[1].last == pytest.approx(141 / FPS, abs=1e-6)


def test_a_cut_between_grey_pictures(tmp_path: Path) -> None:
    """Their hues are those of noise, and change all the time."""
    noise = np.random.default_rng(0).normal(0, 2, (8, 96, 160, 3))
    frames = []
    for number, frame in enumerate(halved(still(1, 36) + still(2, 36))):
        grey = frame.mean(axis=2, keepdims=True)
        frames.append(np.clip(grey + noise[number * 5 % 8], 0, 255).astype(np.uint8))
    assert frames_of(find_shots(write_video(tmp_path / "grey.mp4", frames), SETTINGS)) == [(0, 36), (36, 72)]


@pytest.mark.parametrize("length", [1, 4])
def test_a_flash_is_no_cut(tmp_path: Path, length: int) -> None:
    frames = halved(still(1, 48) + pan(2, 48))
    frames[20 : 20 + length] = [np.full_like(frames[0], 250)] * length
    assert frames_of(find_shots(write_video(tmp_path / "flash.mp4", frames), SETTINGS)) == [(0, 48), (48, 96)]


def test_a_fade_through_black_parts_shots(tmp_path: Path) -> None:
    one, other = halved(still(1, 48)), halved(still(2, 48))
    out = [(frame * min(1, (47 - n) / 20)).astype(np.uint8) for n, frame in enumerate(one)]
    back = [(frame * min(1, n / 20)).astype(np.uint8) for n, frame in enumerate(other)]
    (begin, end), (again, last) = frames_of(find_shots(write_video(tmp_path / "f.mp4", out + back), SETTINGS))
    assert (begin, last) == (0, 96)
    assert end == again == pytest.approx(48, abs=3)


def test_shots_up_to_where_a_file_is_broken(tmp_path: Path, own: Path) -> None:
    content = own.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: len(content) * 2 // 3])
    damaged = tmp_path / "damaged.mp4"
    place = len(content) * 2 // 3
    damaged.write_bytes(content[:place] + bytes(4000) + content[place + 4000 :])
    for path, reason in ((cut, "invalid data found when processing input"), (damaged, "a frame is damaged")):
        found = find_shots(path, SETTINGS)
        assert frames_of(found)[:2] == [(0, 72), (72, 144)]
        assert frames_of(found)[-1][1] < 288
        assert found.reason is not None
        assert found.reason.startswith("broken at ")
        assert found.reason.endswith(reason)


def test_pictures_that_end_before_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from motionedit_bench.mining import decoding

    path = write_video(tmp_path / "short.mp4", halved(still(1, 24)))
    monkeypatch.setattr(decoding.Film, "duration", 10.0)
    assert find_shots(path, SETTINGS).reason == "its pictures end at 1.00 s of 10.00 s"


def test_a_shot_without_room_has_no_place_for_pairs() -> None:
    times = [n / 10 for n in range(12)]
    shots = between(times, [6], 0.1, clear=2)
    assert [(shot.start, shot.end, shot.first, shot.last) for shot in shots] == [
        (0.0, 0.6, 0.2, 0.3),
        (0.6, 1.2, 0.8, 0.9),
    ]
    assert [shot.first for shot in between(times, [5], 0.1, clear=2)] == [None, 0.7]
    assert between([], [], 0.1, clear=2) == []
    assert between([0.5], [], 0.04, clear=2)[0].end == 0.54


def test_a_video_without_frames_has_no_shots(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    assert find_shots(tmp_path / "text.mp4", SETTINGS) == Found(
        (), "invalid data found when processing input"
    )


def test_shots_end_where_frames_have_another_size(tmp_path: Path) -> None:
    small, large = [still(3)[0][:64, :96]] * 20, [still(4)[0][:80, :120]] * 20
    later = [2 + number / FPS for number in range(20)]
    write_video(tmp_path / "a.ts", small, faststart=False)
    write_video(tmp_path / "b.ts", large, times=later, faststart=False)
    whole = tmp_path / "whole.ts"
    whole.write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
    found = find_shots(whole, SETTINGS)
    assert len(found.shots) == 1
    assert found.reason is not None
    assert "its frames are 120x80 pixels from there on, and 96x64 before" in found.reason

"""Files that a careless or hostile hand leaves among videos: each has its own reason, the others go on."""

import os
from errno import EACCES, EPERM
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from helpers.candidates import measures as some_measures
from helpers.videos import numbered, write_video

from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.mining import decoding, measures, work
from motionedit_bench.mining.decoding import Unreadable, opened
from motionedit_bench.mining.measures import Window, measure
from motionedit_bench.mining.records import Pair, Video
from motionedit_bench.mining.settings import MeasureSettings, ShotSettings
from motionedit_bench.mining.shots import find_shots
from motionedit_bench.mining.videos import Source, describe, sources


def said(path: Path) -> tuple[str, str | None]:
    video = describe(Source(path.name, path))
    return video.status, video.reason


def test_a_hole_in_time_ends_a_shot(tmp_path: Path) -> None:
    times = [number / 24 for number in range(12)]
    path = write_video(tmp_path / "hole.mp4", numbered(24), times=[*times, *(1e4 + one for one in times)])
    found = find_shots(path, ShotSettings())
    assert [round(shot.start, 3) for shot in found.shots] == [0, 1e4]
    assert found.reason is None


@pytest.mark.parametrize(("name", "fps", "start"), [("slow.mkv", 1, 0), ("late.mkv", 24, 1000)])
def test_a_whole_video_is_not_called_broken(tmp_path: Path, name: str, fps: int, start: int) -> None:
    times = [start + number / fps for number in range(6)]
    path = write_video(tmp_path / name, numbered(6), fps=fps, times=times)
    assert find_shots(path, ShotSettings()).reason is None


def test_times_that_go_back_are_told(tmp_path: Path) -> None:
    parts = [write_video(tmp_path / f"{count}.ts", numbered(count)).read_bytes() for count in (48, 24)]
    (tmp_path / "both.ts").write_bytes(b"".join(parts))
    reason = find_shots(tmp_path / "both.ts", ShotSettings()).reason
    assert reason is not None
    assert "its times go back by 1.9" in reason


def test_a_list_of_other_files_is_no_video(tmp_path: Path) -> None:
    write_video(tmp_path / "a.ts", numbered(6))
    (tmp_path / "concat.mp4").write_text("ffconcat version 1.0\nfile a.ts\n")
    (tmp_path / "hls.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n")
    for name in ("concat.mp4", "hls.m3u8"):
        assert said(tmp_path / name) == ("not_applicable", "a list of other files: name these themselves")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert said(tmp_path / "pipe.mp4")[0] == "not_applicable"


def test_links_in_a_circle_are_told_and_keep_nobody_from_the_others(tmp_path: Path) -> None:
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    (tmp_path / "back").symlink_to(tmp_path)
    (tmp_path / "a.mp4").write_bytes(b"")
    found = sources([tmp_path])
    assert [one.name for one in found] == ["a.mp4", "loop.mp4"]
    assert said(found[1].path) == ("corrupt", "too many levels of symbolic links")


def test_a_name_that_is_no_text_is_written_as_one(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.mp4")).write_bytes(b"")
    assert [one.name for one in sources([tmp_path])] == ["bad\\udcff.mp4"]
    Video(sources([tmp_path])[0].name, "ok").name.encode()


def test_a_folder_that_may_not_be_looked_into_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(place: str) -> None:
        raise PermissionError(13, "Permission denied", place)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(UsageError, match=r"cannot look into .*: Permission denied"):
        sources([tmp_path])


def test_pixels_that_are_not_square_count_in_a_frames_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_video(tmp_path / "wide.mp4", numbered(2), sar=2)
    monkeypatch.setattr(decoding, "MOST_PIXELS", 2 * 96 * 64 - 1)
    with pytest.raises(Unreadable, match="frames of 192x64 pixels are too large"), opened(path):
        pass


def test_what_is_too_flat_to_be_measured_has_a_reason() -> None:
    small = [np.zeros((5, 320, 3), np.uint8)] * 2
    window = Window(small, np.full((64, 4096), 99, np.uint8), np.full((64, 4096), 99, np.uint8))
    with pytest.raises(Unreadable, match="320x5 pixels to be measured, and dis needs 16 a side"):
        measure(window, Dis())


def test_one_pair_that_cannot_be_measured_does_not_speak_for_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(window: Window, flow: Dis) -> object:
        if window.first[0, 0] == 0:
            raise Unreadable("corrupt", "nothing there")
        return some_measures()

    monkeypatch.setattr(measures, "measure", measured)
    path = write_video(tmp_path / "a.mp4", [np.full((64, 96, 3), 9 * (n > 3), np.uint8) for n in range(12)])
    pairs = [Pair(str(n), "v", 0, n / 24, (n + 2) / 24) for n in (8, 0, 5)]
    found = work.MeasurePairs(path, pairs, MeasureSettings()).do(Dis())
    assert found == [some_measures(), "nothing there", some_measures()]


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [(EACCES, "missing", "no permission to read it"), (EPERM, "corrupt", "it cannot be read there")],
)
def test_a_broken_file_is_not_called_forbidden(tmp_path: Path, code: int, status: str, reason: str) -> None:
    """FFmpeg's -1 at a place that it cannot go to has the number of EPERM."""

    def seek(*_: object, **__: object) -> None:
        raise av.error.PermissionError(code, "")

    with opened(write_video(tmp_path / "a.mp4", numbered(2))) as film:
        film.container = SimpleNamespace(seek=seek)
        with pytest.raises(Unreadable) as caught:
            list(film.shown_at([0.0]))
    assert (caught.value.status, str(caught.value)) == (status, reason)

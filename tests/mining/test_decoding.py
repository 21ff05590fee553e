"""Decoding: the frame that is shown at a time, upright, and what is said of files that cannot be read."""

from pathlib import Path

import av
import numpy as np
import pytest
from helpers.videos import number_in, numbered, write_video

from motionedit_bench.mining.decoding import Unreadable, opened


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 frames that tell their numbers, 24 a second, with a keyframe at 0 and 48."""
    return write_video(tmp_path_factory.mktemp("counted") / "counted.mp4", numbered(60))


def numbers(path: Path, times: list[float]) -> list[int]:
    with opened(path) as film:
        return [number_in(frame.rgb()) for frame in film.shown_at(times)]


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        ([0.0], [0]),
        ([10 / 24, 11 / 24], [10, 11]),
        ([10.9 / 24], [10]),  # until the next one comes
        ([round(11 / 24, 6)], [11]),  # times are written with six digits
        ([50 / 24, 50.1 / 24, 58 / 24], [50, 50, 58]),  # behind the second keyframe
        ([47.5 / 24, 48 / 24], [47, 48]),  # before it
        ([59 / 24, 9.0], [59, 59]),  # the last one stays
    ],
)
def test_the_frame_that_is_shown_then(counted: Path, times: list[float], shown: list[int]) -> None:
    assert numbers(counted, times) == shown


def test_times_are_those_of_the_file(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.5, 0.52, 2.0, 2.1]
    path = write_video(tmp_path / "uneven.mp4", numbered(6), times=times)
    with opened(path) as film:
        assert [frame.time for frame in film.frames()] == pytest.approx(times, abs=1e-4)
    assert numbers(path, [0.3, 1.9, 2.05]) == [1, 3, 4]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_frames_are_turned_upright(tmp_path: Path, quarters: int) -> None:
    upright = numbered(31)[30]
    stored = np.rot90(upright, -quarters)
    path = write_video(tmp_path / "turned.mp4", [stored] * 2, rotation=quarters * 90)
    with opened(path) as film:
        frame = next(film.frames())
        assert (frame.height, frame.width) == upright.shape[:2]
        assert np.abs(frame.rgb().astype(int) - upright).max() < 12
        assert frame.grey().shape == upright.shape[:2]
        assert frame.bgr(48).shape == (32, 48, 3)
        assert frame.bgr(1000).shape == (64, 96, 3)  # never larger than it is


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("flip", ["hflip", "vflip"])
def test_frames_are_mirrored_as_players_do(tmp_path: Path, quarters: int, flip: str) -> None:
    """What is stored is turned by the file's matrix, and then flipped."""
    upright = numbered(31)[30]
    upright[8:24, 8:16] = 255  # so that no turn of it is a mirror image
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"crf": "12", "preset": "ultrafast"})
        stream.set_display_rotation(quarters * 90, **{flip: True})
        stored = np.rot90(upright[:, ::-1] if flip == "hflip" else upright[::-1], -quarters)
        stream.height, stream.width, stream.pix_fmt = *stored.shape[:2], "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(stored), "rgb24")))
        container.mux(stream.encode(None))
    with opened(tmp_path / "a.mp4") as film:
        frame = next(film.frames())
        assert frame.mirrored
        assert np.abs(frame.rgb().astype(int) - upright).max() < 16


def test_pixels_become_square(tmp_path: Path) -> None:
    path = tmp_path / "wide.mp4"
    write_video(path, numbered(2), sar=2)
    with opened(path) as film:
        assert film.sar == 2
        assert next(film.frames()).rgb().shape == (64, 192, 3)


def test_black_and_white_are_0_and_255_in_grey(tmp_path: Path) -> None:
    with opened(write_video(tmp_path / "grey.mp4", numbered(2))) as film:
        grey = next(film.frames()).grey()
    assert grey[:24, :40].max() <= 2
    assert grey[40:].min() >= 253


@pytest.mark.parametrize(("width", "space", "told"), [(1280, 1, 1), (1280, 1, 2), (320, 1, 1), (320, 5, 2)])
def test_colours_are_those_that_players_show(tmp_path: Path, width: int, space: int, told: int) -> None:
    """Encoded as BT.709 (1) or BT.601 (5), and said to be so, or nothing said (2)."""
    colour = (200, 40, 60)
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"crf": "4", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, 64, "yuv420p"
        stream.codec_context.colorspace = told
        frame = av.VideoFrame.from_ndarray(np.full((64, width, 3), colour, np.uint8), "rgb24")
        container.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace=space)))
        container.mux(stream.encode(None))
    with opened(tmp_path / "a.mp4") as film:
        frame = next(film.frames())
        assert np.abs(frame.rgb()[32, 40] - np.array(colour)).max() <= 5
        assert np.abs(frame.bgr(160)[4, 20] - np.array(colour[::-1])).max() <= 5


def broken(place: Path) -> dict[str, Path]:
    """Files that are no whole videos, by what is wrong with them."""
    whole = write_video(place / "whole.mp4", numbered(60)).read_bytes()
    late = write_video(place / "late.mp4", numbered(60), faststart=False).read_bytes()
    contents = {
        "text": b"no video\n" * 100,
        "empty": b"",
        "without its index": late[: len(late) // 2],
        "codec": whole.replace(b"avc1", b"zzzz"),
    }
    for name, content in contents.items():
        (place / f"{name}.mp4").write_bytes(content)
    with av.open(str(place / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", layout="mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return {name: place / f"{name}.mp4" for name in (*contents, "sound", "absent")}


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    said = {}
    for name, path in broken(tmp_path).items():
        with pytest.raises(Unreadable) as caught, opened(path) as film:
            next(film.frames())
        said[name] = caught.value.status, str(caught.value)
    invalid = "corrupt", "invalid data found when processing input"
    assert said == {
        "text": invalid,
        "empty": invalid,
        "without its index": invalid,
        "codec": ("unavailable", "no decoder here for its pictures"),
        "sound": ("not_applicable", "no moving pictures in it, but audio"),
        "absent": ("missing", "no such file"),
    }

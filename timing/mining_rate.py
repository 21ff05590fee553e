"""How fast `mebench mine` finds shots and measures pairs, against a plain loop of PyAV and OpenCV.

Films are made of photographs that scikit-image installs, over which the camera pans or a patch moves, and are
encoded as H.264. The baseline goes through them one after another, with the libraries' own threads: it
decodes each frame to RGB, scales it with OpenCV, finds cuts and measures pairs by the same formulas. Printed:
seconds and frames a second of both, their ratio, and whether both found the same shots and kept the same
pairs.

    python timing/mining_rate.py [--films 6] [--workers 2] [--width 1280]
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from tabulate import tabulate

from motionedit_bench.benchmarks.sample.photos import open_photo
from motionedit_bench.engines.threads import Threads
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.mining.decoding import LATE
from motionedit_bench.mining.gates import gate
from motionedit_bench.mining.measures import Window, measure
from motionedit_bench.mining.mine import measured_of, shots_of
from motionedit_bench.mining.pairs import pairs_of
from motionedit_bench.mining.records import Measured, Pair
from motionedit_bench.mining.settings import Settings
from motionedit_bench.mining.shots import WIDTH, Cuts, between
from motionedit_bench.mining.stages import Stages
from motionedit_bench.mining.work import Miners
from motionedit_bench.progress import silenced

PHOTOS = ("chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")
FPS, LENGTH = 24, 77
SETTINGS = Settings()

Found = tuple[list[tuple[float, float]], list[bool]]
"""The shots of a film, and which of its pairs are inside all bounds."""


def frames(seed: int, width: int) -> Iterator[np.ndarray]:
    """Four shots, of which every other one is a pan."""
    height = _height(width)
    rng = np.random.default_rng(seed)
    for number, name in enumerate(rng.permutation(PHOTOS)):
        photo = cv2.resize(np.asarray(open_photo(name).convert("RGB")), (width * 5 // 4, height))
        patch = photo[height // 4 : height * 3 // 4, width // 3 : width * 2 // 3].copy()[:, ::-1]
        for moved in np.linspace(0, 1, LENGTH):
            left = round(moved * width / 5) if number % 2 else 0
            frame = photo[:, left : left + width].copy()
            if not number % 2:
                top, left = height // 4, round(width / 4 + moved * width / 10)
                frame[top : top + patch.shape[0], left : left + patch.shape[1]] = patch
            yield frame


def _height(width: int) -> int:
    return width * 9 // 16 // 2 * 2


def write_film(path: Path, seed: int, width: int) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "23", "preset": "veryfast"})
        stream.width, stream.height = width, _height(width)
        for pixels in frames(seed, width):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))


def plain(path: Path) -> Found:
    """A film by a plain loop."""
    times, lasts = [], 0.0
    with av.open(str(path)) as container:
        cuts = Cuts(SETTINGS.shots, float(container.streams.video[0].average_rate))
        for frame in container.decode(video=0):
            cuts.see(_scaled(frame.to_ndarray(format="bgr24"), WIDTH))
            times.append(frame.time)
            lasts = float(frame.duration * frame.time_base)
    shots = between(times, cuts.numbers(), lasts, SETTINGS.shots.clear)
    kept = []
    for pair in pairs_of(path.stem, shots, SETTINGS.pairs):
        found = Measured(pair, measure(plain_window(path, pair), Dis()))
        kept.append(gate(found, SETTINGS.gates).kept)
    return [(shot.start, shot.end) for shot in shots], kept


def plain_window(path: Path, pair: Pair) -> Window:
    count = max(1, round((pair.t1 - pair.t0) * SETTINGS.measures.rate))
    times = [pair.t0 + (pair.t1 - pair.t0) * number / count for number in range(count)] + [pair.t1]
    small, whole, held = [], [], None
    with av.open(str(path)) as container:
        container.seek(round(pair.t0 * av.time_base))
        for frame in container.decode(video=0):
            while times and held is not None and frame.time > times[0] + LATE:
                times.pop(0)
                whole = [*whole[:1], held.to_ndarray(format="rgb24")]
                small.append(_scaled(whole[-1], SETTINGS.measures.width))
            if not times:
                break
            held = frame
    return Window(small, *(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in whole))


def _scaled(pixels: np.ndarray, width: int) -> np.ndarray:
    size = width, round(pixels.shape[0] * width / pixels.shape[1])
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def by_stages(paths: list[Path], bench: Path, workers: int) -> list[Found]:
    """The films by the stages of mining."""
    named = {path.stem: path for path in paths}
    with silenced(), Threads(Miners("dis"), workers) as engine:
        stages = Stages(bench, engine)
        shots = shots_of(stages, named, SETTINGS)
        pairs = [pair for name in named for pair in pairs_of(name, shots[name].shots, SETTINGS.pairs)]
        measured, _ = measured_of(stages, pairs, named, SETTINGS)
    kept = {
        name: [gate(one, SETTINGS.gates).kept for one in measured if one.pair.video == name] for name in named
    }
    return [([(shot.start, shot.end) for shot in shots[name].shots], kept[name]) for name in named]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=6)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--width", type=int, default=1280)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place) / f"{number}.mp4" for number in range(chosen.films)]
        for number, path in enumerate(paths):
            write_film(path, number, chosen.width)
        ways = {
            "a plain loop": lambda: [plain(path) for path in paths],
            f"mining, {chosen.workers} workers": lambda: by_stages(
                paths, Path(place) / "bench", chosen.workers
            ),
        }
        rows, found, walls = [], [], []
        for name, way in ways.items():
            began, used = time.perf_counter(), time.process_time()
            found.append(way())
            walls.append(time.perf_counter() - began)
            rate = chosen.films * len(PHOTOS) * LENGTH / walls[-1]
            rows.append([name, f"{walls[-1]:.1f}", f"{time.process_time() - used:.1f}", f"{rate:.0f}"])
    print(tabulate(rows, ["", "seconds", "of all cores", "frames a second"], tablefmt="github"))
    print(f"\n{walls[0] / walls[1]:.2f} times as fast")
    same = sum(one == other for one, other in zip(*found, strict=True))
    pairs = [kept for _, own in found[1] for kept in own]
    print(
        f"the same shots and the same {sum(pairs)} of {len(pairs)} pairs kept: {same} of {len(paths)} films"
    )


if __name__ == "__main__":
    main()

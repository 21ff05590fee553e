"""How often the motion filter of `mebench mine` is right about shots of which everything is known.

Films are made of the photographs that scikit-image installs: a subject is cut out of one by its outline
and moves before another, or the camera moves, or both, or nothing does; with hard cuts between the shots.
They are encoded as H.264, cut into shots, and each shot's pair is measured and held against the bounds.
Printed: for each kind of shot, how many there are and how many are kept; precision and recall of what is
kept, where a pair is right if the subject moves and the camera stands; and how many cuts were found at the
very frame.

    python studies/mining_truth.py [--films 10] [--seed 0]
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track
from tabulate import tabulate

from motionedit_bench.benchmarks.sample.layers import Outline
from motionedit_bench.benchmarks.sample.outlines import ASTRONAUT, CUP, FILM_CAMERA
from motionedit_bench.benchmarks.sample.photos import open_photo
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.mining.gates import gate
from motionedit_bench.mining.measures import measure_pairs
from motionedit_bench.mining.pairs import pairs_of
from motionedit_bench.mining.records import Decision, Measured, Measures
from motionedit_bench.mining.settings import Settings
from motionedit_bench.mining.shots import find_shots

Pixels = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]

WIDTH, HEIGHT, FPS, LENGTH = 320, 192, 24, 77
"""Of a film; ``LENGTH`` is a shot's, in frames: 3 seconds, and what no pair uses."""

MIDDLE = (WIDTH / 2, HEIGHT / 2)

SUBJECTS = (("astronaut.png", ASTRONAUT), ("coffee.png", CUP), ("camera.png", FILM_CAMERA))
BACKGROUNDS = ("chelsea.png", "motorcycle_left.png", "gravel.png", "brick.png", "rocket.jpg", "coffee.png")


@dataclass(frozen=True)
class Scene:
    """What a shot shows: a background, and a subject with its cover, 0 to 1, as large as the frame.

    ``way`` is the subject's, in pixels, ``turn`` its rotation in degrees, over the whole shot.
    """

    background: Pixels
    subject: Pixels
    cover: npt.NDArray[np.float64]
    way: tuple[float, float]
    turn: float

    def frame(self, moved: float, camera: Matrix) -> Pixels:
        """The frame when the subject has made so much of its way, 0 to 1; ``camera`` (3, 3) moves all."""
        behind = _warped(self.background, camera @ _shift(-WIDTH / 4, -HEIGHT / 4))
        carry = np.vstack([cv2.getRotationMatrix2D(MIDDLE, self.turn * moved, 1.0), [0, 0, 1]])
        carry = camera @ _shift(*(np.asarray(self.way) * (moved - 0.5))) @ carry
        cover = _warped(self.cover, carry, cv2.BORDER_CONSTANT)[..., None]
        mixed = behind * (1 - cover) + _warped(self.subject, carry) * cover
        return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def _warped(pixels: Pixels, matrix: Matrix, border: int = cv2.BORDER_REFLECT_101) -> Pixels:
    return np.asarray(cv2.warpAffine(pixels, matrix[:2], (WIDTH, HEIGHT), borderMode=border))


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])


def _about_middle(turn: float = 0.0, scale: float = 1.0) -> Matrix:
    return np.vstack([cv2.getRotationMatrix2D(MIDDLE, turn, scale), [0, 0, 1]])


def scene(rng: np.random.Generator, other: str) -> Scene:
    """A scene by chance, before this photograph; its subject covers 6 to 25 % of the frame."""
    photo, outline = SUBJECTS[rng.integers(len(SUBJECTS))]
    subject, cover = _cut_out(np.asarray(open_photo(photo).convert("RGB")), outline, rng.uniform(0.06, 0.25))
    size = WIDTH * 3 // 2, HEIGHT * 3 // 2
    background = cv2.resize(np.asarray(open_photo(other).convert("RGB")), size, interpolation=cv2.INTER_AREA)
    angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(15, 60)
    way = float(length * np.cos(angle)), float(length * np.sin(angle) / 2)
    return Scene(background, subject, cover, way, float(rng.uniform(-10, 10)))


def _cut_out(photo: Pixels, outline: Outline, share: float) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """What an outline encloses, scaled to that share of the frame and put into its middle."""
    points = np.asarray(outline)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (share * WIDTH * HEIGHT / cv2.contourArea(points.astype(np.float32))) ** 0.5
    middle = (low + high) / 2 * scale
    place = np.array([[scale, 0, WIDTH / 2 - middle[0]], [0, scale, HEIGHT / 2 - middle[1]]])
    size = round(photo.shape[1] * scale), round(photo.shape[0] * scale)
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    shift = np.array([[1.0, 0, place[0, 2]], [0, 1, place[1, 2]]])
    cover = np.zeros((HEIGHT, WIDTH))
    drawn = cv2.fillPoly(cover, [np.rint(points * scale + place[:, 2]).astype(np.int32)], 1.0)
    return cv2.warpAffine(small, shift, (WIDTH, HEIGHT)), cv2.GaussianBlur(drawn, (0, 0), 0.8)


Camera = Callable[[float], Matrix]  # from the time, 0 to 1, to what moves all of a frame


@dataclass(frozen=True)
class Kind:
    """A kind of shot: whether its subject moves, what its camera does, and what else happens to its frames.

    ``right`` says whether a pair of it is to be kept.
    """

    right: bool
    subject: bool
    camera: Callable[[np.random.Generator], Camera]
    after: Callable[[Pixels, float], Pixels] = lambda pixels, _: pixels


def still(_: np.random.Generator) -> Camera:
    return lambda _: np.eye(3)


def held_in_hand(rng: np.random.Generator) -> Camera:
    """It trembles by up to a pixel, and comes back."""
    speed, phase = rng.uniform(1, 3, 2), rng.uniform(0, 7, 2)
    return lambda time: _shift(*(0.8 * np.sin(2 * np.pi * speed * time + phase)))


def pan(rng: np.random.Generator) -> Camera:
    angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(15, 70)
    return lambda time: _shift(length * np.cos(angle) * time, length * np.sin(angle) * time / 2)


def zoom(rng: np.random.Generator) -> Camera:
    most = rng.uniform(1.1, 1.3)
    return lambda time: _about_middle(scale=1 + (most - 1) * time)


def roll(rng: np.random.Generator) -> Camera:
    most = rng.uniform(4, 10)
    return lambda time: _about_middle(turn=most * time)


def flash(pixels: Pixels, time: float) -> Pixels:
    return np.full_like(pixels, 250) if 0.5 <= time < 0.5 + 2.5 / LENGTH else pixels


def fade(pixels: Pixels, time: float) -> Pixels:
    """The last half turns to black."""
    return np.asarray(pixels * min(1.0, 2.2 - 2 * time), np.uint8)


def dissolve(pixels: Pixels, time: float) -> Pixels:
    """The middle third turns into another picture: this one upside down."""
    share = min(1.0, max(0.0, 3 * time - 1))
    return np.asarray(pixels * (1 - share) + pixels[::-1, ::-1] * share, np.uint8)


def bars(pixels: Pixels, _: float) -> Pixels:
    framed = pixels.copy()
    framed[:24] = framed[-24:] = 0
    return framed


KINDS = {
    "subject moves": Kind(True, True, still),
    "the same, held in hand": Kind(True, True, held_in_hand),
    "the same, with black bars": Kind(True, True, still, bars),
    "nothing moves": Kind(False, False, still),
    "nothing moves, held in hand": Kind(False, False, held_in_hand),
    "nothing moves, flash": Kind(False, False, still, flash),
    "pan": Kind(False, False, pan),
    "pan with black bars": Kind(False, False, pan, bars),
    "pan, subject moves": Kind(False, True, pan),
    "zoom": Kind(False, False, zoom),
    "zoom, subject moves": Kind(False, True, zoom),
    "roll": Kind(False, False, roll),
    "fade, subject moves": Kind(False, True, still, fade),
    "dissolve": Kind(False, False, still, dissolve),
}


def shot(kind: Kind, rng: np.random.Generator, background: str) -> Iterator[Pixels]:
    """The frames of a shot, with the noise of a sensor."""
    shown, camera = scene(rng, background), kind.camera(rng)
    noise = rng.normal(0, 1.5, (16, HEIGHT, WIDTH, 3))
    for number in range(LENGTH):
        time = number / (LENGTH - 1)
        pixels = kind.after(shown.frame(time if kind.subject else 0.5, camera(time)), time)
        yield np.clip(np.rint(pixels + noise[rng.integers(16)]), 0, 255).astype(np.uint8)


def write_film(path: Path, kinds: Sequence[str], seed: int) -> None:
    """A film of shots of these kinds."""
    rng = np.random.default_rng(seed)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        backgrounds = cycle(rng.permutation(BACKGROUNDS))
        for kind, background in zip(kinds, backgrounds, strict=False):
            for pixels in shot(KINDS[kind], rng, background):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))


@dataclass(frozen=True)
class Seen:
    """A shot that was made: of which kind, whether its first frame was found, and what became of its pair.

    ``decision`` and ``measures`` are ``None`` where no pair lies in it.
    """

    kind: str
    cut_found: bool
    decision: Decision | None
    measures: Measures | None

    @property
    def kept(self) -> bool:
        return self.decision is not None and self.decision.kept


def look_at(path: Path, kinds: Sequence[str], settings: Settings) -> tuple[list[Seen], int]:
    """What mining sees in a film, and how many cuts it finds where there is none."""
    shots = find_shots(path, settings.shots).shots
    begins = {round(one.start * FPS) for one in shots}
    pairs = pairs_of("0" * 64, shots, settings.pairs)
    found = {}
    for pair, measures in zip(pairs, measure_pairs(path, pairs, settings.measures, Dis()), strict=True):
        found[int(pair.t0 * FPS / LENGTH)] = gate(Measured(pair, measures), settings.gates), measures
    seen = [
        Seen(kind, number * LENGTH in begins, *found.get(number, (None, None)))
        for number, kind in enumerate(kinds)
    ]
    return seen, len(begins - {number * LENGTH for number in range(len(kinds))})


def films(count: int, seed: int) -> list[list[str]]:
    """The kinds of each film's shots: each film has all of them, in another order."""
    rng = np.random.default_rng(seed)
    return [[str(kind) for kind in rng.permutation(list(KINDS))] for _ in range(count)]


def study(count: int, seed: int, settings: Settings, place: Path) -> tuple[list[Seen], int]:
    found = []
    for number, kinds in track(list(enumerate(films(count, seed))), "films", console=Console(stderr=True)):
        write_film(place / f"{number}.mp4", kinds, seed * 1000 + number)
        found.append(look_at(place / f"{number}.mp4", kinds, settings))
    return [one for seen, _ in found for one in seen], sum(false_cuts for _, false_cuts in found)


def precision_and_recall(seen: Sequence[Seen]) -> tuple[float, float]:
    """Shares of the kept pairs that are right, and of the right pairs that are kept."""
    right = sum(KINDS[one.kind].right and one.kept for one in seen)
    return right / max(1, sum(one.kept for one in seen)), right / sum(KINDS[one.kind].right for one in seen)


def table(seen: Sequence[Seen], false_cuts: int) -> str:
    """All that is printed."""
    rows = []
    for name, kind in KINDS.items():
        own = [one for one in seen if one.kind == name]
        rules = Counter(one.decision.rule if one.decision else "no pair" for one in own if not one.kept)
        dropped = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
        rows.append([name, "yes" if kind.right else "no", len(own), sum(one.kept for one in own), dropped])
    precision, recall = precision_and_recall(seen)
    return "\n".join(
        [
            tabulate(rows, ["kind of shot", "to be kept", "shots", "kept", "dropped by"], tablefmt="github"),
            "",
            f"precision {precision:.3f}, recall {recall:.3f}",
            f"first frames of shots found: {sum(one.cut_found for one in seen)} of {len(seen)}; "
            f"cuts where there is none: {false_cuts}",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(table(*study(chosen.films, chosen.seed, Settings(), Path(place))))


if __name__ == "__main__":
    main()

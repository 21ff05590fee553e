"""How near `pose_alignment` comes to what is known of people who are moved by known amounts.

Takes the items of `sample-far` in which exactly one person is found, and the astronaut of scikit-image laid
on a table and shifted, turned or enlarged. Prints, as GitHub tables: how far a joint of the target is from
where the known motion takes it; and of edits that go a known part of the way, what the metric should say by
the known motion of the input's joints, and what it says.

    python studies/pose.py      # needs `mebench weights get pose`
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from skimage import data
from tabulate import tabulate

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.benchmarks.sample.edits import edits
from motionedit_bench.errors import NotApplicable
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.functional.pose import motion_of, pose_alignment, weights
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.blazepose import Person
from motionedit_bench.metrics.pose import PoseAlignment

Pixels = npt.NDArray[np.uint8]
Places = npt.NDArray[np.float64]
Row = tuple[str, str, str, str]

EDITS = ("all of the motion", "two thirds", "a third", "the input resaved", "the wrong way")
WARPS = {
    "shift": ((400, 0, 0.8), (600, 0, 0.8)),
    "turn": ((480, 0, 0.8), (480, 30, 0.8)),
    "growth": ((480, 0, 0.6), (480, 0, 0.9)),
}
"""Of the input and of the target: x of the middle, degrees, scale."""
SHARES = (0.0, 1 / 3, 2 / 3, -1 / 3)


def main() -> None:
    instruments = Instruments("dis")
    metric = PoseAlignment(instruments)
    off, rows = [], []
    for item in open_benchmark("sample-far").items:
        first, target = (decode(picture.read()) for picture in (item.input, item.target))
        people = [instruments.poses.people(to_array(one)) for one in (first, target)]
        if [len(one) for one in people] != [1, 1]:
            continue
        before, after = people[0][0], people[1][0]
        scene = Scene(first, target, instruments)
        made = {name: make() for name, make in edits(item, "sample-far").items() if name in EDITS}
        goal = followed(before, made["all of the motion"].flow)
        weight = weights(np.array([before.visibility, after.visibility]))
        error = motion_of(after.joints, goal, weight, before.size)
        moved = motion_of(before.joints, goal, weight, before.size)
        off.append((item.id, f"{100 * moved:.1f}", f"{100 * error:.1f}", np.count_nonzero(weight)))
        for name, edit in made.items():
            place = before.joints if "resaved" in name else followed(before, edit.flow)
            wanted = pose_alignment(before.joints, goal, place, weight, before.size).value
            rows.append((item.id, name, f"{wanted:.2f}", said(metric, scene, edit.target)))
    rows += warped(metric)
    print(tabulate(off, ("item", "motion, % of the body", "error of a joint", "joints"), "github"))
    print()
    print(tabulate(rows, ("item", "edit", "by the known motion", "pose_alignment"), "github"))


def warped(metric: PoseAlignment) -> Iterator[Row]:
    """The astronaut, laid on a table."""
    for name, (start, end) in WARPS.items():
        pictures = [laid(*one) for one in (start, end)]
        scene = Scene(*(Image.fromarray(picture) for picture, _ in pictures), metric.instruments)
        (person,) = metric.instruments.poses.people(pictures[0][0])
        goal = carried(person, pictures[0][1], pictures[1][1])
        for share in SHARES:
            picture, matrix = laid(*(a + share * (b - a) for a, b in zip(start, end, strict=True)))
            place = carried(person, pictures[0][1], matrix)
            wanted = pose_alignment(person.joints, goal, place, person.visibility, person.size).value
            yield f"astronaut, {name}", f"{share:.2f} of it", f"{wanted:.2f}", said(metric, scene, picture)


def laid(x: float, turn: float, scale: float) -> tuple[Pixels, Places]:
    """The picture, and the (2, 3) that takes the photograph's pixels to it."""
    table = cv2.resize(data.coffee(), (960, 640), interpolation=cv2.INTER_CUBIC)
    matrix = cv2.getRotationMatrix2D((256, 256), turn, scale)
    matrix[:, 2] += np.array([x - 256, 330 - 256])
    there = cv2.warpAffine(np.full((512, 512), 255, np.uint8), matrix, (960, 640))
    return np.where(
        there[..., None] > 127, cv2.warpAffine(data.astronaut(), matrix, (960, 640)), table
    ), matrix


def carried(person: Person, before: Places, after: Places) -> Places:
    """The joints in a picture laid by another matrix."""
    away = np.linalg.solve(before[:, :2], (person.joints - before[:, 2]).T)
    return np.asarray((after[:, :2] @ away).T + after[:, 2])


def followed(person: Person, flow: npt.NDArray[np.float32]) -> Places:
    """The joints where a known flow (H, W, 2) takes them."""
    height, width = flow.shape[:2]
    columns, rows = np.clip(np.rint(person.joints), 0, [width - 1, height - 1]).astype(int).T
    return np.asarray(person.joints + np.nan_to_num(flow[rows, columns]))


def said(metric: PoseAlignment, scene: Scene, edited: Pixels) -> str:
    try:
        return f"{metric.measure(Comparison(scene, Image.fromarray(edited))).value:.2f}"
    except NotApplicable as error:
        return str(error)


if __name__ == "__main__":
    main()

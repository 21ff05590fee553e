"""The ways to see far that were tried, on embedded benchmarks and on a folder of real items.

For each way: the mean end-point error, in percent of the diagonal, where the true flow is longer than 0.2 %
of it and the target shows the pixel; on a folder, the share of pixels that come back to 1 % of the diagonal,
item by item. `gmflow` runs at three sizes where its weights are at hand.

    python timing/flow_ways.py [--folder BENCH] [--ways dis,far,...]
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from unittest.mock import patch

import cv2
import numpy as np
from tabulate import tabulate

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.images import decode, resize, to_array
from motionedit_bench.metrics.flow import far, global_matching, groups
from motionedit_bench.metrics.flow.base import Array, Flow
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.flow.keypoints import find_matches
from motionedit_bench.metrics.functional.regions import end_point_error, moved
from motionedit_bench.metrics.functional.trust import flow_trust
from motionedit_bench.records import Item

Estimate = Callable[[Array, Array], Flow]


def interpolated(first: Array, second: Array) -> Flow:
    """`Dis` from the motion of the nearest matched point: sparse matches made dense."""
    matches = find_matches(*(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (first, second)))
    if not len(matches.first):
        return Dis().flow(first, second)
    marked = np.ones(first.shape[:2], np.uint8)
    x, y = np.clip(
        np.rint(matches.first[:, :2]).astype(int).T, 0, [[first.shape[1] - 1], [first.shape[0] - 1]]
    )
    marked[y, x] = 0
    _, nearest = cv2.distanceTransformWithLabels(marked, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    motions = np.zeros((nearest.max() + 1, 2), np.float32)
    motions[nearest[y, x]] = matches.second[:, :2] - matches.first[:, :2]
    start = cv2.blur(motions[nearest], (15, 15))
    rows, columns = np.mgrid[: first.shape[0], : first.shape[1]].astype(np.float32)
    brought = cv2.remap(second, columns + start[..., 0], rows + start[..., 1], cv2.INTER_LINEAR)
    rest = Dis().flow(first, brought)
    return rest + cv2.remap(start, columns + rest[..., 0], rows + rest[..., 1], cv2.INTER_LINEAR)


def with_groups(most: int, first: Array, second: Array) -> Flow:
    """`Far` with so many groups at most."""
    with patch.object(groups, "MOST", most):
        return far.Far().flow(first, second)


def with_likeness_alone(first: Array, second: Array) -> Flow:
    """`Far` that chooses by likeness alone: neither the way back nor the distance of points counts."""
    with patch.multiple(far, DOUBT=0, DISTANT=0):
        return far.Far().flow(first, second)


def at_size(longer: int, first: Array, second: Array) -> Flow:
    """`gmflow` at that size."""
    with patch.object(global_matching, "LONG", longer):
        return global_matching.GlobalMatching().flow(first, second)


WAYS: dict[str, Estimate] = {
    "dis": Dis().flow,
    "dis from nearest match": interpolated,
    "far with 1 group": partial(with_groups, 1),
    "far with 3 groups": partial(with_groups, 3),
    "far by likeness alone": with_likeness_alone,
    "far": far.Far().flow,
    **{f"gmflow at {longer}": partial(at_size, longer) for longer in (384, 512, 640)},
}


def pictures(items: tuple[Item, ...]) -> Iterator[tuple[Item, Array, Array]]:
    for item in items:
        first, target = decode(item.input.read()), decode(item.target.read())
        yield item, to_array(first), to_array(resize(target, *first.size))


def errors(name: str, estimate: Estimate) -> list[float]:
    found = []
    for item, first, second in pictures(open_benchmark(name).items):
        truth = np.nan_to_num(item.true_flow())
        region = moved(truth)
        if item.true_visible is not None:
            region &= item.true_visible()
        found.append(float(end_point_error(estimate(first, second), truth)[region].mean()))
    return found


def coming_back(folder: str, estimate: Estimate) -> list[float]:
    return [
        flow_trust(estimate(first, second), estimate(second, first), first, second).consistent
        for _, first, second in pictures(open_benchmark(folder).items)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", help="a benchmark of real items")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--bench", default="sample,sample-far")
    options = parser.parse_args()
    rows = []
    for way in options.ways.split(","):
        try:
            row = [way, *(f"{np.mean(errors(name, WAYS[way])):.2f}" for name in options.bench.split(","))]
            if options.folder:
                shares = coming_back(options.folder, WAYS[way])
                row += [" ".join(f"{100 * share:.0f}" for share in shares), str(sum(s > 0.6 for s in shares))]
        except WeightsUnavailable as error:
            row = [way, str(error)]
        rows.append(row)
        print(*row, sep=" | ", flush=True)
    head = ["way", *options.bench.split(","), "consistent, % an item", "items above 60 %"]
    print(tabulate(rows, head, tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()

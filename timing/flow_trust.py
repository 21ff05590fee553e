"""The trust in flows against their true error: the curve from which the threshold of `mas_seen` was chosen.

Each point is one item of `sample` or `sample-far` by one estimator: across, `flow_trust`; up, the mean
end-point error in percent of the diagonal where the true flow is longer than 0.2 % of it and the target shows
the pixel. Prints how often the error is below 2 % in each tenth of the trust, and above and below each
threshold; writes the picture.

    python timing/flow_trust.py [FILE.png] [--flows dis,far]
"""

import argparse

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.progress import track
from tabulate import tabulate

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.functional.regions import end_point_error, moved
from motionedit_bench.metrics.functional.trust import SEEN, flow_trust

ALLOWED = 2.0
"""Percent of the diagonal."""
WIDTH, HEIGHT, MARGIN = 900, 520, 70
LOWEST, HIGHEST = 0.02, 50.0
COLOURS = ("#b91c1c", "#1d4ed8", "#15803d", "#a16207")
INK, GREY = "#1c1c1e", "#9b9ba0"

Points = dict[str, list[tuple[float, float]]]


def measured(names: list[str]) -> Points:
    """(trust, error) of each item by estimator."""
    points: Points = {name: [] for name in names}
    items = [item for name in ("sample", "sample-far") for item in open_benchmark(name).items]
    for item in track(items, "estimating"):
        first, second = to_array(decode(item.input.read())), to_array(decode(item.target.read()))
        truth = np.nan_to_num(item.true_flow())
        region = moved(truth)
        if item.true_visible is not None:
            region &= item.true_visible()
        for name in names:
            estimator = FLOWS.get(name)()
            there, back = estimator.flow(first, second), estimator.flow(second, first)
            error = float(end_point_error(there, truth)[region].mean())
            points[name].append((flow_trust(there, back, first, second).value, error))
    return points


def drawn(points: Points) -> Image.Image:
    """The points, the threshold and the error that is allowed; the error's axis is logarithmic."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(18)

    def place(trust: float, error: float) -> tuple[float, float]:
        share = np.log(np.clip(error, LOWEST, HIGHEST) / LOWEST) / np.log(HIGHEST / LOWEST)
        return MARGIN + trust * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)

    for trust in np.linspace(0, 1, 6):
        pen.line([place(trust, LOWEST), place(trust, HIGHEST)], "#ececee")
        pen.text(place(trust, LOWEST), f"{trust:.1f}", INK, font, "ma")
    for error in (0.1, 1, 10):
        pen.line([place(0, error), place(1, error)], "#ececee")
        pen.text((MARGIN - 8, place(0, error)[1]), f"{error:g} %", INK, font, "rm")
    pen.line([place(0, ALLOWED), place(1, ALLOWED)], GREY, 2)
    pen.line([place(SEEN, LOWEST), place(SEEN, HIGHEST)], GREY, 2)
    for number, (name, found) in enumerate(points.items()):
        colour = COLOURS[number % len(COLOURS)]
        for trust, error in found:
            x, y = place(trust, error)
            pen.ellipse([x - 5, y - 5, x + 5, y + 5], outline=colour, width=2)
        pen.text((WIDTH - MARGIN - 100 * (len(points) - number), 24), name, colour, font)
    pen.text((MARGIN, 24), "end-point error, % of the diagonal, by trust", INK, font)
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", default="docs/pictures/flow-trust.png")
    parser.add_argument("--flows", default="dis,far")
    options = parser.parse_args()
    points = measured(options.flows.split(","))
    sheet = drawn(points)
    cv2.imwrite(options.file, np.asarray(sheet)[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    trusts, errors = np.array([point for found in points.values() for point in found]).T
    rows = []
    for low in np.arange(0, 1, 0.1):
        here = (trusts >= low) & (trusts < low + 0.1 + (low > 0.85))
        above = errors[trusts >= low]
        cells = [f"{low:.1f}", here.sum(), (errors[here] < ALLOWED).sum()]
        rows.append([*cells, f"{np.mean(above < ALLOWED):.0%}", f"{np.mean(above):.2f}"])
    head = ["trust from", "flows", f"error below {ALLOWED:g} %", "of all from here on", "their mean error, %"]
    print(tabulate(rows, head, tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()

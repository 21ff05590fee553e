"""End-point error of every flow estimator on the embedded benchmarks, where the true flow is known.

Prints, as GitHub tables, of each benchmark and item the mean end-point error in pixels over the moved
region (where the true flow is longer than one pixel, and the target shows what moved, if that is known),
with its mean and median over the items; then of each benchmark the mean error in % of the diagonal, and the
share of that region in which it is under `NEAR`. An estimator whose weights cannot be had is named below.

    python timing/flow_accuracy.py [--flows dis,tvl1] [--benches sample,sample-far]
"""

import argparse
from collections import defaultdict
from statistics import fmean

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track
from tabulate import tabulate

from motionedit_bench.benchmarks import EMBEDDED, open_benchmark
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.base import FlowEstimator
from motionedit_bench.records import Item

NEAR = 0.02
"""An end-point error under this share of the diagonal still says where something went."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flows", default=",".join(FLOWS))
    parser.add_argument("--benches", default=",".join(EMBEDDED))
    arguments = parser.parse_args()
    estimators: dict[str, FlowEstimator] = {}
    missing: dict[str, str] = {}
    for name in arguments.flows.split(","):
        try:
            estimators[name] = FLOWS.get(name)()
        except WeightsUnavailable as error:
            missing[name] = str(error)
    summary = [line for bench in arguments.benches.split(",") for line in accuracy(bench, estimators)]
    print(
        tabulate(summary, ["bench", "flow", "error, % of diagonal", f"under {NEAR:.0%}"], tablefmt="github")
    )
    for name, reason in missing.items():
        print(f"\n{name} did not run: {reason}")


def accuracy(bench: str, estimators: dict[str, FlowEstimator]) -> list[list[str]]:
    """Print one benchmark's table; returns its lines of the summary."""
    rows, shares, near = [], defaultdict(list), defaultdict(list)
    for item in track(open_benchmark(bench).items, bench, console=Console(stderr=True)):
        first, second = to_array(decode(item.input.read())), to_array(decode(item.target.read()))
        truth, moved = item.true_flow(), moved_region(item)
        diagonal = np.hypot(*moved.shape)
        cells = [np.linalg.norm(truth, axis=-1)[moved].mean()]
        for name, estimator in estimators.items():
            errors = np.linalg.norm(estimator.flow(first, second) - truth, axis=-1)[moved]
            cells.append(errors.mean())
            shares[name].append(errors.mean() / diagonal)
            near[name].append((errors < NEAR * diagonal).mean())
        rows.append([item.id, *cells])
    columns = np.array([row[1:] for row in rows])
    rows += [["**mean**", *columns.mean(0)], ["**median**", *np.median(columns, 0)]]
    cells = [[row[0], f"{row[1]:.1f}", *(f"{cell:.2f}" for cell in row[2:])] for row in rows]
    print(f"\n## {bench}\n")
    print(
        tabulate(cells, ["item", "motion, px", *estimators], tablefmt="github", disable_numparse=True), "\n"
    )
    return [
        [bench, name, f"{100 * fmean(shares[name]):.2f}", f"{fmean(near[name]):.0%}"] for name in estimators
    ]


def moved_region(item: Item) -> npt.NDArray[np.bool_]:
    """Where an item moves by more than a pixel, as far as its target shows it."""
    moved = np.nan_to_num(np.linalg.norm(item.true_flow(), axis=-1)) > 1
    return moved if item.true_visible is None else moved & item.true_visible()


if __name__ == "__main__":
    main()

"""End-point error of every flow estimator on an embedded benchmark, where the true flow is known.

Prints, as a GitHub table, the mean end-point error in pixels over the moved region (where the true
flow is longer than one pixel, and the target shows the pixel) for each item, and its mean and median over
the items. An estimator whose weights cannot be had is named below the table.

    python timing/flow_accuracy.py [--bench sample-far] [--flows dis,tvl1]
"""

import argparse

import numpy as np
from rich.progress import track
from tabulate import tabulate

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.base import FlowEstimator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flows", default=",".join(FLOWS))
    parser.add_argument("--bench", default="sample", choices=("sample", "sample-far"))
    options = parser.parse_args()
    estimators: dict[str, FlowEstimator] = {}
    missing: dict[str, str] = {}
    for name in options.flows.split(","):
        try:
            estimators[name] = FLOWS.get(name)()
        except WeightsUnavailable as error:
            missing[name] = str(error)

    rows = []
    for item in track(open_benchmark(options.bench).items, "estimating"):
        first = to_array(decode(item.input.read()))
        second = to_array(decode(item.target.read()))
        truth = item.true_flow()
        moved = np.nan_to_num(np.linalg.norm(truth, axis=-1)) > 1
        if item.true_visible is not None:
            moved &= item.true_visible()
        errors = [
            np.linalg.norm(estimator.flow(first, second) - truth, axis=-1)[moved].mean()
            for estimator in estimators.values()
        ]
        motion = np.linalg.norm(truth, axis=-1)[moved].mean()
        rows.append([item.id, f"{motion:.1f}", *(f"{error:.2f}" for error in errors)])
    columns = np.array([[float(cell) for cell in row[1:]] for row in rows])
    rows.append(["**mean**", *(f"{value:.2f}" for value in columns.mean(0))])
    rows.append(["**median**", *(f"{value:.2f}" for value in np.median(columns, 0))])
    print(tabulate(rows, ["item", "motion, px", *estimators], tablefmt="github", disable_numparse=True))
    for name, reason in missing.items():
        print(f"\n{name} did not run: {reason}")


if __name__ == "__main__":
    main()

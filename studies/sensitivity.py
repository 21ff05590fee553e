"""How often each metric, by each flow estimator, puts edits of known quality in the right order.

Makes of each item of the embedded benchmarks the edits of known quality (`benchmarks.sample.edits`), scores
them, and prints, as GitHub tables, of each benchmark: the share of pairs of edits of one item, of different
quality, of which the better one got the better score (a tie counts half), with a 95 % interval over items;
the same for the kinds of pairs in `KINDS`; how many items a metric could score; then its mean score of each
edit. Items of whose motion there are no parts are left out. A metric that rests on no flow is listed once;
what needs weights that cannot be had is named below. The flow `true` is what is known of the edits: with it
a metric's errors are its own.

    python studies/sensitivity.py [--benches sample,sample-far] [--flows dis] [--metrics mas,psnr]
"""

import argparse
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track
from tabulate import tabulate

from motionedit_bench.benchmarks import EMBEDDED, open_benchmark
from motionedit_bench.benchmarks.sample.edits import QUALITY, edits
from motionedit_bench.benchmarks.sample.layers import Triplet
from motionedit_bench.errors import NotApplicable, WeightsUnavailable
from motionedit_bench.images import decode, to_array
from motionedit_bench.leaderboard.statistics import bootstrap_interval
from motionedit_bench.metrics.base import Metric
from motionedit_bench.metrics.catalogue import CATALOGUE, METRICS
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.metrics.flow.source import FlowSource
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.motion import FlowMetric
from motionedit_bench.records import Item

MEASURED = "mas,motion_gain,mas_confident,epe,motion_iou,motion_reward,psnr,ssim"

Scores = Mapping[str, float | None]
"""The scores of one item's edits by what they are, higher is better; ``None`` where there is none."""

PARTLY = ("all of the motion", "two thirds", "a third", "the input")
NOTHING = ("the input", "the input resaved", "the input with noise")
KINDS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "more or less of it": (PARTLY, PARTLY),
    "two thirds or a third": (("two thirds",), ("a third",)),
    "some or nothing": (PARTLY[:3], NOTHING),
    "some or the wrong way": (PARTLY[:3], ("the wrong way",)),
    "some or another subject": (PARTLY[:3], ("another subject",)),
    "nothing or wrong": (NOTHING, ("the wrong way", "another subject")),
}
"""Kinds of pairs: one edit of the first group and one of the second."""
EVERYTHING = (tuple(QUALITY), tuple(QUALITY))


class KnownFlow(FlowEstimator):
    """The flow to each picture that it was told of."""

    name = "true"

    def __init__(self, device: str = "auto") -> None:
        super().__init__(device)
        self.told: dict[bytes, Flow] = {}

    def flow(self, first: Array, second: Array) -> Flow:
        return self.told[second.tobytes()]

    def version(self) -> str:
        return "told"


class Known(Instruments):
    """Instruments with that flow."""

    @cached_property
    def flows(self) -> FlowSource:
        return FlowSource(KnownFlow())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--benches", default=",".join(EMBEDDED))
    parser.add_argument("--flows", default="dis")
    parser.add_argument("--metrics", default=MEASURED)
    arguments = parser.parse_args()
    metrics, missing = ready(arguments.metrics.split(","), arguments.flows.split(","))
    for bench in arguments.benches.split(","):
        found: dict[str, list[Scores]] = {line: [] for line in metrics}
        for item in track(open_benchmark(bench).items, bench, console=Console(stderr=True)):
            made = edits(item, bench)
            if made.keys() < QUALITY.keys():
                continue
            triplets = {name: make() for name, make in made.items()}
            for line, scores in measured(item, triplets, metrics).items():
                found[line].append(scores)
        print(f"\n## {bench}\n\n{table(found)}\n\n{means(found)}")
    for line, reason in missing.items():
        print(f"\n{line} did not run: {reason}")


def ready(names: Sequence[str], flows: Sequence[str]) -> tuple[dict[str, Metric], dict[str, str]]:
    """The metrics by the name of their line, one for each flow if they rest on one; and what is missing."""
    found: dict[str, Metric] = {}
    missing: dict[str, str] = {}
    for flow in flows:
        instruments = Known() if flow == KnownFlow.name else Instruments(flow)
        for name in names:
            kind = METRICS.get(name)
            line = f"`{name}` by `{flow}`" if issubclass(kind, FlowMetric) else f"`{name}`"
            if line not in found:
                try:
                    found[line] = kind(instruments)
                except WeightsUnavailable as error:
                    missing[line] = str(error)
    return found, missing


def measured(
    item: Item, made: Mapping[str, Triplet], metrics: Mapping[str, Metric]
) -> dict[str, dict[str, float | None]]:
    """Every metric's scores of edits of an item; those of which lower is better change sign."""
    first, target = decode(item.input.read()), decode(item.target.read())
    told = {triplet.target.tobytes(): triplet.flow for triplet in made.values()}
    told[to_array(target).tobytes()] = item.true_flow()
    found: dict[str, dict[str, float | None]] = {line: {} for line in metrics}
    for instruments in {id(metric.instruments): metric.instruments for metric in metrics.values()}.values():
        if isinstance(instruments.flows.estimator, KnownFlow):
            instruments.flows.estimator.told = told
        scene = Scene(first, target, instruments)
        for name, triplet in made.items():
            comparison = Comparison(scene, Image.fromarray(triplet.target))
            for line, metric in metrics.items():
                if metric.instruments is instruments:
                    found[line][name] = score(metric, comparison)
    return found


def score(metric: Metric, comparison: Comparison) -> float | None:
    try:
        value = metric.measure(comparison).value
    except NotApplicable:
        return None
    return -value if CATALOGUE[metric.name].better == "lower" else value


def ordered(scores: Scores, first: Sequence[str], second: Sequence[str]) -> float | None:
    """Share of an item's pairs that are in order, 0 to 1, a tie is half; ``None`` where no pair is scored.

    A pair is one edit of each group, of different quality.
    """
    pairs = [
        (one, other) if QUALITY[one] > QUALITY[other] else (other, one)
        for one, other in combinations([name for name in scores if scores[name] is not None], 2)
        if QUALITY[one] != QUALITY[other]
        and ((one in first and other in second) or (other in first and one in second))
    ]
    if not pairs:
        return None
    return float(np.mean([(np.sign(scores[better] - scores[worse]) + 1) / 2 for better, worse in pairs]))


def table(found: Mapping[str, Sequence[Scores]]) -> str:
    """How often each metric is right: a line for each."""
    rows = []
    for line, items in found.items():
        whole = [share for scores in items if (share := ordered(scores, *EVERYTHING)) is not None]
        cells = [percent(whole)]
        for kind in KINDS.values():
            some = [share for scores in items if (share := ordered(scores, *kind)) is not None]
            cells.append(f"{100 * np.mean(some):.0f}" if some else "-")
        rows.append([line, *cells, f"{len(whole)}/{len(items)}"])
    return tabulate(rows, ["metric", "pairs in order, %", *KINDS, "items"], "github", disable_numparse=True)


def means(found: Mapping[str, Sequence[Scores]]) -> str:
    """What each metric gives to each edit, on the mean over the items that it could score."""
    rows = []
    for line, items in found.items():
        some = {name: [scores[name] for scores in items if scores[name] is not None] for name in QUALITY}
        rows.append([line, *(f"{np.mean(values):.3g}" if values else "-" for values in some.values())])
    return tabulate(rows, ["mean score", *QUALITY], "github", disable_numparse=True)


def percent(shares: Sequence[float]) -> str:
    """Mean of shares, one an item, in percent, with its interval."""
    if not shares:
        return "-"
    interval = bootstrap_interval(np.array(shares))
    told = "" if interval is None else f" ({100 * interval[0]:.0f} to {100 * interval[1]:.0f})"
    return f"{100 * np.mean(shares):.0f}{told}"


if __name__ == "__main__":
    main()

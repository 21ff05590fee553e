"""How many comparisons a ranking needs: those that `mebench prefer` plans, beside all there could be.

Prints a GitHub table with a line for each kind of data: how many models and items; the calls of every pair
on every item in both orders; the share of them that the plan took, until nothing was open or the budget of
30 % was spent; Kendall's tau between the plan's ranking and that of all pairs, and for comparison of as
many pairs drawn at random; and of the pairs of models that all comparisons tell apart (99 %), how many the
plan has the other way round. Mean and least over so many draws.

The first lines are simulated: 12 models of known strength on 1,015 items, each of them better on some items
than on others, and a judge that ties on a fifth of the comparisons. The others are judgements of the judge
`reference`: 12 models that each carry out the motion on a known share of the items of `sample` and
`sample-far`, from nowhere to everywhere, and do a third of it on the rest; and, where a FOLDER with `bench/`
and `preds/` is given, the edits in it with the target, the input, and the input saved again.

    python studies/preference_plan.py [FOLDER] [--draws 5] [--flow dis]
"""

import argparse
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track
from tabulate import tabulate

from motionedit_bench.benchmarks import EMBEDDED, open_benchmark
from motionedit_bench.benchmarks.sample.edits import edits
from motionedit_bench.errors import NotApplicable
from motionedit_bench.folders import model_folders
from motionedit_bench.images import decode
from motionedit_bench.leaderboard.preference.agreement import kendall_tau
from motionedit_bench.leaderboard.preference.planning import next_pairs, standing
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.reference import rate
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.scoring.prefer import Pair

BUDGET = 0.3
"""Share of all calls that the plan may take."""
ITEMS, MODELS, TIES, VARIES = 1015, 12, 0.2, 0.5
"""Of the simulation; the last is the standard deviation of a model's log strength over items."""
GAPS: Mapping[str, Sequence[float]] = {
    "even gaps of 0.3": [0.3] * 11,
    "even gaps of 0.15": [0.15] * 11,
    "uneven gaps, 0.1 to 0.8": [0.1, 0.5, 0.2, 0.3, 0.1, 0.8, 0.2, 0.1, 0.4, 0.15, 0.3],
    "three groups 1 apart, gaps of 0.05 within": [0.05, 0.05, 0.05, 1, 0.05, 0.05, 0.05, 1, 0.05, 0.05, 0.05],
}
"""Between log strengths of neighbours: at 0.3 the better one wins 57 % of the comparisons."""

WHOLE, PARTLY = "all of the motion", "a third"

Outcomes = Mapping[Pair, str]
Overall = Mapping[str, Mapping[str, float]]
"""By item and model."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--flow", default="dis")
    arguments = parser.parse_args()
    draws = range(arguments.draws)
    lines = [line(name, [(simulated(gaps, draw), draw) for draw in draws]) for name, gaps in GAPS.items()]
    instruments = Instruments(arguments.flow)
    known = known_edits(instruments)
    lines.append(line("`reference` on known edits", [(by_overall(mixed(known, k)), k) for k in draws]))
    if arguments.folder:
        published = by_overall(rated(arguments.folder, instruments))
        lines.append(line(f"`reference` on {arguments.folder.name}", [(published, draw) for draw in draws]))
    head = ("data", "models", "items", "calls of all pairs", "share planned, %", "tau", "tau at random")
    print(tabulate(lines, (*head, "the other way round"), "github", disable_numparse=True))


def line(name: str, worlds: Sequence[tuple[Outcomes, int]]) -> list[str]:
    """A line of the table."""
    found = [compared(outcomes, seed) for outcomes, seed in track(worlds, name, console=Console(stderr=True))]
    outcomes = worlds[0][0]
    models, items = _models(outcomes), {item for item, _, _ in outcomes}
    shares, planned, drawn, reversed_, told = zip(*found, strict=True)
    return [
        name,
        *(f"{count:,}" for count in (len(models), len(items), 2 * len(outcomes))),
        f"{100 * fmean(shares):.1f}",
        *(f"{fmean(taus):.3f} ({min(taus):.3f})" for taus in (planned, drawn)),
        f"{sum(reversed_)} of {sum(told)}",
    ]


def compared(outcomes: Outcomes, seed: int) -> tuple[float, float, float, int, int]:
    """Share of all calls that were planned; tau to all pairs, of the plan and of as many at random; pairs of
    models that the plan has the other way round, and how many all pairs tell apart."""
    models = _models(outcomes)
    planned = followed(outcomes, seed, int(BUDGET * len(outcomes)))
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(len(outcomes))[: len(planned)]
    pairs = list(outcomes)
    everything = standing(_rows(outcomes, pairs), models)
    ours, theirs = (standing(rows, models) for rows in (planned, _rows(outcomes, [pairs[k] for k in drawn])))
    told = np.triu(~everything.open(0) & ~np.eye(len(models), dtype=bool), 1)
    turned = np.sign(ours.apart) != np.sign(everything.apart)
    taus = [
        kendall_tau(list(one.apart[:, 0].round(9)), list(everything.apart[:, 0].round(9)))
        for one in (ours, theirs)
    ]
    if None in taus:
        raise ValueError("all models are equal: there is no ranking to reach")
    return len(planned) / len(outcomes), taus[0], taus[1], int((turned & told).sum()), int(told.sum())


def followed(outcomes: Outcomes, seed: int, most: int) -> list[dict[str, Any]]:
    """The comparisons that the plan makes, so many at the most; those of no outcome cost nothing."""
    models, items = _models(outcomes), sorted({item for item, _, _ in outcomes})
    rows: list[dict[str, Any]] = []
    spent = 0
    while spent < most and (batch := next_pairs(rows, items, models, seed)):
        for pair in batch:
            spent += pair in outcomes
            if spent <= most:
                rows += _rows(outcomes, [pair])
    return [row for row in rows if row["outcome"]]


def _rows(outcomes: Outcomes, pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    return [
        {"item_id": item, "model_a": a, "model_b": b, "outcome": outcomes.get((item, a, b))}
        for item, a, b in pairs
    ]


def _models(outcomes: Outcomes) -> list[str]:
    return sorted({name for _, a, b in outcomes for name in (a, b)})


def simulated(gaps: Sequence[float], draw: int) -> Outcomes:
    """Every pair on every item, by models of known strength."""
    rng = np.random.default_rng(draw)
    strength = np.concatenate([[0.0], np.cumsum(gaps)])[rng.permutation(len(gaps) + 1)]
    names = [f"model-{place:02d}" for place in range(len(strength))]
    found = {}
    for item in range(ITEMS):
        here = strength + VARIES * rng.standard_normal(len(strength))
        for a, b in combinations(range(len(names)), 2):
            wins = rng.random() < 1 / (1 + np.exp(here[b] - here[a]))
            said = "tie" if rng.random() < TIES else "a" if wins else "b"
            found[f"{item:04d}", names[a], names[b]] = said
    return found


def by_overall(overall: Overall) -> Outcomes:
    """Every pair that can be compared, by which has the higher Overall."""
    return {
        (item, a, b): "tie" if ratings[a] == ratings[b] else "a" if ratings[a] > ratings[b] else "b"
        for item, ratings in overall.items()
        for a, b in combinations(sorted(ratings), 2)
    }


def known_edits(instruments: Instruments) -> Overall:
    """Overall of two known edits of each embedded item of whose motion there are parts."""
    return {
        f"{bench}/{item.id}": dict(_overall(scene, pictures))
        for bench in EMBEDDED
        for item in track(open_benchmark(bench).items, bench, console=Console(stderr=True))
        if (made := edits(item, bench)).keys() >= {WHOLE, PARTLY}
        for scene in [Scene(decode(item.input.read()), item.target.read(), instruments)]
        for pictures in [{name: Image.fromarray(made[name]().target) for name in (WHOLE, PARTLY)}]
    }


def mixed(known: Overall, draw: int) -> Overall:
    """Models that do all of the motion on a share of the items, and a third of it on the others."""
    rng = np.random.default_rng(draw)
    found: dict[str, dict[str, float]] = {item: {} for item in known}
    for place in range(MODELS):
        whole = round(place / (MODELS - 1) * len(known))
        for number, item in enumerate(rng.permutation(sorted(known))):
            edit = WHOLE if number < whole else PARTLY
            found[item][f"does-{whole:02d}"] = known[item][edit]
    return found


def rated(folder: Path, instruments: Instruments) -> Overall:
    """Overall of the edits in a folder, of the target, the input, and the input saved again."""
    models = [ModelPredictions(path) for path in model_folders(folder / "preds")]
    found = {}
    for item in track(open_benchmark(str(folder / "bench")).items, "rating", console=Console(stderr=True)):
        first, target = decode(item.input.read()), decode(item.target.read())
        again = io.BytesIO()
        first.save(again, "JPEG", quality=85)
        pictures = {"target": target, "identity": first, "resaved": decode(again.getvalue())}
        for model in models:
            if (picture := model.of(item.id).picture) is not None:
                pictures[model.model] = decode(picture.read())
        if ratings := dict(_overall(Scene(first, target, instruments), pictures)):
            found[item.id] = ratings
    return found


def _overall(scene: Scene, pictures: Mapping[str, Image.Image]) -> Iterator[tuple[str, float]]:
    for name, image in pictures.items():
        try:
            rating = rate(Comparison(scene, image))
        except NotApplicable:
            return
        yield name, fmean((rating.fidelity, rating.preservation, rating.coherence))


if __name__ == "__main__":
    main()

"""How the `reference` judge rates published edits of six models, and how its order fits the paper's.

Takes a folder with `bench/` (a benchmark folder) and `preds/<model>/`. Prints, as GitHub tables, the
means of the three scores, of Overall and of the terms behind them, beside those of the target, the
input, and the input saved again (JPEG, quality 85): each model on the items that it has, then on those
that it shares with others. Below each table of models stand both orders by Overall, this judge's and
the paper's, with Kendall's tau.

    python benchmarks/reference_judge.py FOLDER [--flow dis]
"""

import argparse
import io
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from statistics import fmean

from PIL import Image
from rich.console import Console
from rich.progress import track
from scipy.stats import kendalltau
from tabulate import tabulate

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.images import decode
from motionedit_bench.leaderboard.published import published_rows
from motionedit_bench.metrics.base import Instruments, NotApplicable
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.judge.reference import VERSION, Rating, rate
from motionedit_bench.metrics.judge.rubric import SCALES
from motionedit_bench.predictions import ModelPredictions, model_folders

NAMES = {
    "bagel": "BAGEL",
    "flux_kontext": "FLUX.1 Kontext [Dev]",
    "motionnft_qwen": "Qwen-Image-Edit + MotionNFT",
    "qwen_image_edit": "Qwen-Image-Edit",
    "uniworld_v1": "UniWorld-V1",
    "uniworld_v2_qwen": "Qwen-Image-Edit + UniWorld-V2",
}
"""The folders' models as the paper names them."""
BASELINES = ("target", "identity", "resaved")

Ratings = Mapping[str, Mapping[str, Rating]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--flow", default="dis")
    arguments = parser.parse_args()
    ratings, unrated = judged(arguments.folder, Instruments(arguments.flow))
    print(f"reference judge, version {VERSION}, flow {arguments.flow}")
    show("Each on its own items", ratings, list(ratings))
    covered = dict.fromkeys(frozenset(rated) for rated in ratings.values())
    for items in covered:
        sharing = [model for model, rated in ratings.items() if items <= rated.keys()]
        if len(sharing) < len(ratings) and items < ratings["target"].keys():
            names = ", ".join(item for item in ratings["target"] if item in items)
            show(f"On {len(items)} common items ({names})", ratings, sharing, items)
    for item, reason in unrated.items():
        print(f"\n{item} is rated for nobody: {reason}")


def judged(folder: Path, instruments: Instruments) -> tuple[Ratings, dict[str, str]]:
    """Ratings by model and item, and the items that cannot be rated, with the reason."""
    models = [ModelPredictions(path) for path in model_folders(folder / "preds")]
    found: dict[str, dict[str, Rating]] = defaultdict(dict)
    unrated = {}
    for item in track(open_benchmark(str(folder / "bench")).items, "rating", console=Console(stderr=True)):
        first, target = decode(item.input.read()), decode(item.target.read())
        scene = Scene(first, target, instruments)
        edits = dict(zip(BASELINES, (target, first, resaved(first)), strict=True))
        for model in models:
            if (picture := model.of(item.id).picture) is not None:
                edits[model.model] = decode(picture.read())
        try:
            for name, image in edits.items():
                found[name][item.id] = rate(Comparison(scene, image))
        except NotApplicable as error:
            unrated[item.id] = str(error)
    return found, unrated


def resaved(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return decode(buffer.getvalue())


def show(title: str, ratings: Ratings, models: list[str], items: Collection[str] | None = None) -> None:
    rows, overall = [], {}
    for model in models:
        chosen = [rating for item, rating in ratings[model].items() if items is None or item in items]
        scores = [fmean(getattr(rating, scale) for rating in chosen) for scale in SCALES]
        overall[model] = fmean(scores)
        terms = [fmean(rating.terms[term] for rating in chosen) for term in chosen[0].terms]
        rows.append([model, len(chosen), *(f"{value:.2f}" for value in (*scores, overall[model], *terms))])
    terms = list(next(iter(ratings[models[0]].values())).terms)
    header = ["edits", "items", *SCALES, "overall", *terms]
    print(f"\n{title}\n\n{tabulate(rows, header, tablefmt='github', disable_numparse=True)}\n")

    paper = {
        row.model: summary.mean
        for row in published_rows()
        for column, summary in row.summaries.items()
        if column.metric == "overall"
    }
    known = [model for model in models if model in NAMES]
    ours, theirs = [overall[model] for model in known], [paper[NAMES[model]] for model in known]
    for who, values in (("this judge", ours), ("the paper", theirs)):
        best_first = sorted(zip(values, known, strict=True), reverse=True)
        print(f"Order of {who}: {' > '.join(f'{model} {value:.2f}' for value, model in best_first)}")
    print(f"Kendall's tau: {kendalltau(ours, theirs).statistic:.2f} over {len(known)} models")


if __name__ == "__main__":
    main()

"""How the `reference` judge rates published edits of six models, and how its order fits the paper's.

Prints, as GitHub tables, first its mean scores of edits of `sample` with known faults. Then, of a folder
with `bench/` (a benchmark folder) and `preds/<model>/`, the means of the three scores, of Overall and of
the terms behind them, beside those of the target, the input, and the input saved again (JPEG, quality
85): each model on the items that it has, then on those that it shares with others. Below each table of
models stand both orders by Overall, this judge's and the paper's, with Kendall's tau.

    python timing/reference_judge.py [FOLDER] [--flow dis]
"""

import argparse
import io
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from rich.console import Console
from rich.progress import track
from scipy.stats import kendalltau
from tabulate import tabulate

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.benchmarks.sample import build as sample
from motionedit_bench.benchmarks.sample.scenes import STEREO
from motionedit_bench.errors import NotApplicable
from motionedit_bench.folders import model_folders
from motionedit_bench.images import decode, to_array
from motionedit_bench.leaderboard.published import published_rows
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.reference import VERSION, Rating, rate
from motionedit_bench.metrics.judge.rubric import SCALES
from motionedit_bench.predictions import ModelPredictions

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
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--flow", default="dis")
    arguments = parser.parse_args()
    instruments = Instruments(arguments.flow)
    print(f"reference judge, version {VERSION}, flow {arguments.flow}\n")
    show_faults(instruments)
    if arguments.folder is None:
        return
    ratings, unrated = judged(arguments.folder, instruments)
    show("Each on its own items", ratings, list(ratings))
    covered = dict.fromkeys(frozenset(rated) for rated in ratings.values())
    for items in covered:
        sharing = [model for model, rated in ratings.items() if items <= rated.keys()]
        if len(sharing) < len(ratings) and items < ratings["target"].keys():
            names = ", ".join(item for item in ratings["target"] if item in items)
            show(f"On {len(items)} common items ({names})", ratings, sharing, items)
    for item, reason in unrated.items():
        print(f"\n{item} is rated for nobody: {reason}")


def show_faults(instruments: Instruments) -> None:
    ratings: dict[str, list[Rating]] = defaultdict(list)
    for item in track(open_benchmark("sample").items, "rating faults", console=Console(stderr=True)):
        first, target = decode(item.input.read()), decode(item.target.read())
        scene = Scene(first, target, instruments)
        for fault, pixels in faults(scene, item.true_flow()).items():
            ratings[fault].append(rate(Comparison(scene, Image.fromarray(pixels))))
        for name, fraction in (("two thirds of the motion", 2 / 3), ("a third of the motion", 1 / 3)):
            if item.id != STEREO.id:
                partly = Image.fromarray(sample.partly(item.id, fraction).target)
                ratings[name].append(rate(Comparison(scene, partly)))
    rows = [
        [fault, len(rated), *(f"{fmean(getattr(one, scale) for one in rated):.2f}" for scale in SCALES)]
        for fault, rated in ratings.items()
    ]
    print(tabulate(rows, ["edit", "items", *SCALES], tablefmt="github", disable_numparse=True))


def faults(scene: Scene, motion: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.uint8]]:
    """Edits of an item of `sample` with one known fault each; `motion` is its true flow."""
    first, target, still = scene.input, scene.target, scene.regions.still
    height, width = still.shape
    right, down = motion[np.nan_to_num(np.linalg.norm(motion, axis=-1)) > 1].mean(axis=0)
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    grey = cv2.cvtColor(target, cv2.COLOR_RGB2GRAY)
    blurred, part = target.copy(), np.s_[height // 4 : height // 2, width // 4 : width // 2]
    blurred[part] = cv2.GaussianBlur(target, (0, 0), 4)[part]
    rng = np.random.default_rng(0)
    noisy = np.clip(target + rng.normal(0, 10, target.shape), 0, 255).astype(np.uint8)
    return {
        "the target without its colours": np.repeat(grey[..., None], 3, axis=2),
        "the whole input shifted by the subject's mean motion": cv2.warpAffine(
            first, shift, (width, height), borderMode=cv2.BORDER_REFLECT
        ),
        "the target, all that is still shifted by 8 pixels": np.where(
            still[..., None], np.roll(target, 8, axis=1), target
        ),
        "the target, a sixteenth of it blurred (sigma 4)": blurred,
        "the target with noise (sigma 10)": noisy,
        "the target through JPEG, quality 20": to_array(resaved(Image.fromarray(target), 20)),
        "noise instead of a picture": rng.integers(0, 256, target.shape, dtype=np.uint8),
    }


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


def resaved(image: Image.Image, quality: int = 85) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
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

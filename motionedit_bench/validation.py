"""Checks a predictions folder before anything costs time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError
from motionedit_bench.images import colours, decode, is_stretched, to_array
from motionedit_bench.predictions import ModelPredictions, model_name, seed_folders
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item, digest

KINDS = (
    *("missing", "failed", "refused", "corrupt", "flat", "stretched", "identical", "duplicate"),
    *("colours", "extra"),
)
"""What can be found, gravest first."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one model's predictions."""

    model: str
    item_id: str
    kind: str
    what: str


def validate(benchmark: Benchmark, folders: Sequence[Path]) -> list[Finding]:
    """All findings of all models and their further seeds, in the benchmark's order; empty where all is well.

    ``flat``: one colour all over, as a safety checker's black picture is, which no record says was
    withheld. ``stretched``: the aspect ratio is not the input's (by more than 2 %). ``identical``: the very
    pixels of the input. ``duplicate``: the very bytes of another item's prediction. ``colours``: what
    a file says of its colours cannot be followed. ``extra``: an image that belongs to no item.
    """
    findings: list[Finding] = []
    named = {folder: model_name(folder) for folder in folders}
    for folder in folders:
        named |= {seed: f"{named[folder]}, seed {seed.name}" for seed in seed_folders(folder)}
    with Progress("validating", len(benchmark.items) * len(named), failing="with findings") as progress:
        for folder, model in named.items():
            predictions = ModelPredictions(folder)
            seen: dict[str, str] = {}
            for item in benchmark.items:
                found = _check(item, predictions, model, seen)
                findings += found
                progress.advance(failed=bool(found))
            for name in sorted(set(predictions.files) - benchmark.ids):
                files = ", ".join(path.name for path in predictions.files[name])
                findings.append(Finding(model, name, "extra", f"{files} belongs to no item"))
    return findings


def _check(item: Item, predictions: ModelPredictions, model: str, seen: dict[str, str]) -> list[Finding]:
    def finding(kind: str, what: str) -> list[Finding]:
        return [Finding(model, item.id, kind, what)]

    prediction = predictions.of(item.id)
    if prediction.picture is None:
        return finding(prediction.status, prediction.reason or "")
    try:
        content = prediction.picture.read()
        image = decode(content)
    except (ImageError, OSError) as error:
        return finding("corrupt", str(error))
    found: list[Finding] = []
    twin = seen.setdefault(digest(content), item.id)
    if twin != item.id:
        found += finding("duplicate", f"the same file as that of item {twin}")
    said = colours(content)
    if said.trouble:
        found += finding("colours", said.note or "")
    pixels = to_array(image)
    if (pixels == pixels[0, 0]).all():
        found += finding("flat", f"all of it is the colour {tuple(pixels[0, 0].tolist())}: was it withheld?")
    try:
        original = decode(item.input.read())
    except ImageError as error:
        return found + finding("corrupt", f"the benchmark's input image: {error}")
    if is_stretched(image.size, original.size):
        size, wanted = "x".join(map(str, image.size)), "x".join(map(str, original.size))
        found += finding("stretched", f"{size}, while the input is {wanted}")
    if image.size == original.size and (pixels == to_array(original)).all():
        found += finding("identical", "the input, unchanged")
    return found

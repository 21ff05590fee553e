"""Finds what models left: their folders, and the image of each item."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import DEFAULT, Benchmark, open_benchmark
from motionedit_bench.errors import PredictionsError, UsageError
from motionedit_bench.files import read_lines
from motionedit_bench.records import Picture, Prediction, Status
from motionedit_bench.surrogates import escaped

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MANIFEST = "run.json"
RECORDS = "records.jsonl"
SCORES = "scores.jsonl"


def model_folders(folder: Path) -> list[Path]:
    """One model's own folder, or all model folders in a folder of such, sorted by name.

    A folder is a model's if it holds images, a manifest or scores by itself.

    Raises:
        PredictionsError: there is no such folder, or nothing of that kind in it.
    """
    if not folder.is_dir():
        raise PredictionsError(f"no predictions folder {folder}")
    if _is_model(folder):
        return [folder]
    found = sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.name.startswith(".") and _is_model(path)
    )
    if not found:
        raise PredictionsError(
            f"{folder} holds no predictions: expected {folder}/<item id>.png "
            f"or {folder}/<model>/<item id>.png"
        )
    return found


def _is_model(folder: Path) -> bool:
    return any(
        path.name in (MANIFEST, RECORDS, SCORES)
        or (path.suffix.lower() in SUFFIXES and not path.name.startswith("."))
        for path in folder.iterdir()
        if path.is_file()
    )


def manifest_bench(folder: Path) -> dict[str, Any] | None:
    """What the folder's manifest says of its benchmark (spec, fingerprint); ``None`` without one.

    Raises:
        PredictionsError: the manifest is damaged.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        bench = json.loads(path.read_bytes())["bench"]
        return {"spec": str(bench["spec"]), "fingerprint": str(bench["fingerprint"])}
    except (ValueError, KeyError, TypeError) as error:
        raise PredictionsError(
            f"{path} is not a manifest of `mebench run` ({error!r}): mend or remove it"
        ) from error


def benchmark_of(folders: Sequence[Path], bench: str | None = None) -> Benchmark:
    """The benchmark asked for, else the one that the folders' manifests name, else the default.

    Raises:
        UsageError: the manifests name several.
        BenchmarkError: it cannot be opened.
    """
    named = {folder: found for folder in folders if (found := manifest_bench(folder))}
    specs = sorted({found["spec"] for found in named.values()})
    if bench is None and len(specs) > 1:
        raise UsageError(f"the runs are of different benchmarks ({', '.join(specs)}): say which with --bench")
    return open_benchmark(bench or (specs[0] if specs else DEFAULT))


def model_name(folder: Path) -> str:
    """A model is named by its folder."""
    return escaped(folder.resolve().name)


class ModelPredictions:
    """All images of one model's folder, by item id; read once, images lazily.

    A file belongs to the item whose id is its name without the suffix.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = model_name(folder)
        self.files: dict[str, list[Path]] = defaultdict(list)
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                self.files[path.name[: -len(path.suffix)]].append(path)
        self._attempts = {record.get("item_id"): record for record in read_lines(folder / RECORDS)}

    def of(self, item_id: str) -> Prediction:
        """The prediction for an item: its file, or the status and reason why there is none."""
        paths = self.files.get(item_id, [])
        if len(paths) == 1:
            return Prediction(self.model, item_id, Picture(str(paths[0]), paths[0].read_bytes))
        if paths:
            names = ", ".join(path.name for path in paths)
            return Prediction(
                self.model, item_id, None, "corrupt", f"two files for one id: {names}; keep one"
            )
        attempt = self._attempts.get(item_id, {})
        status: Status = "refused" if attempt.get("status") == "refused" else "failed"
        if attempt.get("status") in ("failed", "refused"):
            return Prediction(self.model, item_id, None, status, f"the run says: {attempt.get('reason')}")
        return Prediction(self.model, item_id, None, "missing", "no image for this item")

"""A benchmark from a data set on the Hugging Face hub, or from local parquet files of the same columns."""

from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks.base import Benchmark, check_id
from motionedit_bench.errors import BenchmarkError
from motionedit_bench.records import Item, Picture

SPLIT = "train"

PAPERS = "elaine1wan/MotionEdit-Bench"
"""The paper's own benchmark, whose scores use the paper's flow unless another is asked for."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "prompt": ("prompt", "instruction", "edit_prompt", "edit_instruction"),
    "input": ("input_image", "source_image", "input", "image", "original_image"),
    "target": ("target_image", "edited_image", "output_image", "target", "gt_image", "ground_truth"),
    "category": ("category", "motion_type", "type", "task"),
}
"""Each field's column names, the first of them present is taken."""

REQUIRED = ("id", "prompt", "input")


def open_hub(dataset_id: str, revision: str | None = None) -> Benchmark:
    """A hub data set, pinned: without a revision, to the commit that its main branch has now.

    Raises:
        BenchmarkError: the hub cannot be reached, the data set is absent or gated, or its columns
            do not fit (with the columns found).
    """
    from huggingface_hub import HfApi

    with _explained(dataset_id):
        revision = revision or HfApi().dataset_info(dataset_id, timeout=10).sha
        rows = _load(dataset_id, revision)
    return _benchmark(rows, dataset_id, f"{dataset_id}@{revision}", revision)


def open_parquet(folder: Path) -> Benchmark:
    """The same from a local folder of parquet files, through the same loading code."""
    with _explained(str(folder)):
        rows = _load(str(folder), None)
    return _benchmark(rows, folder.resolve().name, str(folder.resolve()))


def match_columns(found: list[str], name: str) -> dict[str, str]:
    """Which of the found columns holds which field.

    >>> match_columns(["id", "instruction", "input_image"], "toy")
    {'id': 'id', 'prompt': 'instruction', 'input': 'input_image'}
    """
    matched = {
        field: next(column for column in names if column in found)
        for field, names in COLUMNS.items()
        if any(column in found for column in names)
    }
    for field in REQUIRED:
        if field not in matched:
            raise BenchmarkError(
                f"data set {name} has no column for {field!r}: looked for "
                f"{', '.join(COLUMNS[field])}; found {', '.join(found) or 'none'}"
            )
    return matched


def _load(path: str, revision: str | None) -> Any:
    import datasets

    rows = datasets.load_dataset(path, split=SPLIT, revision=revision)
    for column, feature in rows.features.items():
        if isinstance(feature, datasets.Image):
            rows = rows.cast_column(column, datasets.Image(decode=False))
    return rows


def _benchmark(rows: Any, name: str, spec: str, revision: str | None = None) -> Benchmark:
    columns = match_columns(rows.column_names, name)
    ids = [str(value) if isinstance(value, int) else value for value in rows[columns["id"]]]
    prompts = rows[columns["prompt"]]
    categories = rows[columns["category"]] if "category" in columns else [None] * len(ids)
    items = []
    for index, (item_id, prompt, category) in enumerate(zip(ids, prompts, categories, strict=True)):
        where = f"data set {name}, row {index}"
        item_id = check_id(item_id, where)
        if not isinstance(prompt, str) or not prompt.strip():
            raise BenchmarkError(f"{where}: the instruction must be a non-empty string, got {prompt!r}")
        items.append(
            Item(
                id=item_id,
                instruction=prompt,
                input=_picture(rows, index, columns["input"], item_id),
                target=_picture(rows, index, columns["target"], item_id) if "target" in columns else None,
                category=str(category) if category is not None else None,
            )
        )
    return Benchmark(name, spec, tuple(items), "unimatch" if name == PAPERS else "dis", revision)


def _picture(rows: Any, index: int, column: str, item_id: str) -> Picture:
    label = f"{column} of item {item_id}"

    def read() -> bytes:
        cell = rows[index][column]
        if not isinstance(cell, dict) or not (cell.get("bytes") or cell.get("path")):
            raise BenchmarkError(f"{label}: the column holds no image, but {type(cell).__name__}")
        content: bytes = cell["bytes"] if cell.get("bytes") else Path(cell["path"]).read_bytes()
        return content

    return Picture(name=label, read=read)


class _explained:
    """Turns what the hub's client raises into one line that says what to do."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> None:
        from datasets.exceptions import DatasetsError

        from motionedit_bench.hub import AWAY, Trouble, trouble_behind

        if error is None or isinstance(error, BenchmarkError) or not isinstance(error, Exception):
            return
        trouble, _ = trouble_behind(error) or (None, error)
        if trouble is Trouble.GATED:
            advice = "it is gated: accept its terms on its page, then `hf auth login`"
        elif trouble is Trouble.NO_REVISION:
            advice = "no such revision"
        elif trouble is Trouble.REFUSED:
            advice = "the hub refuses access to it: log in with `hf auth login`"
        elif trouble in (Trouble.ABSENT, Trouble.NO_ID):
            advice = "no such folder here and no such data set on the hub (private ones need `hf auth login`)"
        elif trouble in AWAY:
            advice = "the hub cannot be reached: check the network, or give a local folder or `sample`"
        elif isinstance(error, DatasetsError | FileNotFoundError | ValueError):
            advice = f"it cannot be read as a data set with a split {SPLIT!r} ({_first_line(error)})"
        else:
            return
        raise BenchmarkError(f"cannot open benchmark {self.name}: {advice}") from error


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

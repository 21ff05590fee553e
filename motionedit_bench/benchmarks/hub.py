"""A benchmark from a data set on the Hugging Face hub, or from local parquet files of the same columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks.base import Benchmark, check_id
from motionedit_bench.benchmarks.columns import categories, content, have_pictures, match_columns
from motionedit_bench.errors import AdapterError, BenchmarkError, MebenchError
from motionedit_bench.progress import warn
from motionedit_bench.records import Item, Picture

SPLIT = "train"

PAPERS = "elaine1wan/MotionEdit-Bench"
"""The paper's own benchmark, whose scores use the paper's flow unless another is asked for."""

KNOWN: dict[str, dict[str, str]] = {PAPERS: {"id": "id", "prompt": "prompt", "input": "input_image"}}
"""Columns of data sets that are known, whatever else these hold."""


def open_hub(
    dataset_id: str,
    revision: str | None = None,
    chosen: Mapping[str, str] | None = None,
    fetched: bool = False,
) -> Benchmark:
    """A hub data set, pinned: without a revision, to the commit that its main branch has now.

    Where the hub must not be asked, or with ``fetched``, it is the copy that `mebench prefetch` left.

    Raises:
        BenchmarkError: the hub cannot be reached, the data set is absent or gated, or its columns
            do not fit (with the columns found).
    """
    from datasets.config import HF_DATASETS_CACHE
    from huggingface_hub import HfApi
    from huggingface_hub.constants import HF_HUB_CACHE

    from motionedit_bench import hub

    with _explained(dataset_id):
        if fetched or hub.is_offline():
            folder = hub.snapshot(dataset_id, revision, "dataset", fetched=True)
            revision, rows = folder.name, _load(str(folder), None)
        else:
            revision = revision or HfApi().dataset_info(dataset_id, timeout=10).sha
            rows = _load(dataset_id, revision)
    places = [Path(HF_DATASETS_CACHE), Path(HF_HUB_CACHE)]
    known = {**KNOWN.get(dataset_id, {}), **(chosen or {})}
    return _benchmark(rows, dataset_id, f"{dataset_id}@{revision}", places, known, revision)


def open_parquet(folder: Path, chosen: Mapping[str, str] | None = None) -> Benchmark:
    """The same from a local folder of parquet files, through the same loading code."""
    with _explained(str(folder)):
        rows = _load(str(folder), None)
    return _benchmark(rows, folder.resolve().name, str(folder.resolve()), [folder], chosen or {})


def _load(path: str, revision: str | None) -> Any:
    import datasets

    from motionedit_bench.hub import check_cache

    check_cache()
    rows = datasets.load_dataset(path, split=SPLIT, revision=revision)
    for column, feature in rows.features.items():
        if isinstance(feature, datasets.Image):
            rows = rows.cast_column(column, datasets.Image(decode=False))
    return rows


def _benchmark(
    rows: Any,
    name: str,
    spec: str,
    places: Sequence[Path],
    chosen: Mapping[str, str],
    revision: str | None = None,
) -> Benchmark:
    columns = match_columns(rows.column_names, spec, chosen)
    warn(f"{name}: " + ", ".join(f"{field} from {column!r}" for field, column in columns.items()))
    pictured = {
        field: have_pictures(rows, columns[field], name) for field in ("input", "target") if field in columns
    }
    ids, prompts = rows[columns["id"]], rows[columns["prompt"]]
    items = []
    for index, category in enumerate(categories(rows, columns.get("category"))):
        where = f"data set {name}, row {index}"
        item_id, prompt = _id(ids[index], where), prompts[index]
        if not isinstance(prompt, str) or not prompt.strip():
            raise BenchmarkError(f"{where}: the instruction must be a non-empty string, got {prompt!r}")
        if not pictured["input"][index]:
            raise BenchmarkError(f"{where}: column {columns['input']!r} holds no image")
        pictures = {
            field: _picture(rows, index, columns[field], item_id, places)
            for field, there in pictured.items()
            if there[index]
        }
        items.append(Item(item_id, prompt, pictures["input"], pictures.get("target"), category))
    own = {field: column for field, column in chosen.items() if column != KNOWN.get(name, {}).get(field)}
    choice = ",".join(f"{field}={column}" for field, column in own.items())
    flow = "unimatch" if name == PAPERS else "dis"
    return Benchmark(name, f"{spec}#{choice}" if choice else spec, tuple(items), flow, revision, columns)


def _id(value: Any, where: str) -> str:
    """An item's id; whole numbers will do."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return check_id(str(value) if whole else value, where)


def _picture(rows: Any, index: int, column: str, item_id: str, places: Sequence[Path]) -> Picture:
    label = f"{column} of item {item_id}"
    return Picture(name=label, read=lambda: content(rows[index][column], places, label))


class _explained:
    """Turns what the hub's client raises into one line that says what to do."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> None:
        from datasets.exceptions import DatasetsError

        from motionedit_bench.hub import AWAY, Trouble, trouble_behind

        if error is None or not isinstance(error, Exception):
            return
        if isinstance(error, MebenchError) and not isinstance(error, AdapterError):
            return
        trouble, _ = trouble_behind(error) or (None, error)
        if trouble is Trouble.OFFLINE:
            advice = (
                "it is not on this machine, and HF_HUB_OFFLINE keeps it from being fetched: "
                f"run `mebench prefetch --bench {self.name}` where there is a network"
            )
        elif trouble in AWAY:
            advice = "the hub cannot be reached: check the network, or give a local folder or `sample`"
        elif trouble is Trouble.GATED:
            advice = "it is gated: accept its terms on its page, then `hf auth login`"
        elif trouble is Trouble.NO_REVISION:
            advice = "no such revision"
        elif trouble is Trouble.REFUSED:
            advice = "the hub refuses access to it: log in with `hf auth login`"
        elif trouble in (Trouble.ABSENT, Trouble.NO_ID):
            advice = "no such folder here and no such data set on the hub (private ones need `hf auth login`)"
        elif isinstance(error, OSError) and _is_of_the_cache(error):
            advice = (
                f"it cannot be kept in {error.filename} ({error.strerror}): "
                "make room there, or set HF_HOME to another folder"
            )
        elif isinstance(error, DatasetsError | OSError | ValueError):
            advice = f"it cannot be read as a data set with a split {SPLIT!r} ({_first_line(error)})"
        else:
            return
        raise BenchmarkError(f"cannot open benchmark {self.name}: {advice}") from error


def _is_of_the_cache(error: OSError) -> bool:
    """Whether a file or folder of the library's cache is in the way, or one that it would lie in."""
    from datasets.config import HF_DATASETS_CACHE

    place, named = Path(HF_DATASETS_CACHE), Path(str(error.filename or ""))
    return named.is_absolute() and (place.is_relative_to(named) or named.is_relative_to(place))


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

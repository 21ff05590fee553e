"""A benchmark from a data set on the Hugging Face hub, or from local parquet files of the same columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks.base import Benchmark, check_id
from motionedit_bench.benchmarks.columns import categories, content, have_pictures, match_columns, videos
from motionedit_bench.benchmarks.declared import Declaration, declared, joined_id
from motionedit_bench.benchmarks.items import Items
from motionedit_bench.errors import AdapterError, BenchmarkError, MebenchError
from motionedit_bench.progress import warn
from motionedit_bench.records import Item, Picture

PAPERS = "elaine1wan/MotionEdit-Bench"
"""The paper's own benchmark."""


def open_hub(
    dataset_id: str,
    revision: str | None = None,
    chosen: Mapping[str, str] | None = None,
    fetched: bool = False,
) -> Benchmark:
    """A hub data set, pinned: without a revision, to the commit that its main branch has now.

    Where the hub must not be asked, or with ``fetched``, it is the copy that `mebench prefetch` left. What is
    declared of it (see `declared`) holds, but for the columns that are ``chosen``.

    Raises:
        BenchmarkError: the hub cannot be reached, the data set is absent or gated, or its columns
            do not fit (with the columns found).
    """
    known = declared(dataset_id)
    about = known[0] if known else Declaration(data=dataset_id)
    return _on_hub(about, revision, chosen, fetched)


def open_declared(
    about: Declaration,
    file: Path,
    revision: str | None,
    chosen: Mapping[str, str] | None = None,
    fetched: bool = False,
) -> Benchmark:
    """The benchmark of a declaration in a user's ``file``, on the hub or beside the file; see `open_hub`.

    Raises:
        BenchmarkError: see `open_hub`; or its items are not as declared.
    """
    folder = file.parent / about.data
    if not folder.is_dir():
        return _on_hub(about, revision, chosen, fetched, file)
    with _explained(str(file), about.split):
        rows = _load(str(folder), None, about.split)
    return _benchmark(rows, about, chosen or {}, (file.stem, str(file)), [folder])


def open_parquet(folder: Path, chosen: Mapping[str, str] | None = None) -> Benchmark:
    """The same from a local folder of parquet files, through the same loading code."""
    about = Declaration(data=str(folder))
    with _explained(str(folder), about.split):
        rows = _load(str(folder), None, about.split)
    return _benchmark(rows, about, chosen or {}, (folder.resolve().name, str(folder.resolve())), [folder])


def _on_hub(
    about: Declaration,
    revision: str | None,
    chosen: Mapping[str, str] | None,
    fetched: bool = False,
    file: Path | None = None,
) -> Benchmark:
    from datasets.config import HF_DATASETS_CACHE
    from huggingface_hub import HfApi
    from huggingface_hub.constants import HF_HUB_CACHE

    from motionedit_bench import hub

    with _explained(about.data, about.split):
        if fetched or hub.is_offline():
            folder = hub.snapshot(about.data, revision, "dataset", fetched=True)
            revision, rows = folder.name, _load(str(folder), None, about.split)
        else:
            revision = revision or HfApi().dataset_info(about.data, timeout=10).sha
            rows = _load(about.data, revision, about.split)
    places = [Path(HF_DATASETS_CACHE), Path(HF_HUB_CACHE)]
    named = (about.data, f"{file or about.data}@{revision}")
    return _benchmark(rows, about, chosen or {}, named, places, revision)


def _load(path: str, revision: str | None, split: str) -> Any:
    import datasets

    from motionedit_bench.hub import check_cache

    check_cache()
    rows = datasets.load_dataset(path, split=split, revision=revision)
    for column, feature in rows.features.items():
        if isinstance(feature, datasets.Image):
            rows = rows.cast_column(column, datasets.Image(decode=False))
    return rows


def _benchmark(
    rows: Any,
    about: Declaration,
    chosen: Mapping[str, str],
    named: tuple[str, str],
    places: Sequence[Path],
    revision: str | None = None,
) -> Benchmark:
    """The benchmark in those rows; ``named`` are its name, and what opens it again but for chosen columns."""
    name, spec = named
    columns = match_columns(rows.column_names, spec, {**about.plain_columns, **chosen})
    parts = [columns["id"]]
    if about.id_columns and "id" not in chosen:
        parts = [
            match_columns(rows.column_names, spec, {**columns, "id": one})["id"] for one in about.id_columns
        ]
    told = {**columns, "id": "+".join(parts)}
    warn(f"{name}: " + ", ".join(f"{field} from {column!r}" for field, column in told.items()))
    if about.items is not None and len(rows) != about.items:
        warn(f"{name} has {len(rows)} items, and is declared to have {about.items}: is it another revision?")
    pictured = {
        field: have_pictures(rows, columns[field], name) for field in ("input", "target") if field in columns
    }
    cells, prompts = [list(rows[part]) for part in parts], list(rows[columns["prompt"]])
    ids = []
    for index, prompt in enumerate(prompts):
        where = f"data set {name}, row {index}"
        own = [column[index] for column in cells]
        ids.append(_id(own[0], where) if len(parts) == 1 else joined_id(own, where))
        if not isinstance(prompt, str) or not prompt.strip():
            raise BenchmarkError(f"{where}: the instruction must be a non-empty string, got {prompt!r}")
        if not pictured["input"][index]:
            raise BenchmarkError(f"{where}: column {columns['input']!r} holds no image")
    kinds = about.named(categories(rows, columns.get("category")), name)
    filmed = videos(rows, columns.get("video"))

    def make(index: int) -> Item:
        pictures = {
            field: _picture(rows, index, columns[field], ids[index], places)
            for field, there in pictured.items()
            if there[index]
        }
        own = (ids[index], prompts[index], pictures["input"], pictures.get("target"), kinds[index])
        return Item(*own, video=filmed[index])

    choice = ",".join(
        f"{field}={column}" for field, column in chosen.items() if column != about.columns.get(field)
    )
    return Benchmark(
        name,
        f"{spec}#{choice}" if choice else spec,
        Items(make, range(len(ids))),
        about.flow,
        revision,
        told,
    )


def _id(value: Any, where: str) -> str:
    """An item's id; whole numbers will do."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return check_id(str(value) if whole else value, where)


def _picture(rows: Any, index: int, column: str, item_id: str, places: Sequence[Path]) -> Picture:
    label = f"{column} of item {item_id}"
    return Picture(name=label, read=lambda: content(rows[index][column], places, label))


class _explained:
    """Turns what the hub's client raises into one line that says what to do."""

    def __init__(self, name: str, split: str) -> None:
        self.name = name
        self.split = split

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
            advice = f"it cannot be read as a data set with a split {self.split!r} ({_first_line(error)})"
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

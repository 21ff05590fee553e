"""Writes a site or a page: reads scores and pictures, and puts every piece in its place."""

import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from motionedit_bench import cache
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import UsageError
from motionedit_bench.files import TEMPORARY, drafted, make_folder, write_whole
from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.scored import picture_folders
from motionedit_bench.leaderboard.site import content, page
from motionedit_bench.leaderboard.site.gallery import Edit, Exhibit, exhibits
from motionedit_bench.leaderboard.site.motions import legend
from motionedit_bench.leaderboard.site.pictures import EmbeddedPictures, PictureFolder, Store
from motionedit_bench.leaderboard.site.subject import Subject
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.progress import Progress

INDEX = "index.html"
DATA = "data"
PIECE = re.compile(r"(items|legend|categories|(item|wins|model)-\d+)\.js")
PICTURED = 60
"""Of larger benchmarks, a page for sending shows the pictures of this many items: worst and best."""

Piece = tuple[str, Any]
"""(name, JSON value)."""


def write_site(
    subject: Subject, benchmark: Benchmark, preds: Path, out: Path, published: Sequence[Row] = ()
) -> None:
    """The board, its charts and its gallery as a folder that needs no server.

    Pictures of an earlier build in the same folder are kept where what they show is unchanged. A new
    site is seen when it is whole; where its build fails, nothing of it is left.

    Raises:
        UsageError: the folder holds something else, or the benchmark is not the one scored.
        StorageError: the folder cannot be written.
    """
    check_benchmark(subject.board, benchmark)
    made = partial(_write_into, subject, benchmark, preds, published)
    if (out / DATA / "items.js").exists():
        made(out)
        return
    if out.is_dir() and any(out.iterdir()):
        raise UsageError(f"{out} holds something that is not a site: give a new or empty folder")
    with drafted(out) as draft:
        made(draft)


def _write_into(
    subject: Subject, benchmark: Benchmark, preds: Path, published: Sequence[Row], root: Path
) -> None:
    """Write all of a site; what an earlier one in this folder says is replaced at the end, all at once."""
    data, fresh = make_folder(root / DATA), root / f".{DATA}{TEMPORARY}"
    shutil.rmtree(fresh, ignore_errors=True)
    make_folder(fresh)
    store, stamp = PictureFolder(root), page.stamp(subject)
    try:
        shown = _exhibits(subject, benchmark, preds, store)
        for name, value in [*pieces(subject, benchmark, shown), ("legend", legend(store))]:
            write_whole(fresh / f"{name}.js", page.script(name, value, stamp).encode(), durable=False)
        before = {path.name for path in data.glob("*.js") if PIECE.fullmatch(path.name)}
        for piece in fresh.iterdir():
            piece.replace(data / piece.name)
            before.discard(piece.name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    for name in before:
        (data / name).unlink()
    store.clear()
    for name in page.ASSETS:
        write_whole(root / name, page.asset(name).encode())
    glance = page.glance(subject, {item.id: item for item in benchmark.items}, shown)
    write_whole(root / INDEX, page.render(subject, published, glance=glance).encode())


def write_report(subject: Subject, benchmark: Benchmark, preds: Path, out: Path) -> None:
    """The same components for one model, as one file with the pictures inside.

    Raises:
        UsageError: the benchmark is not the one scored.
        StorageError: the file cannot be written.
    """
    check_benchmark(subject.board, benchmark)
    pictured = _pictured(subject)
    store = EmbeddedPictures()
    shown = _exhibits(subject, benchmark, preds, store, pictured)
    written = [*pieces(subject, benchmark, shown), ("legend", legend(store))]
    embedded = [(name, page.as_data(value)) for name, value in written]
    write_whole(
        out,
        page.render(
            subject, embedded=embedded, pictured=None if pictured is None else len(pictured)
        ).encode(),
    )


def pieces(subject: Subject, benchmark: Benchmark, shown: Sequence[Exhibit]) -> Iterator[Piece]:
    """All that the page asks for after its first view."""
    texts = {item.id: item for item in benchmark.items}
    yield "items", content.items(subject, texts, shown)
    if subject.category_names:
        yield "categories", content.by_category(subject)
    for model in range(len(subject.rows)):
        yield f"model-{model}", content.ranking(subject, model, [each.edits[model].thumb for each in shown])
    if len(subject.rows) > 1:
        for column in range(len(subject.board.columns)):
            yield f"wins-{column}", content.wins(subject, column)
    for number, exhibit in enumerate(shown):
        yield f"item-{number}", content.item(subject, number, exhibit)


def check_benchmark(board: Board, benchmark: Benchmark) -> None:
    """Make sure that pictures are of the benchmark that a board's scores are of.

    Raises:
        UsageError: they are not.
    """
    with Progress("reading the benchmark", len(benchmark.items)) as progress:
        found = benchmark.fingerprint(progress.advance)
    wanted = board.bench["fingerprint"]
    if found != wanted:
        raise UsageError(
            f"these scores are of {board.bench['name']} ({wanted[:12]}), but --bench "
            f"{benchmark.spec} is another benchmark or version ({found[:12]}): its pictures would mislead"
        )


def _exhibits(
    subject: Subject, benchmark: Benchmark, preds: Path, store: Store, pictured: Collection[str] | None = None
) -> list[Exhibit]:
    """One exhibit an item, in the subject's order; items that are not to be pictured have empty ones."""
    folders = picture_folders(preds, len(benchmark.items))
    names = [row.model for row in subject.rows]
    models = [ModelPredictions(folders[name]) if name in folders else None for name in names]
    flow = content.flow_of(subject.board) or benchmark.default_flow
    instruments = Instruments(flow, store=cache.optional("flows"))
    chosen = [item for item in benchmark.items if pictured is None or item.id in pictured]
    with Progress("drawing pictures", len(chosen)) as progress:
        drawn = zip(chosen, exhibits(chosen, models, store, instruments, progress.advance), strict=True)
        by_id = {item.id: exhibit for item, exhibit in drawn}
    empty = Exhibit(edits=(Edit(reason="not pictured in this file"),) * len(names))
    return [by_id.get(name, empty) for name, _ in subject.items]


def _pictured(subject: Subject) -> Collection[str] | None:
    """The items with the lowest and highest values of the leading column; ``None`` for all of them."""
    names = [name for name, _ in subject.items]
    if len(names) <= PICTURED:
        return None
    leading = content.values(subject, subject.leading)[0]
    order = [int(place) for place in np.argsort(leading) if not np.isnan(leading[place])]
    return {names[place] for place in (*order[: PICTURED // 2], *order[-PICTURED // 2 :])}

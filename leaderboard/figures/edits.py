"""Reads the pictures and the scores that stand beside each other in a figure."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, PredictionsError, unknown_name
from motionedit_bench.images import decode
from motionedit_bench.leaderboard.figures.paper import MINUS
from motionedit_bench.leaderboard.figures.qualitative import Cell, Line, Sheet
from motionedit_bench.leaderboard.labels import MARKS, arrowed, figure, headings
from motionedit_bench.leaderboard.scored import picture_folders
from motionedit_bench.leaderboard.site.subject import ItemResult, Subject
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.leaderboard.tables import marked
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.records import Picture
from motionedit_bench.scoring.open import Gap, read_edit


def chosen_models(subject: Subject, names: Sequence[str] | None) -> list[str]:
    """The models of those names in their order, or all that do not stand on their submitter's word.

    Raises:
        UsageError: a name is none of a model here.
    """
    there = {row.model: row.source for row in subject.rows}
    for name in names or ():
        if name not in there:
            raise unknown_name("model", name, there)
    return list(names) if names else [name for name, source in there.items() if source != "claimed"]


def sheet(
    subject: Subject,
    benchmark: Benchmark,
    preds: Path,
    models: Sequence[str],
    ids: Sequence[str],
    column: Column,
) -> Sheet:
    """Those items as those models edited them, with their scores by a column.

    Raises:
        UsageError: an item is not in the benchmark.
        PredictionsError: a picture of the benchmark cannot be shown.
    """
    folders = picture_folders(preds, len(benchmark.items))
    opened = {name: ModelPredictions(folders[name]) for name in models if name in folders}
    results = {row.model: own for row, own in zip(subject.rows, subject.results, strict=True)}
    place = subject.board.columns.index(column)
    words = {
        row.model: MARKS.get(row.summaries[column].standing, "") if column in row.summaries else ""
        for row in subject.rows
    }
    items = {item.id: item for item in benchmark.select(ids=ids)}
    lines = []
    for item in map(items.__getitem__, ids):
        given = [_given(item.input), _given(item.target) if item.target else Cell(None, "no target")]
        edits = [
            _edit(item.id, opened.get(name), results[name].get(item.id, {}).get(place), column, words[name])
            for name in models
        ]
        lines.append(Line(item.instruction, (*given, *edits)))
    names = {row.model: marked(row) for row in subject.rows}
    scored = arrowed(headings(subject.board.labels)[column], column.metric)
    return Sheet(("input", "target", *map(names.__getitem__, models)), tuple(lines), scored)


def _given(picture: Picture) -> Cell:
    try:
        return Cell(decode(picture.read()))
    except (ImageError, OSError) as error:
        raise PredictionsError(
            f"a picture of the benchmark cannot be shown: {picture.name}: {error}"
        ) from error


def _edit(
    item_id: str, model: ModelPredictions | None, found: ItemResult | None, column: Column, mark: str
) -> Cell:
    picture: Image.Image | None = None
    if model is None:
        instead = "images not here"
    else:
        read = read_edit(item_id, model)
        instead = read.status if isinstance(read, Gap) else "corrupt"
        if not isinstance(read, Gap):
            with suppress(ImageError):
                picture = decode(read)
    return Cell(picture, instead.replace("_", " "), _below(picture, found, column, mark))


def _below(picture: Image.Image | None, found: ItemResult | None, column: Column, mark: str) -> str:
    """The score, and by whose word it is; why there is none is said once, where the picture would be."""
    if found is not None and found.value is not None:
        return f"{figure(found.value, column.metric).replace('-', MINUS)} {mark}".strip()
    if picture is None:
        return ""
    return "unscored" if found is None else found.status.replace("_", " ")

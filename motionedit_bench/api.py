"""The harness in a program: the steps of the command line as functions, on the objects that it uses."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from motionedit_bench.folders import open_models
from motionedit_bench.leaderboard import board
from motionedit_bench.leaderboard.board import Board
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.running import request as running
from motionedit_bench.running.run import Outcome
from motionedit_bench.scoring import request as scoring
from motionedit_bench.scoring.rows import counting, variant

COLUMNS = (
    *("model", "item_id", "category", "metric", "value", "status", "reason"),
    *("variant", "standing", "detail"),
)


def run(adapter: str, *, settings: Mapping[str, Any] | None = None, **options: Any) -> Outcome:
    """Edit every item of a benchmark with a model, as ``mebench run``; resumes where an earlier run stopped.

    Args:
        adapter: a name that `mebench list adapters` shows, or ``path/to/file.py:CLASS``.
        settings: what ``--set KEY=VALUE`` sets.
        options: ``bench``, ``out``, ``model``, ``limit``, ``ids``, ``seed``, ``workers``, ``device``,
            ``cluster``; see `motionedit_bench.running.request.Request`.

    Raises:
        UsageError, BenchmarkError, PredictionsError, AdapterError: as the command line says them.
    """
    given = tuple(f"{name}={value}" for name, value in (settings or {}).items())
    for name, kind in (("out", Path), ("ids", tuple)):
        if options.get(name) is not None:
            options[name] = kind(options[name])
    return running.Request(adapter, settings=given, **options).run()


def score(
    predictions: str | Path,
    *,
    bench: str | None = None,
    metrics: Iterable[str] | None = None,
    judges: Iterable[str] = (),
    out: str | Path | None = None,
    **options: Any,
) -> Counter[str]:
    """Score one model's folder, or a folder of such, as ``mebench score``; how many rows have which status.

    Args:
        predictions: the folder. bench: that of the run where it is ``None``.
        metrics: names; the default ones where it is ``None``. judges: their specs, such as ``reference``.
        out: where scores go, if not beside the predictions.
        options: ``flow``, ``device``, ``workers``, ``cluster`` and more; see
            `motionedit_bench.scoring.request.Request`.

    Raises:
        UsageError, BenchmarkError, PredictionsError, WeightsUnavailable: as the command line says them.
    """
    benchmark, folders = open_models(Path(predictions), bench)
    named = tuple(metrics) if metrics is not None else None
    place = Path(out) if out is not None else None
    request = scoring.Request(metrics=named, judges=tuple(judges), out=place, **options)
    return scoring.Scoring(request, benchmark, folders).run()


def load_scores(folder: str | Path, bench: str | None = None) -> pd.DataFrame:
    """The rows that count of all scored models in a folder, of one, or of a board; one line each.

    Columns are `COLUMNS`: ``value`` is NaN where the status is not ``ok``; ``variant`` says in one text
    how the metric was computed (``flow=dis,...``), for rows of different variants are not to be compared;
    ``standing`` says by whose word it is (``measured``, or of a board's submissions ``recomputed``,
    ``reread`` or ``claimed``); ``detail`` holds the terms behind the value.

    Args:
        folder: as for `mebench leaderboard`. bench: a board's benchmark, if its policy names another.

    Raises:
        PredictionsError: nothing is scored there.
    """
    found = contest(Path(folder), bench)
    category = dict(found.items)
    lines = []
    for entry in found.entries:
        for row in counting(entry.rows()).values():
            way = ",".join(f"{name}={value}" for name, value in variant(row).items())
            known = {"model": entry.model, "category": category.get(row["item_id"]), "variant": way}
            lines.append({**row, **known, "standing": entry.standing or row.get("standing")})
    frame = pd.DataFrame(lines, columns=list(COLUMNS))
    return frame.astype({"value": "float64"})


def load_board(folder: str | Path, by_category: bool = False, bench: str | None = None) -> Board:
    """The board of all scored models in a folder, of one, or of a board's submissions; ranked as in tables.

    Raises:
        PredictionsError: nothing is scored there, or the models were scored on different benchmarks.
    """
    return board.load(Path(folder), by_category, bench)


__all__ = ["Board", "load_board", "load_scores", "run", "score"]

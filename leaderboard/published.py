"""The figures printed in the MotionEdit paper, as this project's own copy; never ranked among measured ones.

Source: MotionEdit (arXiv 2512.10284 v2), Table 1 (eleven models) and Table 3 (the two UniWorld-V2
rows), as printed. UltraEdit's printed Overall, 2.42, is not the mean of its three parts (2.03).
"""

import csv
from importlib.resources import files

from motionedit_bench.leaderboard.board import Row
from motionedit_bench.leaderboard.summary import Column, Summary

SOURCE = "MotionEdit, arXiv 2512.10284 v2, Tables 1 and 3"
ITEMS = 1015
JUDGED = ("overall", "fidelity", "preservation", "coherence", "win_rate")


def published_rows() -> tuple[Row, ...]:
    """The paper's rows in its order; a metric that it does not print is absent.

    They carry ``judge`` or ``flow`` as the paper names them, so they never share a column with
    measured scores. The paper does not say on how many items each row was scored; the benchmark has
    1,015.
    """
    text = (files("motionedit_bench.leaderboard") / "published.csv").read_text(encoding="utf-8")
    return tuple(_row(record) for record in csv.DictReader(text.splitlines()))


def _row(record: dict[str, str]) -> Row:
    summaries = {}
    for name, text in record.items():
        if name not in ("table", "model") and text:
            how = ("judge", "Gemini (paper)") if name in JUDGED else ("flow", "unimatch (paper)")
            summaries[Column(name, (how,))] = Summary(
                float(text), None, ITEMS, ITEMS, None, standing="published"
            )
    return Row(record["model"], "published", summaries)

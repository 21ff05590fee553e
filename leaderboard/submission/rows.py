"""The rows of a submission that are sound in themselves: what they say can be true."""

from collections import Counter
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.bounds import WAYS
from motionedit_bench.leaderboard.submission.parsing import lines, validated
from motionedit_bench.leaderboard.submission.reading import Contents
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.leaderboard.submission.ways import Ways
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.scoring.rows import slot

MOST_TOLD = 20
"""So many unknown metrics are told by name."""

Row = dict[str, Any]


def sound_rows(contents: Contents, model: str, benchmark: Benchmark, verdict: Verdict) -> list[Row]:
    """The rows that are sound, of metrics that this board has; what is not is found, or noted."""
    found: list[Row] = []
    seen: set[object] = set()
    ways = Ways()
    for number, line in lines(contents, form.SCORES, contents.bounds.rows, verdict):
        where = f"{form.SCORES}, line {number}"
        row = validated(line, form.Row, where, verdict)
        if row is None:
            continue
        content = row.model_dump(by_alias=True, exclude_unset=True)
        places = {slot(content), (row.item_id, Column.of(content))}
        twin = "a second row about the same thing" if places & seen else None
        many = None if ways.admit(content) else f"{row.metric} in more than {WAYS} ways"
        problem = _problem(row, model, benchmark) or twin or many
        if problem is not None:
            verdict.find("row", where, problem)
        else:
            seen |= places
            found.append(content)
    if not found and not verdict.findings:
        verdict.find("row", form.SCORES, "there is no row")
    return _known(found, verdict)


def _known(rows: list[Row], verdict: Verdict) -> list[Row]:
    """The rows of metrics that this board has; of the others it can say nothing, and says so."""
    unknown = Counter(row["metric"] for row in rows if row["metric"] not in CATALOGUE)
    for name, count in sorted(unknown.items())[:MOST_TOLD]:
        verdict.note(f"not recomputed: {name} is unknown here: {count} rows, never shown or ranked")
    if len(unknown) > MOST_TOLD:
        verdict.note(f"not recomputed: {len(unknown) - MOST_TOLD} more metrics are unknown here")
    return [row for row in rows if row["metric"] not in unknown]


def _problem(row: form.Row, model: str, benchmark: Benchmark) -> str | None:
    if row.model != model:
        return f"a row of {row.model}"
    if row.item_id not in benchmark.ids:
        return f"the benchmark has no item {row.item_id}"
    if (row.value is None) == (row.status == "ok") or (row.status != "ok" and not row.reason):
        return "a value goes with status ok alone, any other status with a reason"
    if row.metric not in CATALOGUE:
        return None
    facts = CATALOGUE[row.metric]
    if facts.derived:
        return f"{row.metric} is never a row: it follows from others"
    if row.value is not None and not facts.allows(row.value):
        low, high = facts.bounds
        return f"{row.metric} {row.value:g} is outside {low:g} to {high:g}"
    if not facts.judged and row.status == "ok":
        version = str(METRICS.get(row.metric).version)
        if row.detail.metric_version != version:
            return f"{row.metric} of version {row.detail.metric_version}, the board's is {version}"
    return None

"""The board's own rows: what it can compute from the images, it computes, and believes nobody."""

import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import MebenchError, WeightsUnavailable
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.submission.agreement import compare
from motionedit_bench.leaderboard.submission.answers import asks
from motionedit_bench.leaderboard.submission.pictures import Edits
from motionedit_bench.leaderboard.submission.standing import Standing
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge import COMPUTED
from motionedit_bench.predictions import SCORES
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.rows import Slot, counting, slot
from motionedit_bench.scoring.score import score

OWN_GAPS = ("missing", "failed", "refused", "corrupt")
"""Statuses that cost the model alone: of an edit that is not there, a board believes them."""

Row = dict[str, Any]
Way = tuple[str, str]
"""Name of a flow and size at which it runs."""
FLOW = "dis"
"""The flow beside which rows are computed that rest on none."""


@dataclass(frozen=True)
class Scope:
    """What is computed again: these items, of which some have no image.

    ``whole`` says whether that is all there is: what is computed of a sample vouches for nothing.
    """

    part: Benchmark
    imageless: frozenset[str]
    whole: bool


def scope_of(
    benchmark: Benchmark, images: Iterable[str], rows: Iterable[Row], sample: int | None, seed: int
) -> Scope:
    """All items, or a sample of those with images; without any image, those said to be not applicable."""
    there = sorted(images)
    if not there:
        doubtful = {row["item_id"] for row in rows if row["status"] == "not_applicable"}
        return Scope(_part(benchmark, doubtful), frozenset(doubtful), False)
    if sample is not None:
        drawn = set(random.Random(seed).sample(there, min(sample, len(there))))
        return Scope(_part(benchmark, drawn), frozenset(), False)
    return Scope(benchmark, benchmark.ids - set(there), True)


def _part(benchmark: Benchmark, ids: set[str]) -> Benchmark:
    """Some of its items; none at all cannot be a benchmark, and is the whole one, unused."""
    return replace(benchmark, items=benchmark.select(ids=ids)) if ids else benchmark


def recompute(
    edits: Edits, benchmark: Benchmark, rows: Sequence[Row], sample: int | None, verdict: Verdict
) -> list[Row]:
    """Score the submitted images, name what differs, and return the rows that count, with a ``standing``."""
    scope = scope_of(benchmark, edits.names, rows, sample, verdict.seed)
    wanted = [row for row in rows if not asks(row)]
    again: dict[Slot, Row] = {}
    if scope.whole or (sample != 0 and (edits.names or scope.imageless)):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "edits" / verdict.model
            folder.mkdir(parents=True)
            for item in scope.part.items:
                edits.put(item, folder, rows, verdict)
            ways = {} if verdict.findings else _by_way(wanted)
            for number, (way, own) in enumerate(ways.items()):
                again |= _score_again(scope.part, folder, way, own, Path(place) / str(number), verdict)
    ours = _compare_all(wanted, again, scope, verdict)
    _tell(edits, scope, sample, len(ours), verdict)
    believed = ours if scope.whole else {}
    claimed = [with_standing(row, "claimed") for row in wanted if slot(row) not in believed]
    reread = [with_standing(row, "reread") for row in rows if asks(row)]
    return [*(with_standing(row, "recomputed") for row in believed.values()), *claimed, *reread]


def with_standing(row: Mapping[str, Any], standing: Standing) -> Row:
    return {**row, "standing": standing}


def _tell(edits: Edits, scope: Scope, sample: int | None, count: int, verdict: Verdict) -> None:
    if not edits.names:
        verdict.note("without images: nothing is computed again, every figure is claimed")
    elif scope.whole:
        named = f"{count} scores of {len(scope.part.items)} items, {len(edits.names)} of them with images"
        verdict.note(f"computed again: {named}")
    else:
        drawn = min(sample or 0, len(edits.names))
        verdict.note(
            f"a quick look, which verifies nothing: {count} scores of {drawn} of {len(edits.names)} images "
            f"computed again, drawn with --seed {verdict.seed}"
        )


def _by_way(rows: Sequence[Row]) -> dict[Way, list[Row]]:
    """Rows by the instruments that they were made with."""
    found: dict[Way, list[Row]] = {}
    for row in sorted(rows, key=lambda row: str(_way(row))):
        found.setdefault(_way(row), []).append(row)
    return found


def _way(row: Mapping[str, Any]) -> Way:
    return row["detail"].get("flow") or FLOW, row["detail"].get("flow_size") or "input"


def _score_again(
    part: Benchmark, edits: Path, way: Way, rows: Sequence[Row], out: Path, verdict: Verdict
) -> dict[Slot, Row]:
    """The rows that scoring these edits in this way gives here."""
    flow, size = way
    metrics = sorted({row["metric"] for row in rows if not CATALOGUE[row["metric"]].judged})
    specs = sorted({row["detail"]["judge"] for row in rows if CATALOGUE[row["metric"]].judged})
    judges: list[JudgeGauge] = []
    unavailable: dict[Slot, Row] = {}
    try:
        instruments = Instruments(flow, size)
        for spec in specs:
            try:
                judges.append(JudgeGauge(COMPUTED.get(spec)(instruments)))
            except WeightsUnavailable:
                own = (row for row in rows if row["detail"].get("judge") == spec)
                unavailable |= {slot(row): {**row, "status": "unavailable"} for row in own}
        score(part, [edits], metrics, instruments, out, judges=judges)
    except MebenchError as error:
        verdict.find("recomputed", f"flow {flow}", error)
        return {}
    return counting(read_lines(out / verdict.model / SCORES)) | unavailable


def _compare_all(
    rows: Sequence[Row], again: Mapping[Slot, Row], scope: Scope, verdict: Verdict
) -> dict[Slot, Row]:
    """What counts of the rows made here; where the submitted ones differ from them, it is found."""
    told = {slot(row): row for row in rows if row["item_id"] in scope.part.ids}
    if again:
        for place in sorted(told.keys() - again.keys()):
            verdict.find("recomputed", f"{place[0]}, {place[1]}", "not a score that is made here")
    unavailable = {place[1:] for place, row in again.items() if row["status"] == "unavailable"}
    found = {}
    for place, row in again.items():
        if place[1:] in unavailable:
            continue
        if place[0] in scope.imageless:
            found[place] = _without_image(row, told.get(place), verdict)
        else:
            found[place] = row
    there = found.keys() & told.keys()
    both = (place for place in again if place in there and place[0] not in scope.imageless)
    compare(((told[place], found[place]) for place in both), verdict)
    for metric in sorted({place[0] for place in unavailable}):
        told_of = ", ".join(sorted({" ".join(place[1:]) for place in unavailable if place[0] == metric}))
        verdict.note(f"cannot be computed here: {metric} ({told_of}): its figures are claimed")
    return found


def _without_image(ours: Row, told: Mapping[str, Any] | None, verdict: Verdict) -> Row:
    """The row of an item without image: whether it can be scored at all is seen by its input and target."""
    if ours["status"] == "not_applicable":
        return ours
    if told is not None and told["status"] == "not_applicable":
        where = f"{ours['item_id']}, {ours['metric']}"
        verdict.find("recomputed", where, "said not to be applicable: it can be computed for this item")
    gap = {"value": None, "status": "missing", "reason": "no image in the submission"}
    if told is not None and told["status"] in OWN_GAPS:
        gap = {name: told[name] for name in gap}
    names = [*ours["variant"]["choice"], *ours["variant"]["versions"]]
    image = {"image": ""} if "image" in ours else {}
    return {**ours, **gap, **image, "detail": {name: ours["detail"][name] for name in names}}

"""Scores a sample of a submission again, from its images, and names what differs."""

import random
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, MebenchError
from motionedit_bench.files import read_lines
from motionedit_bench.images import decode, to_array
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.reading import Contents
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge import COMPUTED
from motionedit_bench.predictions import SCORES
from motionedit_bench.records import Item
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.rows import Slot, counting, slot
from motionedit_bench.scoring.score import score

RECOMPUTED_TO = 1e-3
"""A recomputed value may differ by this share of its metric's range: other processors, other roundings."""


Way = tuple[str | None, str | None]
"""Name of the flow and size at which it runs, as far as a row has them."""


def recompute(
    contents: Contents, benchmark: Benchmark, rows: list[dict[str, Any]], sample: int, verdict: Verdict
) -> None:
    """Score a sample of items again, from the images, and name what differs."""
    images = {item_of(name): name for name in contents.sizes if name.startswith(form.IMAGES)}
    if not images or not sample:
        why = "without images" if not images else "a sample of 0"
        verdict.notes.append(f"{why}: nothing is computed again")
        return
    drawn = sorted(random.Random(verdict.seed).sample(sorted(images), min(sample, len(images))))
    part = replace(benchmark, items=benchmark.select(ids=drawn))
    wanted = [row for row in rows if row["item_id"] in set(drawn) and _deterministic(row)]
    again: dict[Slot, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as place:
        edits = Path(place) / "edits" / verdict.model
        edits.mkdir(parents=True)
        for item in part.items:
            _put_edit(contents, images[item.id], item, edits, verdict)
        for number, (way, own) in enumerate(_by_way(wanted).items()):
            again |= _score_again(part, edits, way, own, Path(place) / str(number), verdict)
    compared = sum(_compare(row, again.get(slot(row)), verdict) for row in wanted)
    verdict.notes.append(
        f"computed again: {compared} of {len(wanted)} scores of {len(drawn)} of {len(images)} images, "
        f"drawn with --seed {verdict.seed}"
    )


def _put_edit(contents: Contents, name: str, item: Item, edits: Path, verdict: Verdict) -> None:
    """Put a submitted image where it can be scored, if it is one and not the target itself."""
    content = contents.read(name)
    try:
        edit = decode(content)
    except ImageError as error:
        verdict.find("image", item.id, error)
        return
    if _is_target(edit, item):
        verdict.find("image", item.id, "the target's own pixels, which no model makes")
    (edits / Path(name).name).write_bytes(content)


def _by_way(rows: list[dict[str, Any]]) -> dict[Way, list[dict[str, Any]]]:
    """Rows by the instruments that they were made with."""
    found: dict[Way, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: str(_way(row))):
        found.setdefault(_way(row), []).append(row)
    return found


def _way(row: Mapping[str, Any]) -> Way:
    return row["detail"].get("flow"), row["detail"].get("flow_size")


def _score_again(
    part: Benchmark, edits: Path, way: Way, rows: list[dict[str, Any]], out: Path, verdict: Verdict
) -> dict[Slot, dict[str, Any]]:
    """The rows that scoring these edits in this way gives here."""
    flow, size = way
    metrics = sorted({row["metric"] for row in rows if not CATALOGUE[row["metric"]].judged})
    specs = sorted({row["detail"]["judge"] for row in rows if CATALOGUE[row["metric"]].judged})
    try:
        instruments = Instruments(flow or "dis", size or "input")
        judges = [JudgeGauge(COMPUTED.get(spec)(instruments)) for spec in specs]
        score(part, [edits], metrics, instruments, out, judges=judges)
    except MebenchError as error:
        verdict.find("recomputed", f"flow {flow}", error)
        return {}
    return counting(read_lines(out / verdict.model / SCORES))


def _compare(row: Mapping[str, Any], new: Mapping[str, Any] | None, verdict: Verdict) -> bool:
    """Whether the row could be computed again; where that gave something else, it is found."""
    where = f"{row['item_id']}, {row['metric']}"
    if new is None:
        verdict.find("recomputed", where, "not a score that is made here")
        return False
    if new["status"] == "unavailable":
        return False
    close = row["value"] is not None and new["value"] is not None
    if close:
        close = abs(row["value"] - new["value"]) <= RECOMPUTED_TO * CATALOGUE[row["metric"]].range
    if not close and (row["value"], row["status"]) != (new["value"], new["status"]):
        told = f"submitted {row['value']} ({row['status']}), computed {new['value']} ({new['status']})"
        verdict.find("recomputed", where, told)
    return True


def _is_target(edit: Image.Image, item: Item) -> bool:
    try:
        target = decode(item.target.read()) if item.target else None
    except ImageError:  # the benchmark's own fault
        return False
    return target is not None and np.array_equal(to_array(edit), to_array(target))


def _deterministic(row: Mapping[str, Any]) -> bool:
    if row["status"] not in ("ok", "not_applicable"):
        return False
    return not CATALOGUE[row["metric"]].judged or row["detail"].get("judge") in COMPUTED


def item_of(name: str) -> str:
    """The item that an image's file name stands for.

    >>> item_of("images/item-1.png")
    'item-1'
    """
    return name.removeprefix(form.IMAGES).rpartition(".")[0]

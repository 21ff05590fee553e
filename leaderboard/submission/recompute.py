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
from motionedit_bench.images import decode, to_array
from motionedit_bench.journal import read_lines
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.reading import Contents
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.metrics.base import Instruments
from motionedit_bench.metrics.catalogue import CATALOGUE, JUDGED
from motionedit_bench.metrics.judge.offline import ReferenceJudge
from motionedit_bench.predictions import SCORES
from motionedit_bench.records import Item
from motionedit_bench.scores import slot
from motionedit_bench.scoring import score

RECOMPUTED_TO = 1e-3
"""A recomputed value may differ by this share of its metric's range: other processors, other roundings."""


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
    again: dict[tuple[str, ...], dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as place:
        edits = Path(place) / "edits" / verdict.model
        edits.mkdir(parents=True)
        for item in part.items:
            content = contents.read(images[item.id])
            try:
                edit = decode(content)
            except ImageError as error:
                verdict.find("image", item.id, error)
                continue
            if _is_target(edit, item):
                verdict.find("image", item.id, "the target's own pixels, which no model makes")
            (edits / Path(images[item.id]).name).write_bytes(content)
        ways = {(row["detail"].get("flow"), row["detail"].get("flow_size")) for row in wanted}
        for number, (flow, size) in enumerate(sorted(ways, key=str)):
            out = Path(place) / str(number)
            own = [
                row
                for row in wanted
                if (row["detail"].get("flow"), row["detail"].get("flow_size")) == (flow, size)
            ]
            try:
                instruments = Instruments(flow or "dis", size or "input")
                names = sorted({row["metric"] for row in own if row["metric"] not in JUDGED})
                judges = [ReferenceJudge(instruments)] if any(row["metric"] in JUDGED for row in own) else []
                score(part, [edits], names, instruments, out, judges=judges)
            except MebenchError as error:
                verdict.find("recomputed", f"flow {flow}", error)
                continue
            again |= {slot(row): row for row in read_lines(out / verdict.model / SCORES)}
    compared = 0
    for row in wanted:
        new = again.get(slot(row))
        if new is None:
            verdict.find("recomputed", f"{row['item_id']}, {row['metric']}", "not a score that is made here")
            continue
        if new["status"] == "unavailable":
            continue
        compared += 1
        close = row["value"] is not None and new["value"] is not None
        if close:
            close = abs(row["value"] - new["value"]) <= RECOMPUTED_TO * CATALOGUE[row["metric"]].range
        if not close and (row["value"], row["status"]) != (new["value"], new["status"]):
            told = f"submitted {row['value']} ({row['status']}), computed {new['value']} ({new['status']})"
            verdict.find("recomputed", f"{row['item_id']}, {row['metric']}", told)
    verdict.notes.append(
        f"computed again: {compared} of {len(wanted)} scores of {len(drawn)} of {len(images)} images, "
        f"drawn with --seed {verdict.seed}"
    )


def _is_target(edit: Image.Image, item: Item) -> bool:
    try:
        target = decode(item.target.read()) if item.target else None
    except ImageError:  # the benchmark's own fault
        return False
    return target is not None and np.array_equal(to_array(edit), to_array(target))


def _deterministic(row: Mapping[str, Any]) -> bool:
    if row["status"] not in ("ok", "not_applicable"):
        return False
    judged = row["metric"] in JUDGED
    return (row["detail"].get("judge") == ReferenceJudge.spec) if judged else row["metric"] in CATALOGUE


def item_of(name: str) -> str:
    """The item that an image's file name stands for.

    >>> item_of("images/item-1.png")
    'item-1'
    """
    return name.removeprefix(form.IMAGES).rpartition(".")[0]

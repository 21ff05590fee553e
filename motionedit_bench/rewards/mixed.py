"""Rewards by metrics and judges of the harness, on the pictures that a training makes."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from PIL import Image

from motionedit_bench.errors import ImageError, NotApplicable, explain
from motionedit_bench.metrics.comparison import Comparison, Together
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.records import Item, Status
from motionedit_bench.rewards.base import Pixels, Rewarded
from motionedit_bench.rewards.combine import Part, combine
from motionedit_bench.scoring.finding import Finding
from motionedit_bench.scoring.gauge import Gauge
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.open import Task

KEPT = 32
"""Items whose pictures and target's flow are held: those of a step, and some more."""

Findings = dict[str, Finding]


class MixedReward:
    """Rewards that are measured and judged here, mixed; see `motionedit_bench.rewards.combine.combine`.

    Each part's value is the score that `mebench score` writes for a PNG file of the same picture: the same
    gauges look at the same comparison, on one thread each, so that sums do not depend on how many there are.

    Args:
        parts: what is mixed. gauges: what measures each part, by its name, and as which metric; a part's
            gauge that asks a judge over a network is waited for, many calls at once.
        told: what `facts` says besides the gauges' versions.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        gauges: Mapping[str, tuple[Gauge, str]],
        instruments: Instruments,
        told: Mapping[str, Any],
    ) -> None:
        self.parts = tuple(parts)
        self._instruments = instruments
        self._told = dict(told)
        self._gauges = dict(gauges)
        calls = {name: _calls(gauge) for name, (gauge, _) in gauges.items()}
        self._asking = {name for name, at_once in calls.items() if at_once}
        self._workers = ThreadPoolExecutor(
            len(os.sched_getaffinity(0)), initializer=lambda: torch.set_num_threads(1)
        )
        self._callers = ThreadPoolExecutor(max(calls.values()) or 1)
        self._task = lru_cache(KEPT)(lambda item: Task(item, instruments))

    def score(self, item: Item, pictures: Sequence[Pixels]) -> list[Rewarded]:
        """What each edit of the item is worth; see `motionedit_bench.rewards.base.Reward`.

        Raises:
            ValueError: a picture is no array (H, W, 3) of uint8.
            StorageError: a judge's answers cannot be kept, and would be paid for twice.
        """
        images = [Image.fromarray(_checked(one)) for one in pictures]
        try:
            task = self._task(item)
            task.scene  # noqa: B018 (decodes the input)
        except (NotApplicable, ImageError, OSError) as error:
            status: Status = "not_applicable" if isinstance(error, NotApplicable) else "failed"
            return [Rewarded(None, status, explain(error)) for _ in images]
        asked = [self._callers.submit(self._ask, task, image) for image in images]
        found = self._measure(task, images)
        said = [one.result() for one in asked]
        return [combine(self.parts, {**a, **b}) for a, b in zip(found, said, strict=True)]

    def facts(self) -> dict[str, Any]:
        """What a manifest says of it: weights, what was chosen, versions; JSON values."""
        versions = {
            name: {"metric": metric, **gauge.choice, **gauge.versions}
            for name, (gauge, metric) in self._gauges.items()
        }
        return {**self._told, "versions": versions}

    def close(self) -> None:
        """End its threads; what is under way is waited for, and nothing more is begun."""
        self._callers.shutdown(cancel_futures=True)
        self._workers.shutdown(cancel_futures=True)

    def _measure(self, task: Task, images: Sequence[Image.Image]) -> list[Findings]:
        """What is measured of each edit, so many at a time as the flow takes.

        The first ones are waited for: what they need of the item itself, the others find made.
        """
        batch = self._instruments.flow_options.get("batch", 1)
        chunks = [images[start : start + batch] for start in range(0, len(images), batch)]
        first = [self._workers.submit(self._chunk, task, one).result() for one in chunks[:1]]
        rest = [self._workers.submit(self._chunk, task, one) for one in chunks[1:]]
        return [found for chunk in (*first, *(one.result() for one in rest)) for found in chunk]

    def _chunk(self, task: Task, images: Sequence[Image.Image]) -> list[Findings]:
        together = Together() if len(images) > 1 else None
        edits = [Comparison(task.scene, image, None, together) for image in images]
        return [self._findings(task.item, edit, asking=False) for edit in edits]

    def _ask(self, task: Task, image: Image.Image) -> Findings:
        return self._findings(task.item, Comparison(task.scene, image), asking=True)

    def _findings(self, item: Item, edit: Comparison, asking: bool) -> Findings:
        """By part; what one gauge finds for several parts is asked for once."""
        mine = {name: own for name, own in self._gauges.items() if (name in self._asking) == asking}
        found: dict[Gauge, Mapping[str, Finding]] = {}
        for gauge, _ in mine.values():
            if gauge not in found:
                found[gauge] = gauge.measure(item, edit)
        return {name: found[gauge][metric] for name, (gauge, metric) in mine.items()}


def _calls(gauge: Gauge) -> int:
    """How many edits it may be asked about at once, if it asks a model; otherwise 0: it computes."""
    judge = gauge.judge if isinstance(gauge, JudgeGauge) else None
    return judge.concurrency if judge is not None and judge.asks else 0


def _checked(picture: Pixels) -> Pixels:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"a picture must be uint8 (H, W, 3), but got {picture.dtype} {tuple(picture.shape)}")
    return np.ascontiguousarray(picture)

"""Metrics: pure functions on arrays, and thin classes that turn a comparison into a score.

These are there by name without importing PyTorch until one is used::

    from motionedit_bench.metrics import Metric, MotionReward, motion_alignment_score, motion_reward
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from motionedit_bench.metrics.catalogue import CATALOGUE, DEFAULT_METRICS, METRICS
from motionedit_bench.metrics.facts import Facts

if TYPE_CHECKING:
    from motionedit_bench.metrics.base import Measurement, Metric
    from motionedit_bench.metrics.functional.motion_alignment import motion_alignment_score
    from motionedit_bench.metrics.functional.reward import motion_reward
    from motionedit_bench.metrics.training import MotionReward

_EXPORTS = {
    "Measurement": "base",
    "Metric": "base",
    "motion_alignment_score": "functional.motion_alignment",
    "motion_reward": "functional.reward",
    "MotionReward": "training",
}


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "CATALOGUE",
    "DEFAULT_METRICS",
    "METRICS",
    "Facts",
    "Measurement",
    "Metric",
    "MotionReward",
    "motion_alignment_score",
    "motion_reward",
]

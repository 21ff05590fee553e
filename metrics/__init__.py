"""Metrics: pure functions on arrays, and thin classes that turn a comparison into a score.

These are there by name without importing PyTorch until one is used::

    from motionedit_bench.metrics import MotionReward, motion_alignment_score, motion_reward
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from motionedit_bench.metrics.catalogue import CATALOGUE, DEFAULT_METRICS
from motionedit_bench.registry import Registry

if TYPE_CHECKING:
    from motionedit_bench.metrics.base import Metric
    from motionedit_bench.metrics.motion_alignment import motion_alignment_score
    from motionedit_bench.metrics.reward import motion_reward
    from motionedit_bench.metrics.training import MotionReward

METRICS: "Registry[Metric]" = Registry("metric")
for _name, _facts in CATALOGUE.items():
    if _facts.target is not None:
        METRICS.register(_name, f"motionedit_bench.metrics.{_facts.target}")

_EXPORTS = {
    "motion_alignment_score": "motion_alignment",
    "motion_reward": "reward",
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
    "MotionReward",
    "motion_alignment_score",
    "motion_reward",
]

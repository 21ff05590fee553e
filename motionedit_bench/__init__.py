"""MotionEdit-Bench: run, score and compare motion-centric image editors.

One flow, and the tree reads like it::

    Benchmark -> Item -> Adapter.edit -> Prediction -> Metric.score -> Score -> Leaderboard

Importing this package imports nothing heavy, nor do the names below until one is used.
"""

from typing import Any

from motionedit_bench.version import VERSION as __version__

__all__ = ["Board", "__version__", "load_board", "load_scores", "run", "score"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from motionedit_bench import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

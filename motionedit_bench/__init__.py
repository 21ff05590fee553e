"""MotionEdit-Bench: run, score and compare motion-centric image editors.

One flow, and the tree reads like it::

    Benchmark -> Item -> Adapter.edit -> Prediction -> Metric.score -> Score -> Leaderboard

Importing this package imports nothing heavy.
"""

from motionedit_bench.version import VERSION as __version__

__all__ = ["__version__"]

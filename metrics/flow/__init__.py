"""Estimators of dense optical flow, by name.

Scores by different flows are different metrics: none stands in for another.
"""

from motionedit_bench.metrics.flow.base import FlowEstimator
from motionedit_bench.registry import Registry

FLOWS: Registry[FlowEstimator] = Registry("flow", group="motionedit_bench.flows")

for _name, _target in {
    "unimatch": "unimatch:UniMatch",
    "raft_large": "raft:RaftLarge",
    "raft_small": "raft:RaftSmall",
    "gmflow": "global_matching:GlobalMatching",
    "far": "far:Far",
    "dis": "dis:Dis",
    "tvl1": "tvl1:TvL1",
}.items():
    FLOWS.register(_name, f"motionedit_bench.metrics.flow.{_target}")

__all__ = ["FLOWS", "FlowEstimator"]

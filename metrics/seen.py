"""The Motion Alignment Score of those items alone whose target's motion the estimator saw."""

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.base import Measurement
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.functional.trust import SEEN
from motionedit_bench.metrics.motion import FlowMetric, alignment_terms


class MasSeen(FlowMetric):
    """`mas`, unchanged, where the target's flow can be trusted; elsewhere no number, 0 to 100.

    Item and estimator alone decide which items count: they are the same for all models. The threshold
    is `trust.SEEN`. Flows run at the input's size.
    """

    name = "mas_seen"

    def compare(self, comparison: Comparison) -> Measurement:
        scene, found = comparison.scene, comparison.alignment
        if not scene.trust.seen:
            raise NotApplicable(f"the target's motion cannot be seen by {scene.flows.name}")
        terms = {"seen_from": SEEN, "flow_explained": scene.trust.explained}
        return Measurement(float(found.score), alignment_terms(found, comparison) | terms)

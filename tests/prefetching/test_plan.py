"""What can be brought, and what cannot."""

from motionedit_bench.prefetching.bringing import look
from motionedit_bench.prefetching.plan import Plan


def test_a_served_model_is_never_here():
    adapters = ("shift", "gemini_images", "flux_2_pro")
    found = {one.need.name: one.state for one in look(Plan(adapters=adapters).needs())}
    served = "needs a network each time"
    assert found == {"shift": "here", "gemini_images": served, "flux_2_pro": served}

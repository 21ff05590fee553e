"""What the figures of benchmarks show, in words; pure."""

from collections.abc import Sequence

from motionedit_bench.mining.stats.motion import Profile
from motionedit_bench.mining.stats.table import summary
from motionedit_bench.texts import visible


def captions(profiles: Sequence[Profile]) -> dict[str, str]:
    """What each figure shows, in words."""
    of = "; ".join(
        f"{visible(one.name)}, {len(one.magnitudes)} of {len(one.motions)} items, "
        f"fingerprint {one.fingerprint[:12]}"
        for one in profiles
    )
    means = ", ".join("-" if (mean := summary(one)["mean"]) is None else f"{mean:.3f}" for one in profiles)
    flow = profiles[0].flow
    return {
        "motion": f"Mean motion from input to target by {flow}, as a share of the diagonal: how many of the "
        f"items have how much. Orange: the mean, {means}. The last bin holds what is beyond. {of}.",
        "directions": f"Share of the motion by direction, by {flow}: the mean over items. {of}.",
        "categories": f"Share of the items by category, and how many they are. {of}.",
    }

"""The values that metrics can have."""

from collections.abc import Mapping

from motionedit_bench.metrics.catalogue import JUDGED

BOUNDS: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("mas", "mas_noop", "mas_confident"), (0, 100)),
    **dict.fromkeys(("ssim", "still_ssim", "clip_i", "clip_dir", "dino"), (-1, 1)),
    **dict.fromkeys(("motion_reward", "motion_iou"), (0, 1)),
    **dict.fromkeys(("psnr", "still_psnr"), (0, 100)),
    **dict.fromkeys(("lpips", "still_lpips", "moved_lpips"), (0, 10)),
    **dict.fromkeys(JUDGED, (0, 5)),
    "motion_gain": (-100, 100),
    "motion_magnitude": (0, 10),
    "epe": (0, 1000),
}
"""No value of a metric can lie outside."""

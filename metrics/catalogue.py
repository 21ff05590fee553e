"""The names of all metrics with their facts; importing it imports nothing heavy.

The harness's own stand in the table. A metric of another package joins by an entry point of the group
`GROUP` and has its facts on its class, which is imported when they are first asked for.
"""

from typing import Any

from motionedit_bench.metrics.facts import Catalogue, Facts
from motionedit_bench.registry import Registry

GROUP = "motionedit_bench.metrics"
"""The group of entry points by which metrics of other packages join."""

BUILT_IN: dict[str, Facts] = {
    "mas": Facts(
        target="motion:Mas",
        better="higher",
        worst=0.0,
        bounds=(0, 100),
        digits=2,
        default=True,
        about="Motion Alignment Score, 0 to 100 (paper's definition)",
    ),
    "mas_seen": Facts(
        target="seen:MasSeen",
        better="higher",
        worst=0.0,
        bounds=(0, 100),
        digits=2,
        default=True,
        about="MAS of the items whose target's motion the flow can see, 0 to 100",
    ),
    "motion_gain": Facts(
        target="motion:MotionGain",
        better="higher",
        worst=-100.0,
        bounds=(-100, 100),
        digits=2,
        default=True,
        about="MAS without its static rule, minus that of doing nothing",
    ),
    "mas_noop": Facts(
        target="motion:MasNoop",
        better=None,
        worst=None,
        bounds=(0, 100),
        digits=2,
        default=True,
        about="MAS of the input itself, without the static rule",
    ),
    "motion_magnitude": Facts(
        target="motion:MotionMagnitude",
        better=None,
        worst=None,
        bounds=(0, 10),
        digits=4,
        default=True,
        about="mean motion of the target, share of the diagonal",
    ),
    "motion_reward": Facts(
        target="motion:Reward",
        better="higher",
        worst=0.0,
        bounds=(0, 1),
        digits=3,
        about="MotionNFT training reward, 0 to 1 (released code)",
    ),
    "mas_confident": Facts(
        target="where_motion_is:ConfidentMas",
        better="higher",
        worst=0.0,
        bounds=(0, 100),
        digits=2,
        about="MAS in which pixels count as far as the target's flow can be trusted, 0 to 100",
    ),
    "motion_iou": Facts(
        target="where_motion_is:MotionIou",
        better="higher",
        worst=0.0,
        bounds=(0, 1),
        digits=4,
        about="overlap of what moves with the target's, 0 to 1",
    ),
    "epe": Facts(
        target="where_motion_is:EndPointError",
        better="lower",
        worst=100.0,
        bounds=(0, 1000),
        digits=3,
        about="mean end-point error where the target moves, % of the diagonal",
    ),
    "moved_place": Facts(
        target="moved_place:MovedPlace",
        better="higher",
        worst=0.0,
        bounds=(0, 1),
        digits=4,
        about="how near the subject is to its place in the target, by matched points, 0 to 1",
    ),
    "moved_identity": Facts(
        target="moved_identity:MovedIdentity",
        better="higher",
        worst=-1.0,
        bounds=(-1, 1),
        digits=4,
        about="DINO similarity of what moves in the input and of the same in the edit, -1 to 1",
    ),
    "pose_alignment": Facts(
        target="pose:PoseAlignment",
        better="higher",
        worst=-1.0,
        bounds=(-1, 1),
        digits=3,
        about="how near a person's joints are to their places in the target, -1 to 1 (experimental)",
    ),
    "still_ssim": Facts(
        target="where_motion_is:StillSsim",
        better="higher",
        worst=-1.0,
        bounds=(-1, 1),
        digits=4,
        about="structural similarity to the input where the target is still, -1 to 1",
    ),
    "still_psnr": Facts(
        target="where_motion_is:StillPsnr",
        better="higher",
        worst=0.0,
        bounds=(0, 100),
        digits=2,
        about="peak signal-to-noise ratio to the input where the target is still, dB",
    ),
    "still_lpips": Facts(
        target="where_motion_is:StillLpips",
        better="lower",
        worst=1.0,
        bounds=(0, 10),
        digits=4,
        about="learned perceptual distance to the input where the target is still (AlexNet)",
    ),
    "moved_lpips": Facts(
        target="where_motion_is:MovedLpips",
        better="lower",
        worst=1.0,
        bounds=(0, 10),
        digits=4,
        about="learned perceptual distance to the target where it moves (AlexNet)",
    ),
    "clip_i": Facts(
        target="semantic:ClipI",
        better="higher",
        worst=-1.0,
        bounds=(-1, 1),
        digits=4,
        about="CLIP similarity of image and target, -1 to 1",
    ),
    "clip_dir": Facts(
        target="semantic:ClipDirection",
        better="higher",
        worst=-1.0,
        bounds=(-1, 1),
        digits=4,
        about="agreement of the change with the target's, in CLIP's image space, -1 to 1",
    ),
    "dino": Facts(
        target="semantic:Dino",
        better="higher",
        worst=-1.0,
        bounds=(-1, 1),
        digits=4,
        about="DINO similarity of image and target, -1 to 1",
    ),
    "ssim": Facts(
        target="against_target:Ssim",
        better="higher",
        worst=-1.0,
        bounds=(-1, 1),
        digits=4,
        default=True,
        about="structural similarity to the target, -1 to 1",
    ),
    "psnr": Facts(
        target="against_target:Psnr",
        better="higher",
        worst=0.0,
        bounds=(0, 100),
        digits=2,
        default=True,
        about="peak signal-to-noise ratio to the target, dB",
    ),
    "lpips": Facts(
        target="against_target:LpipsDistance",
        better="lower",
        worst=1.0,
        bounds=(0, 10),
        digits=4,
        default=True,
        about="learned perceptual distance to the target (AlexNet)",
    ),
    "fidelity": Facts(
        better="higher",
        worst=0.0,
        bounds=(0, 5),
        digits=2,
        judged=True,
        about="judge: was the motion carried out, 0 to 5",
    ),
    "preservation": Facts(
        better="higher",
        worst=0.0,
        bounds=(0, 5),
        digits=2,
        judged=True,
        about="judge: is all else kept, 0 to 5",
    ),
    "coherence": Facts(
        better="higher",
        worst=0.0,
        bounds=(0, 5),
        digits=2,
        judged=True,
        about="judge: is the picture sound, 0 to 5",
    ),
    "overall": Facts(
        better="higher",
        worst=0.0,
        bounds=(0, 5),
        digits=2,
        judged=True,
        about="judge: mean of the three, 0 to 5",
    ),
    "win_rate": Facts(
        better="higher",
        worst=0.0,
        bounds=(0, 100),
        digits=2,
        derived=True,
        about="pairwise win rate by overall, 0 to 100",
    ),
}

METRICS: Registry[Any] = Registry("metric", GROUP)
"""The classes of all metrics that are measured, `base.Metric`."""
for _name, _facts in BUILT_IN.items():
    if _facts.target is not None:
        METRICS.register(_name, f"motionedit_bench.metrics.{_facts.target}")


CATALOGUE = Catalogue(BUILT_IN, METRICS)

DEFAULT_METRICS = tuple(name for name, facts in BUILT_IN.items() if facts.default)

JUDGED = tuple(name for name, facts in BUILT_IN.items() if facts.judged)
"""The metrics that a judge gives; `win_rate` follows from the last of them and from other models'."""

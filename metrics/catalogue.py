"""The names of all metrics, with the facts that tables need; importing it imports nothing heavy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What is fixed about a metric.

    Attributes:
        target: where its class is, below ``motionedit_bench.metrics``; ``None`` for those that are
            known from published tables alone.
        better: whether a higher or a lower value is better; ``None`` for what describes an item.
        worst: the value that a failed item counts as in ``mean_failed_as_worst``; ``None`` where
            there is no worst, so that no such mean is given.
        digits: decimals in tables.
        default: whether `mebench score` computes it unasked.
        about: one line for people.
    """

    target: str | None
    better: str | None
    worst: float | None
    digits: int
    default: bool
    about: str


CATALOGUE: dict[str, Facts] = {
    "mas": Facts(
        "motion:Mas", "higher", 0.0, 2, True, "Motion Alignment Score, 0 to 100 (paper's definition)"
    ),
    "motion_gain": Facts(
        "motion:MotionGain",
        "higher",
        -100.0,
        2,
        True,
        "MAS without its static rule, minus that of doing nothing",
    ),
    "mas_noop": Facts(
        "motion:MasNoop", None, None, 2, True, "MAS of the input itself, without the static rule"
    ),
    "motion_magnitude": Facts(
        "motion:MotionMagnitude", None, None, 4, True, "mean motion of the target, share of the diagonal"
    ),
    "motion_reward": Facts(
        "motion:Reward", "higher", 0.0, 3, False, "MotionNFT training reward, 0 to 1 (released code)"
    ),
    "mas_confident": Facts(
        "where_motion_is:ConfidentMas",
        "higher",
        0.0,
        2,
        False,
        "MAS in which pixels count as far as the target's flow can be trusted, 0 to 100",
    ),
    "motion_iou": Facts(
        "where_motion_is:MotionIou",
        "higher",
        0.0,
        4,
        False,
        "overlap of what moves with the target's, 0 to 1",
    ),
    "epe": Facts(
        "where_motion_is:EndPointError",
        "lower",
        100.0,
        3,
        False,
        "mean end-point error where the target moves, % of the diagonal",
    ),
    "still_ssim": Facts(
        "where_motion_is:StillSsim",
        "higher",
        -1.0,
        4,
        False,
        "structural similarity to the input where the target is still, -1 to 1",
    ),
    "still_psnr": Facts(
        "where_motion_is:StillPsnr",
        "higher",
        0.0,
        2,
        False,
        "peak signal-to-noise ratio to the input where the target is still, dB",
    ),
    "still_lpips": Facts(
        "where_motion_is:StillLpips",
        "lower",
        1.0,
        4,
        False,
        "learned perceptual distance to the input where the target is still (AlexNet)",
    ),
    "moved_lpips": Facts(
        "where_motion_is:MovedLpips",
        "lower",
        1.0,
        4,
        False,
        "learned perceptual distance to the target where it moves (AlexNet)",
    ),
    "clip_i": Facts(
        "semantic:ClipI", "higher", -1.0, 4, False, "CLIP similarity of image and target, -1 to 1"
    ),
    "clip_dir": Facts(
        "semantic:ClipDirection",
        "higher",
        -1.0,
        4,
        False,
        "agreement of the change with the target's, in CLIP's image space, -1 to 1",
    ),
    "dino": Facts("semantic:Dino", "higher", -1.0, 4, False, "DINO similarity of image and target, -1 to 1"),
    "ssim": Facts(
        "against_target:Ssim", "higher", -1.0, 4, True, "structural similarity to the target, -1 to 1"
    ),
    "psnr": Facts(
        "against_target:Psnr", "higher", 0.0, 2, True, "peak signal-to-noise ratio to the target, dB"
    ),
    "lpips": Facts(
        "against_target:LpipsDistance",
        "lower",
        1.0,
        4,
        True,
        "learned perceptual distance to the target (AlexNet)",
    ),
    "fidelity": Facts(None, "higher", 0.0, 2, False, "judge: was the motion carried out, 0 to 5"),
    "preservation": Facts(None, "higher", 0.0, 2, False, "judge: is all else kept, 0 to 5"),
    "coherence": Facts(None, "higher", 0.0, 2, False, "judge: is the picture sound, 0 to 5"),
    "overall": Facts(None, "higher", 0.0, 2, False, "judge: mean of the three, 0 to 5"),
    "win_rate": Facts(None, "higher", 0.0, 2, False, "pairwise win rate by overall, 0 to 100"),
}

DEFAULT_METRICS = tuple(name for name, facts in CATALOGUE.items() if facts.default)

JUDGED = ("fidelity", "preservation", "coherence", "overall")
"""The metrics that a judge gives; `win_rate` follows from the last of them and from other models'."""

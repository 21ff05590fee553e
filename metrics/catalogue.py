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

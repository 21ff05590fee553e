"""How a training goes: every number of it, with the released values as defaults."""

from dataclasses import asdict, dataclass
from typing import Any

from motionedit_bench.errors import UsageError

TARGETS = (
    "attn.to_q", "attn.to_k", "attn.to_v", "attn.to_out.0",
    "attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj", "attn.to_add_out",
)  # fmt: skip
"""The layers that the release adapts: the attention's, of pictures and of text."""

LARGEST, MOST = 1e30, 2**31
"""What float32 and tensors' sizes can hold, with room for what is computed of it."""


@dataclass(frozen=True)
class Recipe:
    """The settings of MotionNFT (arXiv 2512.10284; `train/` of its released code, whose values these are).

    Attributes:
        seed: of every draw: items, noise, times, the LoRA's start.
        steps: optimiser steps. The release names none; its published pictures are of step 210.
        prompts: items a step. images: edits of each of them.
        micro_batch: images that pass through the transformer at once; moves memory and speed alone.
        sampling_steps: of the edits that are trained on. The release solves by a second-order method, this by
            Euler's: the pipeline of FLUX.1 Kontext takes no other.
        timestep_fraction: of the sampling's times, how many each edit is trained at.
        beta: how far the policy is pushed from the old one; 1 in the release.
        negative: weight of the loss's negative half; 1 but for ablations.
        kl_weight: of the distance to the model without LoRA. The paper names no such term.
        advantage_clip: in standard deviations of the step's rewards.
        flat_std: a group whose rewards spread no more than this teaches nothing, and is skipped.
        good_mean: a group whose mean reaches this is skipped; one that is flat as well is never drawn again.
        learning_rate: of AdamW. max_grad_norm: the gradient is cut to this length.
        rank, alpha, targets: of the LoRA.
        evaluation_steps: of the held-out edits. eval_every: optimiser steps between two evaluations.
        patience: evaluations without a better held-out reward after which the training ends; 0 for never.
            Those in which an item has no reward do not count: they are of other items. The release has none.
        save_every: optimiser steps between two checkpoints.
        checkpointing: whether activations are computed again rather than kept.

    Raises (on construction):
        UsageError: a value that no training can have.
    """

    seed: int = 42
    steps: int = 300
    prompts: int = 24
    images: int = 8
    micro_batch: int = 2
    sampling_steps: int = 6
    timestep_fraction: float = 0.99
    beta: float = 1.0
    negative: float = 1.0
    kl_weight: float = 1e-4
    advantage_clip: float = 5.0
    flat_std: float = 0.05
    good_mean: float = 0.9
    learning_rate: float = 3e-4
    max_grad_norm: float = 1.0
    rank: int = 32
    alpha: int = 64
    targets: tuple[str, ...] = TARGETS
    evaluation_steps: int = 15
    eval_every: int = 50
    patience: int = 0
    save_every: int = 30
    checkpointing: bool = True

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, float):
                _check(name, value, abs(value) < LARGEST, f"a finite number below {LARGEST:g}")
            elif isinstance(value, int) and name != "seed":
                _check(name, value, value < MOST, f"below {MOST}")
        _check("seed", self.seed, abs(self.seed) < 2**63, "a number of 64 bits")
        for name in ("steps", "prompts", "micro_batch", "sampling_steps", "rank", "alpha", "evaluation_steps",
                     "eval_every", "save_every"):  # fmt: skip
            _check(name, getattr(self, name), getattr(self, name) >= 1, "at least 1")
        _check("images", self.images, self.images >= 2, "at least 2, for edits are compared with each other")
        _check("patience", self.patience, self.patience >= 0, "at least 0")
        for name in ("beta", "advantage_clip", "learning_rate", "max_grad_norm"):
            _check(name, getattr(self, name), getattr(self, name) > 0, "above 0")
        for name in ("negative", "kl_weight", "flat_std"):
            _check(name, getattr(self, name), getattr(self, name) >= 0, "at least 0")
        _check("timestep_fraction", self.timestep_fraction, 0 < self.timestep_fraction <= 1, "in 0..1")
        _check(
            "sampling_steps", self.sampling_steps, self.trained_times >= 1, "enough for one time to train at"
        )
        _check("targets", self.targets, bool(self.targets), "at least one")

    @property
    def trained_times(self) -> int:
        """At how many times each edit is trained: 5 in the release."""
        return int(self.sampling_steps * self.timestep_fraction)

    def told(self) -> dict[str, Any]:
        """As JSON values, for ``run.json``."""
        return {**asdict(self), "targets": list(self.targets)}


def _check(name: str, value: object, fits: bool, allowed: str) -> None:
    if not fits:
        raise UsageError(f"{name} must be {allowed}, but got {value}")

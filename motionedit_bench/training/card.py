"""What a trained LoRA says of itself: the file ``training.json`` that lies beside its weights."""

from collections.abc import Mapping
from typing import Any

from motionedit_bench.adapters.diffusers.lora import TRAINING
from motionedit_bench.records import digest

FORMAT = 1


def training_card(
    data: Mapping[str, Any], reward: Mapping[str, Any], step: int, weights: bytes
) -> dict[str, Any]:
    """The content of ``training.json``; JSON values, and no path of this machine.

    `mebench run --set lora=FOLDER` carries it into the run's manifest, and boards mark a model that was
    trained on the benchmark's own training set.

    Args:
        data: what `motionedit_bench.training.data.TrainingSet.told` says. reward: what the reward's ``facts``
            say. step: how many optimiser steps led to these weights. weights: the file that it lies beside;
            with another one a run refuses it.
    """
    known = ("weights", "rounded", "flow", "judge")
    return {
        "format": FORMAT,
        "method": "MotionNFT",
        "step": step,
        "weights": digest(weights),
        "reward": {name: reward[name] for name in known if name in reward},
        "trained_on": {
            "name": data["name"],
            "revision": data["revision"],
            "fingerprint": data["fingerprint"],
            "items": data["train"],
            "not_in": dict(data["not_in"]),
        },
    }


__all__ = ["FORMAT", "TRAINING", "training_card"]

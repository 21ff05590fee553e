"""What a LoRA's file says of its strength in its own header, which diffusers reads and applies; pure."""

import re
from collections.abc import Mapping
from math import isfinite, sqrt
from typing import Any

from motionedit_bench.files import read_json

HEADER = "lora_adapter_metadata"
"""Where in the header diffusers writes a LoRA's configuration."""

PARTS = ("transformer", "unet")
"""The components that a LoRA here is for; what is said of text encoders is passed over."""


def scales_of(header: Mapping[str, str], ranks: Mapping[str, int]) -> dict[str, float]:
    """By which factor the product B A of each layer is multiplied; empty where the header declares nothing.

    Args:
        header: the file's metadata. ranks: by the layers' names.

    Raises:
        ValueError: what is declared is damaged.
    """
    content = read_json(header.get(HEADER) or "{}")
    if not isinstance(content, dict):
        raise ValueError(f"{HEADER} is no object")
    told = {
        name: value
        for key, value in content.items()
        for part, _, name in [key.partition(".")]
        if part in PARTS
    }
    try:
        found = {layer: _scale(told, layer, rank) for layer, rank in ranks.items()} if told else {}
    except (KeyError, TypeError, re.error) as error:
        raise ValueError(f"{HEADER} declares no alpha for each layer") from error
    if not all(map(isfinite, found.values())):
        raise ValueError(f"{HEADER} declares an alpha that is not finite")
    return found


def _scale(told: Mapping[str, Any], layer: str, rank: int) -> float:
    """A layer's alpha by its rank, or by the rank's root, as PEFT takes such a configuration."""
    alphas = dict(told.get("alpha_pattern") or {})
    pattern = next((one for one in alphas if re.match(rf"(.*\.)?({one})$", layer)), None)
    alpha = float(told["lora_alpha"] if pattern is None else alphas[pattern])
    return alpha / (sqrt(rank) if told.get("use_rslora") else rank)

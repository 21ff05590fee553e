"""Whether a model was trained on what a benchmark comes with to be trained on, as its run's manifest tells.

That is fair where none of the benchmark's items is among it, and yet no figure of a model that never saw such
pictures is like it: a board says so.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks.declared import training_set
from motionedit_bench.predictions import MANIFEST

PUBLISHED = {"elaine1wan/motionedit/adapter_model_converted.safetensors": "elaine1wan/MotionEdit-Train"}
"""LoRAs that are published without a card that says so, and what they were trained on, by their paper."""

MANY = 10**9
"""No set has so many items; such a count is not told."""


def trained_on(folder: Path, bench: Mapping[str, Any]) -> str | None:
    """What to tell of the training of the run in a folder; ``None`` where there is nothing to tell.

    ``bench`` is the benchmark's `Benchmark.facts`. All words are the harness's own, whoever wrote the
    manifest.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    found = manifest
    for name in ("provenance", "lora", "training", "trained_on"):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, dict):
        return _told(found, bench)
    settings = manifest.get("settings") if isinstance(manifest, dict) else None
    lora = settings.get("lora") if isinstance(settings, dict) else None
    own = PUBLISHED.get(lora) if isinstance(lora, str) else None
    known = own is not None and own == training_set(str(bench["name"]))
    return f"trained on {own}, the training set of this benchmark (by its paper)" if known else None


def _told(found: Mapping[str, Any], bench: Mapping[str, Any]) -> str | None:
    if found.get("fingerprint") == bench["fingerprint"]:
        return "trained on the very items of this benchmark"
    own = training_set(str(bench["name"]))
    if own is None or found.get("name") != own:
        return None
    items, not_in = found.get("items"), found.get("not_in")
    count = f"{items} items, " if type(items) is int and 0 < items < MANY else ""
    checked = isinstance(not_in, dict) and not_in.get("fingerprint") == bench["fingerprint"]
    word = "none of them a picture of the benchmark" if checked else "not checked against the benchmark"
    return f"trained on {own}, the training set of this benchmark ({count}{word})"

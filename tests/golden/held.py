"""Holds what the pipelines of 2026 bring to their networks: a regression, and no comparison with a release.

The versions that the release pins do not have these pipelines. What is held was made by the versions of
`MADE_WITH`, on tiny checkpoints whose numbers follow from their names, so that a library that computes
otherwise shows. ``python tests/golden/held.py [ADAPTER ...]`` makes it anew.
"""

import io
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.checkpoints.of_adapters import OF_ADAPTERS, shrink

from golden import checkpoints
from golden.probe import Probe, sketch
from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.records import Item, Picture

HELD = Path(__file__).parent / "held"
MADE_WITH = {"diffusers": "0.42.1", "transformers": "5.24.0"}
NAMES = (
    *("flux2_dev", "flux2_klein_base_9b", "longcat_image_edit", "qwen_image_2_1", "joyai_image_edit"),
    *(
        "bria_fibo_2",
        "kandinsky5_i2i",
        "dreamlite",
        "glm_image",
        "omnigen",
        "chronoedit",
        "wan_i2v",
        "wan22_i2v",
        "ltx_i2v",
    ),
)
"""One adapter of each pipeline."""


def seen(name: str, folder: Path) -> dict[str, np.ndarray]:
    """What one edit of an adapter brings to the networks, by tensor; ``folder`` is for its checkpoint."""
    kind, tiny = ADAPTERS.get(name), OF_ADAPTERS[name]
    assert issubclass(kind, DiffusersAdapter)
    settings = parse_settings(kind.Settings, ["steps=2", *tiny.settings])
    content = io.BytesIO()
    checkpoints.picture().resize((80, 64)).save(content, "PNG")
    item = Item("held", checkpoints.INSTRUCTION, Picture("input", content.getvalue))
    with pytest.MonkeyPatch.context() as patches:
        shrink(patches)
        made = kind(settings, str(tiny.build(folder)), "cpu")
        made.load()
        for component in made.pipeline.components.values():
            if isinstance(component, torch.nn.Module):
                fill(component)
        probe = Probe(made.pipeline, kind.denoiser)
        edited = made.edit(item, checkpoints.SEED)
    return probe.tensors | {"edited": np.asarray(edited).astype(np.int64)}


def fill(component: torch.nn.Module) -> None:
    """Give each parameter the numbers that follow from its name."""
    with torch.no_grad():
        for name, parameter in component.named_parameters():
            parameter.copy_(torch.from_numpy(checkpoints.tensor(name, list(parameter.shape))))


def main(wanted: list[str]) -> None:
    HELD.mkdir(exist_ok=True)
    for name in wanted or NAMES:
        with tempfile.TemporaryDirectory() as place:
            found = seen(name, Path(place) / "checkpoint")
        parts = {f"{key}/{part}": own for key, value in found.items() for part, own in sketch(value).items()}
        np.savez_compressed(HELD / f"{name}.npz", **parts)
        print(name, len(found), "tensors", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Compares what the adapters bring to the networks with the golden tensors of the pinned versions.

``python tests/golden/compare.py [ADAPTER ...]`` prints a line a tensor, and exits with 1 where one differs.
``--bare`` takes the corrections out that the adapters make for the installed libraries.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from golden import checkpoints
from golden.probe import Probe, difference, sketch
from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers import corrections
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.records import Item, Picture

TENSORS = Path(__file__).parent / "tensors"
LIKE = {
    "qwen_image_edit_2511": "qwen_image_edit",
    "firered_edit": "qwen_image_edit",
    "hq_edit": "instruct_pix2pix",
}
"""Adapters whose call is that of another, but for the number of steps: its golden tensors are theirs."""
TOLERANCE = 1e-3
"""What other processors' roundings may change, as a share of a tensor's largest value."""
LEVELS = 2
"""What they may change of the edited picture's 256 levels."""


@dataclass(frozen=True)
class Difference:
    """One golden tensor: the largest difference of ours from it, and the largest allowed."""

    tensor: str
    largest: float
    allowed: float

    @property
    def agrees(self) -> bool:
        return self.largest <= self.allowed


def compare(adapter: str, folder: Path, bare: bool = False) -> Iterator[Difference]:
    """Each golden tensor beside what the adapter brings there, on a checkpoint written into ``folder``."""
    theirs = stored(TENSORS / f"{LIKE.get(adapter, adapter)}.npz")
    yield from apart(recorded(adapter, folder, bare), theirs)


def apart(ours: dict[str, np.ndarray], theirs: dict[str, dict[str, np.ndarray]]) -> Iterator[Difference]:
    """Each stored sketch beside the tensor of that name."""
    for name, kept in theirs.items():
        found = difference(sketch(ours[name]), kept) if name in ours else float("inf")
        yield Difference(name, found, _allowed(name, kept["values"]))


def _allowed(tensor: str, values: np.ndarray) -> float:
    if tensor == "edited":
        return LEVELS
    return 0.0 if values.dtype == np.int64 else TOLERANCE * float(np.abs(values).max(initial=0.0))


def compared() -> list[str]:
    """The adapters that there are golden tensors for."""
    return sorted([*(path.stem for path in TENSORS.glob("*.npz")), *LIKE])


def golden(adapter: str) -> dict[str, dict[str, np.ndarray]]:
    """The golden sketches of an adapter, by tensor."""
    return stored(TENSORS / f"{adapter}.npz")


def stored(file: Path) -> dict[str, dict[str, np.ndarray]]:
    """The sketches in a file, by tensor."""
    found: dict[str, dict[str, np.ndarray]] = {}
    with np.load(file) as content:
        for key in content.files:
            tensor, part = key.split("/")
            found.setdefault(tensor, {})[part] = content[key]
    return found


def recorded(adapter: str, folder: Path, bare: bool = False) -> dict[str, np.ndarray]:
    """What one edit of an adapter brings to the networks, by tensor."""
    kind = ADAPTERS.get(adapter)
    assert issubclass(kind, DiffusersAdapter)
    pipeline = kind.pipelines[0]
    checkpoints.write(pipeline, folder)
    settings = [f"steps={checkpoints.STEPS}"]
    if kind.needs_lora:
        prefix = "base_model.model." if adapter.startswith("uniworld") else "transformer."
        settings.append(f"lora={checkpoints.write_lora(pipeline, folder / 'lora.safetensors', prefix)}")
    made = kind(parse_settings(kind.Settings, settings), model=str(folder), device="cpu")
    content = io.BytesIO()
    checkpoints.picture().save(content, "PNG")
    item = Item("golden", checkpoints.INSTRUCTION, Picture("input", content.getvalue))
    with mock.patch.object(corrections, "correct", return_value={}) if bare else nullcontext():
        made.load()
    probe = Probe(made._pipeline, kind.denoiser)
    edited = made.edit(item, checkpoints.SEED)
    return probe.tensors | {"edited": np.asarray(edited).astype(np.int64)}


def main(arguments: list[str]) -> int:
    bare = "--bare" in arguments
    wanted = [name for name in arguments if not name.startswith("--")]
    apart = 0
    for adapter in wanted or compared():
        with tempfile.TemporaryDirectory() as place:
            for found in compare(adapter, Path(place), bare):
                apart += not found.agrees
                print(
                    f"{adapter:21} {found.tensor:30} {found.largest:9.3g} ({found.allowed:.2g} allowed)"
                    + ("" if found.agrees else "  DIFFERS"),
                    flush=True,
                )
    print(f"{apart} tensors differ" if apart else "all tensors agree")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

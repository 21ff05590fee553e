"""Flow by UniMatch, the estimator of the MotionEdit paper: GMFlow with two scales and six refinements."""

import hashlib
import pickle
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import torch
from torch import Tensor
from torch.nn.functional import pad

from motionedit_bench.errors import ImageError, UsageError, WeightsUnavailable, unknown_name
from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.metrics.flow.gmflow import Features, GMFlow
from motionedit_bench.metrics.flow.gmflow.network import MULTIPLE, normalise
from motionedit_bench.metrics.functional.pair import BYTES_OR_FLOATS, check_pair
from motionedit_bench.metrics.networks.network import batch, exact, place
from motionedit_bench.provenance import package_version
from motionedit_bench.records import digest
from motionedit_bench.weights import CATALOGUE, locate

NETWORK = "gmflow-scale2-regrefine6-mixdata"
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
REMEMBERED = 2
"""Images whose features are kept: an input, and what it was last compared with."""
BYTES_A_PIXEL, BYTES_AT_LEAST = 1_000, 200_000_000
"""What one flow takes at its peak, in float32, besides the network itself."""


class UniMatch(FlowEstimator):
    """GMFlow-scale2-regrefine6-mixdata (Xu et al., 2023), the weights that MotionEdit's scorer uses.

    As there, images are padded with zeros at the right and at the bottom until their sides are
    multiples of 32, and normalised after that; the padding's flow is cut off. An image's features are
    kept while it is one of the last two, so that an input compared with several others is read once.

    In float32, two implementations of this network differ by about 1e-4 px, as rounding does. With
    ``precision="bfloat16"`` convolutions and attention between images run in bfloat16, matching and flow
    in float32: other numbers, with a version of their own. Measured with random weights, flows of 5 to 8
    px on average then differ by 0.8 px on average and by up to 6 px; not measured with the published ones.

    Raises (on construction):
        WeightsUnavailable: no file is named, none is on this machine, and it cannot be downloaded.
        UsageError: the file named is not that network's, or damaged; no such device or precision.
    """

    name = "unimatch"
    options = ("weights", "precision", "batch")

    def __init__(
        self,
        device: str = "auto",
        weights: str | Path | None = None,
        precision: str = "float32",
        batch: int = 1,
    ) -> None:
        super().__init__(device)
        if precision not in PRECISIONS:
            raise unknown_name("precision", precision, PRECISIONS)
        if batch < 1:
            raise UsageError(f"the batch must be at least 1, but got {batch}")
        self.precision = precision
        self.batch = batch
        self._device = place(device)
        path = _published() if weights is None else Path(weights)
        self._weights, state = read_weights(path)
        with torch.device("meta"):
            network = GMFlow()
        _check_state(path, state, network.state_dict())
        network.load_state_dict(state, assign=True)
        network = network.to(self._device, PRECISIONS[precision])
        self._network = network.to(memory_format=torch.channels_last).eval()
        self._memory = _Memory()
        self._turn = turns(self._device)

    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``; see `FlowEstimator.flow`.

        Raises:
            ValueError: not two RGB images of one shape.
            ImageError: they do not fit in memory, or the network's answer is not finite.
        """
        return self.flows(first, [second])[0]

    def flows(self, first: Array, seconds: Sequence[Array]) -> list[Flow]:
        """Motion from ``first`` to each of ``seconds``, ``batch`` at a time, or as many as memory allows.

        Raises:
            ValueError: not RGB images of one shape.
            ImageError: not even one fits in memory, or an answer of the network is not finite.
        """
        for second in seconds:
            check_pair(first, second, types=BYTES_OR_FLOATS)
        height, width = first.shape[:2]
        found = []
        with self._turn:
            step = min(self.batch, room(height, width, free_memory(self._device)))
            try:
                for start in range(0, len(seconds), step):
                    some, one = seconds[start : start + step], self._recall(first)
                    others = self._recall(some[0]) if len(some) == 1 else self.features(*some)
                    found += list(self.flows_between(one, others))
            except RuntimeError as error:
                if not _out_of_memory(error):
                    raise
                self._memory.images.clear()
                raise ImageError(_too_large(height, width, "ran out of memory")) from error
        return [np.ascontiguousarray(flow[:height, :width]) for flow in found]

    def features(self, *images: Array) -> Features:
        """What the network sees in images (H, W, 3) of one shape, RGB, 0..255, for `flows_between`."""
        height, width = images[0].shape[:2]
        with exact():
            pixels = torch.cat([batch(image, self._device) for image in images])
            padded = pad(pixels, (0, -width % MULTIPLE, 0, -height % MULTIPLE))
            return self._network.features(normalise(padded).to(PRECISIONS[self.precision]))

    def flows_between(self, first: Features, others: Features) -> npt.NDArray[np.float32]:
        """Motion from the first image to each other, padding included: (B, H, W, 2), multiples of 32.

        Raises:
            ImageError: an answer of the network is not finite.
        """
        count = len(others.fine)
        same = Features(first.coarse.expand(count, -1, -1, -1), first.fine.expand(count, -1, -1, -1))
        with exact():
            found: npt.NDArray[np.float32] = self._network.flow(same, others).cpu().numpy()
        if not np.isfinite(found).all():
            raise ImageError(f"flow {self.name} gave no finite numbers with weights {self._weights[:8]}")
        return found

    def version(self) -> str:
        library = f"torch {package_version('torch')}, {self.precision}"
        return f"{NETWORK}, weights {self._weights}, {library}, padded to a multiple of 32 by zeros"

    def _recall(self, image: Array) -> Features:
        images = self._memory.images
        key = (image.shape, image.dtype, digest(image.tobytes()))
        found = images.pop(key, None)
        images[key] = self.features(image) if found is None else found
        if len(images) > REMEMBERED:
            images.popitem(last=False)
        return images[key]


class _Memory(threading.local):
    """The last images' features, in each thread its own: workers score one item each."""

    def __init__(self) -> None:
        self.images: OrderedDict[tuple[Any, ...], Features] = OrderedDict()


def read_weights(path: Path) -> tuple[str, dict[str, Tensor]]:
    """A checkpoint's SHA-256 and its tensors, those under ``model`` where it has such an entry.

    Raises:
        UsageError: it cannot be read, or its name promises another SHA-256.
    """
    published = CATALOGUE[UniMatch.name]
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if path.name == published.file and not found.startswith(published.sha256):
            raise UsageError(f"{path} is damaged (SHA-256 begins {found[:8]}, not {published.sha256})")
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise UsageError(f"cannot read flow weights {path}: {error.strerror or error}") from error
    except (pickle.UnpicklingError, RuntimeError, EOFError, LookupError, ValueError, TypeError) as error:
        raise UsageError(f"{path} is no PyTorch checkpoint: {_expected()}") from error
    state = content.get("model", content) if isinstance(content, dict) else content
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise UsageError(f"{path} is a PyTorch file, but holds no network's tensors: {_expected()}")
    return found, state


def random_checkpoint(path: Path) -> None:
    """Write a checkpoint of random numbers, always the same: for tests and timing; its flows mean nothing.

    The numbers are small enough that rounding stays rounding: with larger ones the network is chaotic.
    """
    with torch.device("meta"):
        expected = GMFlow().state_dict()
    torch.save({"model": random_state(expected)}, path)


def random_state(expected: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Random numbers of those names and shapes."""
    state = {}
    for name, like in expected.items():
        draw = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(tuple(like.shape))
        if like.ndim > 1:
            draw *= 0.7 / like[0].numel() ** 0.5
        else:
            draw = 0.1 * draw + (name.endswith("norm1.weight") or name.endswith("norm2.weight"))
        state[name] = torch.from_numpy(draw.astype(np.float32))
    return state


def room(height: int, width: int, free: int) -> int:
    """How many flows of that size fit into ``free`` bytes at a time.

    Raises:
        ImageError: not even one.
    """
    pixels = (height + -height % MULTIPLE) * (width + -width % MULTIPLE)
    needed = BYTES_AT_LEAST + BYTES_A_PIXEL * pixels
    if needed > free:
        gigabytes = f"needs about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free"
        raise ImageError(_too_large(height, width, gigabytes))
    return (free - BYTES_AT_LEAST) // (BYTES_A_PIXEL * pixels)


def turns(device: torch.device) -> AbstractContextManager[Any]:
    """What threads enter before they use a network: on a GPU, one at a time, for they share its memory."""
    return threading.Lock() if device.type == "cuda" else nullcontext()


def free_memory(device: torch.device) -> int:
    """Bytes that can still be had there; what PyTorch keeps for itself on a GPU counts as free."""
    if device.type == "cuda":
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + kept
    return int(psutil.virtual_memory().available)


def _published() -> Path:
    try:
        return locate(UniMatch.name)
    except WeightsUnavailable as error:
        raise WeightsUnavailable(f"{error}, or name it with --flow-weights FILE", error.told) from error


def _check_state(path: Path, state: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    shared = [name for name in expected if name in state]
    faults = {
        "missing": [name for name in expected if name not in state],
        "unexpected": [name for name in state if name not in expected],
        "of another shape": [name for name in shared if state[name].shape != expected[name].shape],
        "not floating": [name for name in shared if not state[name].is_floating_point()],
    }
    if any(faults.values()):
        told = (f"{len(names)} {fault} ({', '.join(names[:3])})" for fault, names in faults.items() if names)
        raise UsageError(f"{path} is another network's: tensors {'; '.join(told)}: {_expected()}")


def _expected() -> str:
    return f"--flow-weights takes the file {CATALOGUE[UniMatch.name].file}"


def _too_large(height: int, width: int, why: str) -> str:
    what = f"flow {UniMatch.name} between images of {width}x{height} pixels"
    return f"{what} {why}: use smaller images or another --flow"


def _out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or "allocate memory" in str(error)

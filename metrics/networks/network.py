"""How learned networks are run here: where, on what, and so that equal inputs give equal outputs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from motionedit_bench.errors import UsageError


def place(device: str) -> torch.device:
    """The device of that name; ``auto`` is the first CUDA GPU where there is one, else the CPU.

    Raises:
        UsageError: no such device, or not on this machine.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.empty(0, device=device)
        return torch.device(device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0]
        raise UsageError(f"cannot use device {device!r} ({reason}): use auto, cpu or cuda") from error


def batch(image: npt.NDArray[Any], device: torch.device) -> torch.Tensor:
    """An RGB array (H, W, 3), 0..255, as float32 (1, 3, H, W) in the same range."""
    return torch.from_numpy(np.ascontiguousarray(image, dtype=np.float32)).permute(2, 0, 1)[None].to(device)


@contextmanager
def exact() -> Iterator[None]:
    """Inference alone, without TensorFloat-32 and without algorithms that differ from call to call."""
    convolutions = torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
    with torch.inference_mode(), convolutions:
        yield

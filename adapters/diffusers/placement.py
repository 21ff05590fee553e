"""Where a pipeline runs: on which device, in which number type, and how much of it at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil
import torch

from motionedit_bench.errors import AdapterError, UsageError

HEADROOM = 4 * 2**30
"""Bytes of a GPU that are left for activations when `auto` counts what fits: an allowance for pictures
of about one megapixel, not a measured figure."""

OUT_OF_MEMORY = ("can't allocate memory", "out of memory", "ALLOC_FAILED")
"""What PyTorch's plain RuntimeErrors say when the CPU's, a GPU's or cuBLAS's memory ran out."""


@dataclass(frozen=True)
class Placement:
    """``offload`` as chosen, never ``auto``, and the ``reason`` for it."""

    offload: str
    reason: str


def pick_device(asked: str) -> torch.device:
    """The device of that name; ``auto`` is CUDA where there is one, else Apple's GPU, else the CPU.

    Raises:
        UsageError: no such name.
        AdapterError: not on this machine.
    """
    if asked == "auto":
        found = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        return torch.device(found)
    try:
        device = torch.device(asked)
    except RuntimeError as error:
        raise UsageError(f"device must be auto, cpu, cuda, cuda:N or mps, but got {asked!r}") from error
    if device.type not in ("cpu", "cuda", "mps"):
        raise UsageError(f"device must be auto, cpu, cuda, cuda:N or mps, but got {asked!r}")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        count = torch.cuda.device_count()
        raise AdapterError(f"there is no device {asked}: PyTorch sees {count} CUDA GPUs; use auto or cpu")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise AdapterError("there is no device mps: PyTorch sees no Apple GPU; use auto or cpu")
    return device


def pick_dtype(asked: str, device: torch.device, on_gpu: str) -> torch.dtype:
    """The number type of that name; ``auto`` is float32 on the CPU and ``on_gpu`` elsewhere."""
    name = asked if asked != "auto" else "float32" if device.type == "cpu" else on_gpu
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def free_on(device: torch.device) -> int | None:
    """Free bytes of a CUDA GPU; ``None`` for other devices, which share the main memory."""
    return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else None


def pick_offload(asked: str, device: torch.device, sizes: Mapping[str, int], free: int | None) -> Placement:
    """How much of a pipeline is on the device at a time.

    ``none``: all of it. ``model``: the component at work. ``sequential``: the layer at work.
    ``balanced``: all of it, whole components spread over all visible CUDA GPUs. ``auto``: the first
    of none, model and sequential that fits; ``sizes`` has each component's bytes and ``free`` those
    of the device, of which `HEADROOM` is left for activations.

    Raises:
        AdapterError: what is asked for needs a GPU and ``device`` is none.
    """
    if device.type != "cuda":
        if asked in ("auto", "none"):
            return Placement("none", f"there is nothing to offload from {device.type}")
        raise AdapterError(
            f"offload={asked} needs a CUDA GPU, and the device is {device.type}: use none or auto"
        )
    if asked != "auto":
        return Placement(asked, "asked for")
    if free is None:
        raise ValueError("the free memory of a CUDA GPU is needed to choose")
    total, largest = sum(sizes.values()), max(sizes, key=lambda name: sizes[name])
    where = f"the {gib(free)} free on {device}, less {gib(HEADROOM)} for activations"
    if total + HEADROOM <= free:
        return Placement("none", f"all {gib(total)} fit into {where}")
    if sizes[largest] + HEADROOM <= free:
        return Placement(
            "model",
            f"all {gib(total)} exceed {where}; the largest component ({largest}, {gib(sizes[largest])}) fits",
        )
    return Placement(
        "sequential", f"the largest component ({largest}, {gib(sizes[largest])}) exceeds {where}"
    )


def check_main_memory(needed: int, name: str) -> None:
    """Make sure that weights of that many bytes can be loaded; they pass through the main memory.

    Raises:
        AdapterError: they exceed what is available, swap space included.
    """
    available = psutil.virtual_memory().available + psutil.swap_memory().free
    if needed > available:
        raise AdapterError(
            f"{name} needs {gib(needed)} of main memory to load, and {gib(available)} are available: "
            "end other programs, set dtype=bfloat16, or take a larger machine"
        )


def place(pipeline: Any, device: torch.device, offload: str, name: str) -> None:
    """Put a pipeline, loaded in the main memory, onto the device as `pick_offload` chose.

    Raises:
        AdapterError: it does not fit.
    """
    try:
        if offload == "model":
            pipeline.enable_model_cpu_offload(device=device)
        elif offload == "sequential":
            pipeline.enable_sequential_cpu_offload(device=device)
        elif offload == "none":
            pipeline.to(device)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise too_large(name, error) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on a device or in the main memory."""
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or (
        isinstance(error, RuntimeError) and any(sign in str(error) for sign in OUT_OF_MEMORY)
    )


def too_large(name: str, error: BaseException) -> AdapterError:
    """The error for a model that memory did not suffice to load."""
    return AdapterError(
        f"there is too little memory to load {name} ({str(error).partition(chr(10))[0]}): "
        "try offload=model or offload=sequential, dtype=bfloat16, or end other programs"
    )


def thriftier(offload: str) -> str:
    """What to try when memory ran out: the next way to place a model after the one in use.

    >>> thriftier("none"), thriftier("model")
    ('model', 'sequential')
    """
    return "model" if offload in ("none", "balanced") else "sequential"


def gib(size: int) -> str:
    """
    >>> gib(5 * 2**29)
    '2.5 GiB'
    """
    return f"{size / 2**30:.1f} GiB"

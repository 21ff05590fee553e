"""The processes that share a training, as `accelerate launch` or `torchrun` start them; or the only one.

Each has the whole model, edits and learns from its share of the step's pictures, and knows all rewards. What
one process would compute, several compute together, but for the order of sums.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed

from motionedit_bench.errors import UsageError, one_line

T = TypeVar("T")


def started() -> int:
    """How many processes were started for this training, by the environment; see `joined`.

    Raises:
        UsageError: the environment says no number.
    """
    text = os.environ.get("WORLD_SIZE") or "1"
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(
            f"WORLD_SIZE is {one_line(text)!r}, and must be how many processes share the training: "
            "unset it for one"
        )
    return int(text)


def is_first() -> bool:
    """Whether this process was started as the only one, or as the first: before and after they meet."""
    return started() == 1 or os.environ.get("RANK", "0") == "0"


@contextmanager
def joined() -> Iterator[None]:
    """Meet the other processes, if this one was started as one of several, and part from them afterwards.

    Raises:
        UsageError: they cannot be met.
    """
    if started() == 1 or distributed.is_initialized():
        yield
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    try:
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    except (ValueError, RuntimeError) as error:
        raise UsageError(
            f"cannot meet the other processes of WORLD_SIZE={started()} ({one_line(error, most=150)}): "
            "start them by torchrun or accelerate launch, or unset it"
        ) from error
    try:
        yield
    finally:
        distributed.destroy_process_group()


def count() -> int:
    """How many processes there are."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Which of them this is, from 0; that one alone writes."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def share(work: Sequence[T]) -> Sequence[T]:
    """This process's part of the work, in one piece."""
    ends = [len(work) * one // count() for one in (rank(), rank() + 1)]
    return work[slice(*ends)]


def together(own: Mapping[str, Any]) -> dict[str, Any]:
    """What all processes found, by keys that no two of them share."""
    if count() == 1:
        return dict(own)
    found: list[Any] = [None] * count()
    distributed.all_gather_object(found, dict(own))
    return {key: value for one in found for key, value in one.items()}


def add_gradients(parameters: Iterable[Tensor]) -> None:
    """Let each parameter's gradient be the sum of all processes'; one that has none gets 0.

    That holds for a single process as well: a layer whose output is never used, as in the last block of
    Qwen-Image-Edit, is then treated alike by however many there are.
    """
    parameters = list(parameters)
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    if count() == 1:
        return
    flat = torch.cat([p.grad.reshape(-1) for p in parameters if p.grad is not None])
    distributed.all_reduce(flat)
    parts = torch.split(flat, [parameter.numel() for parameter in parameters])
    for parameter, part in zip(parameters, parts, strict=True):
        parameter.grad = part.reshape(parameter.shape)


def totals(own: Sequence[float]) -> list[float]:
    """The sums over all processes."""
    found = together({str(rank()): list(own)})
    return [sum(column) for column in zip(*(found[str(one)] for one in range(count())), strict=True)]


def wait() -> None:
    """Wait for the others."""
    if count() > 1:
        distributed.barrier()

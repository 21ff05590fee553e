"""How a program of ``programs/`` is started beside the official code that it runs."""

import os
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from motionedit_bench.errors import UsageError
from motionedit_bench.workers.process import Launch
from motionedit_bench.workers.setup import PROGRAMS, Official, Place

VISIBLE = "CUDA_VISIBLE_DEVICES"


def launch_of(
    official: Official,
    place: Place,
    log: Path,
    device: str,
    hello: Mapping[str, Any],
    seconds: tuple[float, float],
) -> Launch:
    """The program of that name in its environment, told ``hello`` and the device.

    ``seconds``: for one answer, and for the start.

    Raises:
        UsageError: there is no such GPU.
    """
    told, gpu = one_gpu(device, os.environ.get(VISIBLE))
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    timeout, start_timeout = seconds
    return Launch(
        command=[str(place.python), str(PROGRAMS / f"{official.name}.py"), str(place.repo)],
        log=log,
        timeout=timeout,
        start_timeout=start_timeout,
        hello={"model": hello["model"], "device": told, "settings": hello["settings"]},
        environment=own | {"PYTHONNOUSERSITE": "1"} | gpu,
    )


def one_gpu(device: str, visible: str | None) -> tuple[str, dict[str, str]]:
    """What the official code is told and its environment says, for ``cuda:N`` to be all that it sees.

    Much of that code says ``cuda`` and means the first GPU. ``visible`` is CUDA_VISIBLE_DEVICES as it
    is, numbers or UUIDs, in which N counts from 0.

    >>> one_gpu("cuda:1", "4,GPU-5ae1c9,7"), one_gpu("cuda:1", None), one_gpu("auto", "4")
    (('cuda', {'CUDA_VISIBLE_DEVICES': 'GPU-5ae1c9'}), ('cuda', {'CUDA_VISIBLE_DEVICES': '1'}), ('auto', {}))

    Raises:
        UsageError: CUDA_VISIBLE_DEVICES does not reach that far.
    """
    kind, _, number = device.partition(":")
    if kind != "cuda" or not number:
        return device, {}
    if visible is None:
        return kind, {VISIBLE: number}
    # CUDA takes them up to the first that it does not know.
    names = list(takewhile(lambda name: name not in ("", "-1"), map(str.strip, visible.split(","))))
    if int(number) >= len(names):
        raise UsageError(f"no device {device}: {VISIBLE}={visible} shows {len(names)} of the GPUs")
    return kind, {VISIBLE: names[int(number)]}

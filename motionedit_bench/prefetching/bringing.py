"""Brings what is needed, one thing after the other, and says how each ended."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tabulate import tabulate

from motionedit_bench import cache, hub
from motionedit_bench.errors import MebenchError, one_line
from motionedit_bench.prefetching.needs import Elsewhere, Need
from motionedit_bench.progress import warn

MOVED = ("HF_HUB_CACHE", "HF_DATASETS_CACHE", "TORCH_HOME")
"""Variables that move a part of the caches to another folder."""


@dataclass(frozen=True)
class Found:
    """A need as it was found.

    Attributes:
        here: whether it is on this machine. size: bytes to be brought, where known.
        trouble: why it cannot be had, or looked for.
    """

    need: Need
    here: bool
    size: int | None = None
    trouble: str | None = None

    @property
    def state(self) -> str:
        if self.trouble:
            return self.trouble
        if self.here:
            return "here"
        return "to fetch" + (f", about {told(self.size)}" if self.size else "")


def look(needs: Iterable[Need]) -> Iterator[Found]:
    """What is here already, and how large what is not; where nobody may be asked, sizes are not known."""
    for need in needs:
        try:
            if need.is_here():
                yield Found(need, True)
            elif isinstance(need, Elsewhere):
                yield Found(need, False, trouble="needs a network each time")
            else:
                yield Found(need, False, None if hub.is_offline() else need.size())
        except MebenchError as error:
            yield Found(need, False, trouble=str(error))


def bring(found: Iterable[Found]) -> Iterator[Found]:
    """The same once what is missing was brought, as far as that can be had."""
    for one in found:
        if one.here or isinstance(one.need, Elsewhere):
            yield one
            continue
        warn(f"fetching {one.need.name}" + (f", about {told(one.size)}" if one.size else ""))
        try:
            one.need.bring()
            yield Found(one.need, True)
        except MebenchError as error:
            yield Found(one.need, False, trouble=str(error))


def table(found: Iterable[Found]) -> str:
    """A row a need: what, where from, how it stands."""
    rows = [(one.need.name, one.need.source, one_line(one.state, 400)) for one in found]
    widths = [28, 18, 28]
    return tabulate(rows, ("what", "from", "state"), disable_numparse=True, maxcolwidths=widths)


def variables() -> dict[str, str]:
    """What to set on a machine without a network that has these caches."""
    from huggingface_hub import constants

    home = os.environ.get("HF_HOME") or constants.HF_HOME
    moved = {name: os.environ[name] for name in MOVED if name in os.environ}
    return {"HF_HUB_OFFLINE": "1", "HF_HOME": home, **moved, "MEBENCH_CACHE": str(cache.location())}


def told(count: int | None) -> str:
    """
    >>> told(3_500_000), told(24_000_000_000)
    ('3.5 MB', '24.0 GB')
    """
    number = float(count or 0)
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.1f} GB"

"""Brings what is needed, one thing after the other, and says how each ended."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from motionedit_bench import cache, hub, pinning
from motionedit_bench.errors import MebenchError, one_line
from motionedit_bench.pinning import told
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
                yield Found(need, False, trouble=need.why)
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
        for model in models(one.need):
            warn(f"to be fetched: {model}")
        warn(f"fetching {one.need.name}" + (f", about {told(one.size)}" if one.size else ""))
        try:
            one.need.bring()
            yield Found(one.need, True)
        except MebenchError as error:
            yield Found(one.need, False, trouble=str(error))


def models(need: Need) -> list[pinning.Repository]:
    """The hub's model repositories that a need takes files from, as far as the hub tells of them."""
    try:
        return [pinning.look_up(reference) for reference in need.repositories()]
    except MebenchError:
        return []  # bringing it says what is wrong


def hold(lock: Path, needs: Iterable[Need]) -> None:
    """Hold models to the commits in a lock file; see `motionedit_bench.pinning.hold`.

    Raises:
        MebenchError: one is at another commit, or the hub cannot be asked.
    """
    references = dict.fromkeys(reference for need in needs for reference in need.repositories())
    pinning.hold(lock, [pinning.look_up(reference) for reference in references])


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

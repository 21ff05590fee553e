"""How an item's target moves: how far in the mean, and where to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, NotApplicable
from motionedit_bench.metrics.functional.motion_alignment import TAU_M
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.parallel import in_order
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item
from motionedit_bench.scoring.open import Task

SECTORS = 16
"""Directions that are told apart: the first is to the right, the others follow anticlockwise as one looks."""

WITHOUT = "without a category"


@dataclass(frozen=True)
class Motion:
    """One item's motion.

    Attributes:
        magnitude: mean length of the flow from input to target, as a share of the diagonal: the paper's
            motion magnitude. ``None`` where there is no flow; ``reason`` says why.
        directions: shares of the motion by `SECTORS`, summing to 1; empty where nothing moves.
    """

    item_id: str
    category: str | None
    magnitude: float | None = None
    directions: tuple[float, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Profile:
    """All items' motions of one benchmark, in its order.

    Attributes:
        name: as the user gave the benchmark. flow: what saw the motion.
    """

    name: str
    fingerprint: str
    flow: str
    motions: tuple[Motion, ...]

    @property
    def magnitudes(self) -> npt.NDArray[np.float64]:
        """Of the items that have one."""
        return np.array([one.magnitude for one in self.motions if one.magnitude is not None])

    @property
    def rose(self) -> npt.NDArray[np.float64]:
        """Share of the motion in each direction: the mean over the items in which something moves.

        Of shape (`SECTORS`,), sums to 1; all 0 where nothing moves in any item.
        """
        found = [one.directions for one in self.motions if one.directions]
        return np.array(found).mean(axis=0) if found else np.zeros(SECTORS)

    @property
    def categories(self) -> dict[str, int]:
        """How many items each category has, the largest first; those without one last."""
        counts = Counter(one.category for one in self.motions)
        named = sorted((count, name) for name, count in counts.items() if name is not None)
        found = {name: count for count, name in sorted(named, key=lambda one: (-one[0], one[1]))}
        return found | ({WITHOUT: counts[None]} if counts[None] else {})


def category_names(profiles: Iterable[Profile]) -> list[str]:
    """All categories of some benchmarks, those of the first one first; `WITHOUT` last, where it is one."""
    names = dict.fromkeys(name for one in profiles for name in one.categories)
    return sorted(names, key=WITHOUT.__eq__)


def directions(flow: npt.NDArray[np.floating]) -> tuple[float, ...]:
    """Shares of a flow's motion by direction; see `Motion`.

    Each pixel counts by how far it moves; one that moves less than `TAU_M` of the diagonal has no direction.
    ``flow`` is (H, W, 2) in pixels, (dx, dy), y pointing down.

    >>> directions(np.full((2, 3, 2), (0.0, -1.0)))[SECTORS // 4]
    1.0
    """
    length = np.hypot(flow[..., 0], flow[..., 1]).astype(np.float64)
    moves = length > TAU_M * np.hypot(*flow.shape[:2])
    if not moves.any():
        return ()
    angle = np.arctan2(-flow[..., 1][moves], flow[..., 0][moves])
    sector = np.rint(angle * SECTORS / (2 * np.pi)).astype(int) % SECTORS
    found = np.bincount(sector, length[moves], SECTORS)
    return tuple(float(share) for share in found / found.sum())


def profile(benchmark: Benchmark, instruments: Instruments, workers: int = 1) -> Profile:
    """Look at all items of a benchmark; the result does not depend on ``workers``.

    Raises:
        WeightsUnavailable: the estimator's weights cannot be had.
        BenchmarkError: a picture cannot be read.
    """
    instruments.flows.name  # noqa: B018 (loads it before the work begins)
    fingerprint = benchmark.fingerprint()  # of pictures that can be read
    look = partial(_motion, instruments=instruments)
    found = []
    with Progress(f"looking at {benchmark.name}", len(benchmark.items)) as progress:
        for one in in_order(look, benchmark.items, workers):
            found.append(one)
            progress.advance(failed=one.magnitude is None)
    return Profile(benchmark.name, fingerprint, instruments.flow, tuple(found))


def _motion(item: Item, instruments: Instruments) -> Motion:
    try:
        scene = Task(item, instruments).scene
        return Motion(
            item.id, item.category, float(scene.motion.mean), directions(np.asarray(scene.target_flow))
        )
    except (NotApplicable, ImageError) as error:
        return Motion(item.id, item.category, reason=str(error))

"""Stage 6: of pairs that look alike, the better one; and no more pairs than are asked for."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from motionedit_bench.mining.gates import better_first, rank
from motionedit_bench.mining.records import Decision, Measured

Hashes = npt.NDArray[np.uint64]


def without_duplicates(kept: Sequence[Measured], differ: int, limit: int | None = None) -> list[Decision]:
    """Keep, best first, each pair whose input and target differ from those of all kept so far.

    Two pictures are alike where fewer than ``differ`` bits of their perceptual hashes are not the same.
    Motion is not looked at: hashes of one pair's input and target are often alike as well.
    """
    ordered = sorted(kept, key=better_first)
    hashes = [np.array([int(one.measures.phash[side], 16) for one in ordered], np.uint64) for side in (0, 1)]
    decisions = []
    taken: list[int] = []
    for place, one in enumerate(ordered):
        distance = _least([side[taken] for side in hashes], [side[place] for side in hashes])
        if taken and distance.min() < differ:
            other = ordered[taken[int(distance.argmin())]].pair.id
            found = Decision(one.pair.id, False, "duplicate", float(distance.min()), differ, other)
        elif limit is not None and len(taken) >= limit:
            found = Decision(one.pair.id, False, "limit", round(rank(one.measures), 6), limit)
        else:
            taken.append(place)
            found = Decision(one.pair.id, True)
        decisions.append(found)
    return decisions


def _least(hashes: Sequence[Hashes], own: Sequence[np.uint64]) -> npt.NDArray[np.uint8]:
    """By how many bits a pair's pictures differ from those of others: the lesser of inputs and targets."""
    first, second = (np.bitwise_count(side ^ one) for side, one in zip(hashes, own, strict=True))
    return np.asarray(np.minimum(first, second))

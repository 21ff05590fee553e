"""Several seeds of one model: the first in its own folder, others in ``seeds/`` there, each a whole run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from motionedit_bench.errors import UsageError
from motionedit_bench.predictions import SEEDS
from motionedit_bench.running.request import Request
from motionedit_bench.running.spending import spent


def runs_of(request: Request, count: int) -> Iterator[Request]:
    """The runs of so many seeds, the request's own and the numbers after it; each is to end before the next.

    Each has a manifest, records and images of its own, and goes on where it stopped. What limits there are
    of cost are of all seeds together.

    Raises:
        UsageError: several seeds of a shard, or into a store.
    """
    if count == 1:
        yield request
        return
    folder = request.folder
    if request.shard is not None or not isinstance(folder, Path):
        what = "--shard" if request.shard is not None else f"{folder}, which is in a store"
        raise UsageError(f"--seeds {count} goes with a whole run into a folder here, not with {what}")
    places = {request.seed: folder}
    places |= {seed: folder / SEEDS / str(seed) for seed in range(request.seed + 1, request.seed + count)}
    for seed, place in places.items():
        own = replace(request, seed=seed, out=place, opened=request.benchmark)
        yield _within(own, [*places.values()], place)


def _within(request: Request, places: list[Path], own: Path) -> Request:
    """The run with what the other seeds have left of the limits of cost."""
    if request.max_calls is None and request.max_cost is None:
        return request
    others = [spent(place) for place in places if place != own]
    calls, dollars = sum(one.calls for one in others), sum(one.us_dollars for one in others)
    return replace(
        request,
        max_calls=None if request.max_calls is None else max(0, request.max_calls - calls),
        max_cost=None if request.max_cost is None else max(0.0, request.max_cost - dollars),
    )

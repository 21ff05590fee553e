"""Several seeds of one model: the first in its own folder, others in ``seeds/`` there, each a whole run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from motionedit_bench.running.request import Request
from motionedit_bench.running.spending import spent


def runs_of(request: Request, count: int) -> Iterator[Request]:
    """The runs of so many seeds, the request's own and the numbers after it; each is to end before the next.

    Each has a manifest, records and images of its own, and goes on where it stopped; of a shard, in its
    place. What limits there are of cost are of all seeds together.

    Raises:
        UsageError: several seeds into a store, of which a folder of models is all that is read.
    """
    if count == 1:
        yield request
        return
    _ = replace(request, further=True).folder  # where it cannot be, that is said before anything is opened
    opened = request.benchmark.whole or request.benchmark
    runs = [
        replace(request, seed=request.seed + more, further=more > 0, opened=opened) for more in range(count)
    ]
    for run in runs:
        yield _within(run, [other for other in runs if other is not run])


def _within(request: Request, rest: list[Request]) -> Request:
    """The run with what the rest of the seeds have left of the limits of cost."""
    if request.max_calls is None and request.max_cost is None:
        return request
    others = [spent(one.folder) for one in rest if isinstance(one.folder, Path)]
    calls, dollars = sum(one.calls for one in others), sum(one.us_dollars for one in others)
    return replace(
        request,
        max_calls=None if request.max_calls is None else max(0, request.max_calls - calls),
        max_cost=None if request.max_cost is None else max(0.0, request.max_cost - dollars),
    )

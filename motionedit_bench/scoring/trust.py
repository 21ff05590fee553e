"""How much of a benchmark's motion an estimator sees: no model is needed, only inputs and targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from tabulate import tabulate

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, NotApplicable, explain
from motionedit_bench.metrics.functional.trust import SEEN, Trust
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item
from motionedit_bench.scoring.open import Task


@dataclass(frozen=True)
class Sight:
    """One item's target as an estimator sees it.

    Attributes:
        motion: mean motion, as a share of the diagonal; ``None`` where there is no flow.
        trust: of that flow. why_not: why there is none.
    """

    item_id: str
    motion: float | None = None
    trust: Trust | None = None
    why_not: str | None = None


def look_at(benchmark: Benchmark, instruments: Instruments) -> list[Sight]:
    """What the estimator sees of each item, in the benchmark's order.

    Raises:
        WeightsUnavailable: the estimator's weights cannot be had.
    """
    instruments.flows.name  # noqa: B018 (loads it before the work begins)
    found = []
    with Progress("looking", len(benchmark.items)) as progress:
        for item in benchmark.items:
            found.append(_sight(item, instruments))
            progress.advance(failed=found[-1].trust is None)
    return found


def _sight(item: Item, instruments: Instruments) -> Sight:
    try:
        scene = Task(item, instruments).scene
        return Sight(item.id, float(scene.motion.mean), scene.trust)
    except NotApplicable as error:
        return Sight(item.id, why_not=str(error))
    except (ImageError, OSError, ValueError) as error:
        return Sight(item.id, why_not=explain(error))


def trust_table(sights: Sequence[Sight], flow: str) -> str:
    """A row for each item, and below them how many the estimator sees."""
    head = ["item", "motion / diagonal", "consistent", "explained", "trust", "seen"]
    rows = [_row(sight) for sight in sights]
    trusts = [sight.trust for sight in sights if sight.trust is not None]
    seen = sum(trust.seen for trust in trusts)
    told = f"{flow} sees {seen} of {len(sights)} items ({seen / len(sights):.0%}): trust {SEEN:g} or more"
    if trusts:
        told += f"; mean trust {sum(trust.value for trust in trusts) / len(trusts):.2f}"
    table = tabulate(rows, head, disable_numparse=True, maxcolwidths=[None] * 5 + [40])
    return f"{table}\n\n{told}"


def _row(sight: Sight) -> list[str]:
    if sight.trust is None or sight.motion is None:
        return [sight.item_id, "-", "-", "-", "-", sight.why_not or "-"]
    trust = sight.trust
    shares = (f"{share:.0%}" for share in (trust.consistent, trust.explained))
    return [
        sight.item_id,
        f"{sight.motion:.3f}",
        *shares,
        f"{trust.value:.2f}",
        "yes" if trust.seen else "no",
    ]

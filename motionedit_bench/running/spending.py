"""What a run has cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from motionedit_bench.adapters import Adapter
from motionedit_bench.adapters.served.prices import Bill
from motionedit_bench.calls.budget import Budget
from motionedit_bench.files import read_lines
from motionedit_bench.predictions import MANIFEST, RECORDS
from motionedit_bench.running import manifest


@dataclass(frozen=True)
class Spent:
    """Calls, and US dollars as far as a price was known."""

    calls: int = 0
    us_dollars: float = 0.0

    def __str__(self) -> str:
        return f"{self.calls} calls, {self.us_dollars:.2f} US dollars as far as prices are known"


def spent(out: Path, budget: Budget | None = None) -> Spent:
    """What all attempts in a run's folder have cost, the failed ones too.

    By the records, or by the manifest or the budget of a session where they know of more: an attempt that
    ended the run has no record.
    """
    calls, dollars = 0, 0.0
    for record in read_lines(out / RECORDS):
        calls += record.get("tries", 0)
        dollars += record.get("us_dollars") or 0.0
    told = [Spent(**manifest.read(out / MANIFEST).get("cost", {})), Spent(calls, round(dollars, 6))]
    told += [Spent(budget.calls, round(budget.spent, 6))] if budget else []
    return Spent(max(one.calls for one in told), max(one.us_dollars for one in told))


@contextmanager
def counted(bill: Bill | None, out: Path, about: dict[str, Any]) -> Iterator[None]:
    """Count what earlier sessions spent; whatever ends this one, its manifest ``about`` says the sum."""
    if bill is None:
        yield
        return
    before = spent(out)
    bill.carry(before.calls, before.us_dollars)
    try:
        yield
    finally:
        about["cost"] = asdict(spent(out, bill.budget))
        manifest.write(out, about)


def forecast(adapter: Adapter, edits: int, before: Spent) -> str | None:
    """About what so many edits will cost, in one line; ``None`` where they cost nothing."""
    if adapter.bill is None:
        return None
    price = adapter.bill.price
    if price is None:
        return f"no price of {adapter.bill.name} is known; {before.calls} calls were made before"
    return (
        f"about {edits * price.image:.2f} US dollars, {price.image:g} an edit "
        f"({price.source}, seen {price.seen}); {before.us_dollars:.2f} spent before"
    )

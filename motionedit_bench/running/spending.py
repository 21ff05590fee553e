"""What a run has cost, by its records."""

from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.adapters import Adapter
from motionedit_bench.files import read_lines
from motionedit_bench.predictions import RECORDS


@dataclass(frozen=True)
class Spent:
    """Calls that the records tell of, and US dollars, as far as a price was known."""

    calls: int = 0
    us_dollars: float = 0.0

    def __str__(self) -> str:
        return f"{self.calls} calls, {self.us_dollars:.2f} US dollars as far as prices are known"


def spent(out: Path) -> Spent:
    """What all attempts in a run's folder have cost, the failed ones too."""
    calls, dollars = 0, 0.0
    for record in read_lines(out / RECORDS):
        calls += record.get("tries", 0)
        dollars += record.get("us_dollars") or 0.0
    return Spent(calls, round(dollars, 6))


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

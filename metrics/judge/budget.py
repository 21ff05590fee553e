"""What calls to judges may cost, and what they did cost."""

import threading
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from motionedit_bench.errors import MebenchError, UsageError

PIXELS_PER_TOKEN = 750
"""For estimates alone, where the file of prices says nothing."""
CHARACTERS_PER_TOKEN = 4


class OverBudget(MebenchError):
    """The next call would cost more than the user allowed; the text says which limit it is."""


@dataclass(frozen=True)
class Price:
    """US dollars a million tokens, and how many pixels make a token (an estimate)."""

    input: float
    output: float
    pixels_per_token: float = PIXELS_PER_TOKEN

    def of(self, tokens_in: float, tokens_out: float) -> float:
        """US dollars for so many tokens."""
        return (tokens_in * self.input + tokens_out * self.output) / 1e6


def read_prices(path: Path | None = None) -> dict[str, Price]:
    """Prices by judge, from a TOML file (``metrics/judge/prices.toml`` shows the form).

    Raises:
        UsageError: it cannot be read, or is not of that form.
    """
    source = path or files(__package__).joinpath("prices.toml")
    try:
        content = tomllib.loads(source.read_text(encoding="utf-8"))
        prices = {name: Price(**fields) for name, fields in content.items()}
        for price in prices.values():
            if not (price.input >= 0 and price.output >= 0 and price.pixels_per_token > 0):
                raise ValueError("a price is negative")
    except (OSError, TypeError, ValueError) as error:
        raise UsageError(
            f"--prices {path} cannot be used ({error}): it needs, for each judge, a table "
            '["openai:MODEL"] with input and output, US dollars a million tokens'
        ) from error
    return prices


class Budget:
    """Counts calls, tokens and money of all judges together, and keeps them below the limits.

    A call's estimated price is set aside before it is made and replaced by what it really cost.
    Safe to use from many threads.
    """

    def __init__(self, max_calls: int | None = None, max_cost: float | None = None) -> None:
        self.max_calls = max_calls
        self.max_cost = max_cost
        self.calls = 0
        self.tokens_in = 0
        self.tokens_out = 0
        self.spent = 0.0
        self._set_aside = 0.0
        self._lock = threading.Lock()

    def take(self, estimate: float) -> None:
        """Allow one more call of that estimated price, US dollars.

        Raises:
            OverBudget: it would go beyond a limit.
        """
        with self._lock:
            if self.max_calls is not None and self.calls >= self.max_calls:
                raise OverBudget(
                    f"over budget: {self.calls} calls were made, --max-calls is {self.max_calls}"
                )
            planned = self.spent + self._set_aside + estimate
            if self.max_cost is not None and planned > self.max_cost:
                raise OverBudget(
                    f"over budget: {self.spent:.4f} US dollars spent, the next call may bring it to "
                    f"{planned:.4f}, --max-cost is {self.max_cost:g}"
                )
            self.calls += 1
            self._set_aside += estimate

    def settle(self, estimate: float, cost: float, tokens_in: int, tokens_out: int) -> None:
        """Replace a call's estimate by what it cost."""
        with self._lock:
            self._set_aside -= estimate
            self.spent += cost
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out

    def summary(self) -> str:
        """Calls and money so far, in a few words."""
        return f"{self.calls} calls, {self.spent:.2f} US dollars" if self.spent else f"{self.calls} calls"

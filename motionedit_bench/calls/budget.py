"""What calls may cost, and what they did cost."""

import threading

from motionedit_bench.errors import MebenchError

ROUNDING = 1e-9
"""US dollars by which a sum of prices may be off."""


class OverBudget(MebenchError):
    """The next call would cost more than the user allowed; the text says which limit it is."""


class Budget:
    """Counts calls, tokens and money of all who share it, and keeps them below the limits.

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
            if self.max_cost is not None and not planned <= self.max_cost + ROUNDING:
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

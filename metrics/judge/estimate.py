"""What it would take to have edits judged."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """What would be asked of one judge.

    ``answered`` calls are in the ledger already; tokens and ``dollars`` are of the other ones, about;
    ``dollars`` is ``None`` where no price is known.
    """

    judge: str
    calls: int = 0
    answered: int = 0
    tokens_in: float = 0.0
    tokens_out: float = 0.0
    dollars: float | None = 0.0

    def __add__(self, other: "Estimate") -> "Estimate":
        """Both, of the same judge."""
        priced = self.dollars is not None and other.dollars is not None
        return Estimate(
            self.judge,
            self.calls + other.calls,
            self.answered + other.answered,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.dollars + other.dollars if priced else None,  # type: ignore[operator]
        )

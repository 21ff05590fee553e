"""What edits by servers cost, and the limits that a user sets."""

import math
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from motionedit_bench.adapters.served.reply import Reply
from motionedit_bench.calls.budget import Budget
from motionedit_bench.errors import UsageError
from motionedit_bench.files import read_toml


@dataclass(frozen=True)
class Price:
    """What a model's edits cost.

    Attributes:
        image: US dollars for an edit of about a megapixel; an estimate where tokens or the server's own bill
            say better.
        source, seen: where the price stands, and when it was read there (ISO 8601).
        input, output: US dollars a million tokens, for models that are paid by tokens.
    """

    image: float
    source: str
    seen: str
    input: float | None = None
    output: float | None = None

    def of(self, reply: Reply) -> float:
        """US dollars for one try: what the server says, else by its tokens, else by the picture."""
        if reply.dollars is not None:
            return reply.dollars
        if reply.tokens and self.input is not None and self.output is not None:
            return (reply.tokens[0] * self.input + reply.tokens[1] * self.output) / 1e6
        return self.image if reply.image is not None else 0.0


def read_prices(path: Path | None = None) -> dict[str, Price]:
    """Prices by ``PROVIDER:MODEL``, from a TOML file (``adapters/served/prices.toml`` shows the form).

    Raises:
        UsageError: it cannot be read, or is not of that form.
    """
    source = path or files(__package__).joinpath("prices.toml")
    try:
        content = read_toml(source.read_text(encoding="utf-8-sig"))
        prices = {name: Price(**fields) for name, fields in content.items()}
        for name, price in prices.items():
            if not all(0 <= one < math.inf for one in (price.image, price.input or 0, price.output or 0)):
                raise ValueError(f"a price of {name} is negative, or no finite number")
    except (OSError, TypeError, ValueError) as error:
        raise UsageError(
            f"--prices {path} cannot be used ({error}): it needs, for each model, a table "
            '["PROVIDER:MODEL"] with image (US dollars), source and seen'
        ) from error
    return prices


class Bill:
    """What the edits of one model cost and may cost; ``price`` is ``None`` where it is not known."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.price = read_prices().get(name)
        self.budget = Budget()

    def limit(self, max_calls: int | None, max_cost: float | None, prices: Path | None = None) -> None:
        """Set what may be spent, by the built-in prices or those in a file.

        Raises:
            UsageError: the cost is to be limited, and the price is not known.
        """
        if prices is not None:
            self.price = read_prices(prices).get(self.name)
        if max_cost is not None and self.price is None:
            raise UsageError(
                f"--max-cost needs a price of {self.name}: add it to a file and give that by --prices, "
                "or limit --max-calls"
            )
        self.budget = Budget(max_calls, max_cost)

    def carry(self, calls: int, dollars: float) -> None:
        """Count what earlier sessions of the run called and spent."""
        self.budget.calls += calls
        self.budget.spent += dollars

    @property
    def estimate(self) -> float:
        """US dollars for one try, about; 0 where no price is known."""
        return self.price.image if self.price else 0.0

    def cost(self, reply: Reply) -> float | None:
        """US dollars for a try that was answered; ``None`` where nobody knows."""
        return self.price.of(reply) if self.price else reply.dollars

"""What judges cost."""

import math
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from motionedit_bench.errors import UsageError
from motionedit_bench.files import read_toml

PIXELS_PER_TOKEN = 750
"""For estimates alone, where the file of prices says nothing."""
CHARACTERS_PER_TOKEN = 4
OLD = 180
"""Days after which a price is used with a warning."""


@dataclass(frozen=True)
class Price:
    """US dollars a million tokens, and how many pixels make a token (an estimate).

    ``as_of`` is the day on which that was the price, if it is told.
    """

    input: float
    output: float
    pixels_per_token: float = PIXELS_PER_TOKEN
    as_of: date | None = None

    def of(self, tokens_in: float, tokens_out: float) -> float:
        """US dollars for so many tokens."""
        return (tokens_in * self.input + tokens_out * self.output) / 1e6

    def stale(self, today: date) -> str | None:
        """What to say of a price that is older than `OLD` days."""
        if self.as_of is None or (today - self.as_of).days <= OLD:
            return None
        return f"its price is of {self.as_of}, {(today - self.as_of).days} days ago: check it, see --prices"


def read_prices(path: Path | None = None) -> dict[str, Price]:
    """Prices by judge, from a TOML file (``metrics/judge/prices.toml`` shows the form).

    Raises:
        UsageError: it cannot be read, or is not of that form.
    """
    source = path or files(__package__).joinpath("prices.toml")
    try:
        content = read_toml(source.read_text(encoding="utf-8-sig"))
        prices = {name: Price(**fields) for name, fields in content.items()}
        for price in prices.values():
            known = all(0 <= one < math.inf for one in (price.input, price.output))
            if not (known and 0 < price.pixels_per_token < math.inf):
                raise ValueError("a price is negative, or no finite number")
            if price.as_of is not None and type(price.as_of) is not date:
                raise ValueError("as_of must be a day, such as 2026-11-28, without quotes")
    except (OSError, TypeError, ValueError) as error:
        raise UsageError(
            f"--prices {path} cannot be used ({error}): it needs, for each judge, a table "
            '["openai:MODEL"] with input and output, US dollars a million tokens'
        ) from error
    return prices

"""How calls to a server are made: how many at once, how fast, and how often one is tried again."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
)

BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
"""Seconds before the second try, doubled before each further one, up to the second figure."""
LONGEST_WAIT = 120.0
"""Seconds that a server may ask to be left alone (Retry-After); where it asks for more, the call fails."""


@dataclass(frozen=True)
class Pace:
    """How calls are made.

    Attributes:
        concurrency: calls under way at once. rpm: calls begun a minute, at most.
        tries: how often one call is tried. timeout: seconds for one try, from first to last byte.
        backoff: seconds before the second try.
    """

    concurrency: int = 8
    rpm: float | None = None
    tries: int = 6
    timeout: float = 180.0
    backoff: float = BACKOFF


class TryFailed(Exception):
    """A try without an answer; the text says why.

    Attributes:
        wait: seconds to leave the server alone, at least; ``None``: trying again is no use.
        hopeless: where no further try helps, no other call will be served either.
        dollars: what the server said that it costs nevertheless.
    """

    dollars: float | None = None

    def __init__(self, reason: str, wait: float | None = None, hopeless: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.hopeless = hopeless


def retrying(pace: Pace) -> AsyncRetrying:
    """Tries one call as often as trying again can help; for one call alone.

    Called, it raises `TryFailed` of a try after which no other helps, and `tenacity.RetryError` after the
    last one.
    """
    return AsyncRetrying(**_policy(pace))


def retrying_here(pace: Pace) -> Retrying:
    """The same in the calling thread."""
    return Retrying(**_policy(pace))


def _policy(pace: Pace) -> dict[str, Any]:
    backing_off = wait_exponential(multiplier=pace.backoff, max=LONGEST_BACKOFF)

    def wait(state: RetryCallState) -> float:
        asked = _wait_of(state.outcome.exception() if state.outcome else None)
        return max(asked or 0.0, backing_off(state) * random.uniform(0.75, 1.25))

    return {
        "stop": stop_after_attempt(pace.tries),
        "wait": wait,
        "retry": retry_if_exception(lambda error: _wait_of(error) is not None),
    }


def _wait_of(error: BaseException | None) -> float | None:
    return error.wait if isinstance(error, TryFailed) else None


def retry_after(text: str | None, date: str | None = None) -> float:
    """Seconds that a Retry-After header asks for; 0 where there is none or it says nothing.

    Where it names a time, that is by the server's own clock, which a Date header tells.
    """
    if not text:
        return 0.0
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    then = _time(text)
    if then is None:
        return 0.0
    now = (_time(date) if date else None) or datetime.now(UTC)
    return max(0.0, (then - now).total_seconds())


def _time(text: str) -> datetime | None:
    try:
        time = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)

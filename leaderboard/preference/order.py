"""The order of models by some comparisons, without intervals: to set one beside another; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from motionedit_bench.leaderboard.preference.planning import places
from motionedit_bench.leaderboard.preference.ratings import shares


class Position(NamedTuple):
    """A model's place and strength; ``None`` where there is none. See `planning.places`, `ratings.Rating`."""

    place: int | None = None
    share: float | None = None


def order(rows: Sequence[Mapping[str, Any]]) -> dict[str, Position]:
    """The models by these rows of ``comparisons.jsonl``, best first."""
    share = shares(rows)
    return {name: Position(place, share[name]) for name, place in places(rows).items()}


def as_text(position: Position) -> tuple[str, str]:
    """Place and strength in per cent.

    >>> as_text(Position(1, 0.25)), as_text(Position())
    (('1', '25.0'), ('-', '-'))
    """
    place, share = position
    return str(place or "-"), "-" if share is None else f"{100 * share:.1f}"

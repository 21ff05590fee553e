"""Ratings from direct comparisons: Bradley-Terry with intervals; pure.

Takes the rows of ``comparisons.jsonl``: see `motionedit_bench.scoring.prefer.prefer`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import evalica
import numpy as np
import numpy.typing as npt
import pandas as pd

from motionedit_bench.leaderboard.preference.conduct import flipped
from motionedit_bench.leaderboard.statistics import LEVEL, SEED

RESAMPLES = 500
"""Of items, for the intervals of ratings."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class Rating:
    """One model among those it was compared with.

    Attributes:
        share: its Bradley-Terry strength as a share of all models' (they add up to 1); higher is
            better. ``None`` where strengths cannot be estimated.
        ci95: by bootstrap over items; ``None`` where most resamples give no estimate.
        won, ties: of ``scored`` comparisons; ``flips`` of the ties are changes of mind with the order.
        expected: comparisons that there should be.
    """

    model: str
    share: float | None
    ci95: Interval | None
    won: int
    ties: int
    flips: int
    scored: int
    expected: int


@dataclass(frozen=True)
class Ratings:
    """All models, best first; ``reason`` says why there are no strengths, ``no_intervals`` why there are
    strengths alone."""

    models: tuple[Rating, ...]
    reason: str | None
    no_intervals: str | None = None


def rate(rows: Sequence[Mapping[str, Any]]) -> Ratings:
    """Rate models by their comparisons.

    Bradley-Terry strengths by `evalica`; a tie is half a win for each. For intervals, items are
    resampled with all their comparisons, from a fixed seed. The order of the rows does not matter.
    """
    names, wins = _won(rows)
    number = {name: place for place, name in enumerate(names)}
    scored = [row for row in rows if row["outcome"] is not None]
    reason = why_not(wins.sum(axis=0))
    own = None if reason else strengths(wins.sum(axis=0))
    intervals, no_intervals = ([None] * len(names), None) if own is None else _intervals(wins)
    found = [
        Rating(
            name,
            None if own is None else float(own[place]),
            intervals[place],
            *_counts(name, scored),
            expected=sum(name in (row["model_a"], row["model_b"]) for row in rows),
        )
        for name, place in number.items()
    ]
    ordered = sorted(found, key=lambda one: (-(one.share or 0.0), one.model))
    return Ratings(tuple(ordered), reason, no_intervals)


def shares(rows: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """The share of each model alone, by its name; see `Rating`."""
    names, wins = _won(rows)
    total = wins.sum(axis=0)
    if why_not(total):
        return dict.fromkeys(names)
    return dict(zip(names, map(float, strengths(total)), strict=True))


def _won(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """All models by name, and what each (row) won of each other one: (items, models, models)."""
    names = sorted({row[side] for row in rows for side in ("model_a", "model_b")})
    number = {name: place for place, name in enumerate(names)}
    items = {item: place for place, item in enumerate(sorted({row["item_id"] for row in rows}))}
    wins = np.zeros((len(items), len(names), len(names)))
    for row in rows:
        if row["outcome"] is not None:
            a, b, item = number[row["model_a"]], number[row["model_b"]], items[row["item_id"]]
            share = {"a": 1.0, "b": 0.0, "tie": 0.5}[row["outcome"]]
            wins[item, a, b] += share
            wins[item, b, a] += 1 - share
    return names, wins


def why_not(wins: npt.NDArray[np.float64]) -> str | None:
    """Why strengths cannot be estimated from wins (models, models), row over column; else ``None``.

    They can if and only if every model has beaten, through others if need be, every other one (Ford 1957).
    """
    if len(wins) < 2 or not wins.sum():
        return "no comparison has an outcome"
    reached = (wins > 0) | np.eye(len(wins), dtype=bool)
    for _ in range(len(wins)):
        reached = reached @ reached
    if not reached.all():
        return (
            "some models won all, or none, of their comparisons with the rest: strengths have no finite value"
        )
    return None


def strengths(wins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bradley-Terry strengths, (models,), adding up to 1, from wins (models, models), row over column.

    Raises:
        ValueError: they have no finite value; see `why_not`.
    """
    reason = why_not(wins)
    if reason:
        raise ValueError(reason)
    winners, losers = np.nonzero(wins)
    found = evalica.bradley_terry(
        winners,
        losers,
        [evalica.Winner.X] * len(winners),
        index=pd.RangeIndex(len(wins)),
        weights=wins[winners, losers].tolist(),
        tolerance=1e-10,
        limit=10_000,
    )
    scores = found.scores.sort_index().to_numpy(dtype=np.float64)
    return np.asarray(scores / scores.sum())


def _intervals(wins: npt.NDArray[np.float64]) -> tuple[list[Interval | None], str | None]:
    """One a model, or why there are none."""
    rng = np.random.default_rng(SEED)
    found = []
    for _ in range(RESAMPLES):
        again = wins[rng.integers(0, len(wins), len(wins))].sum(axis=0)
        if why_not(again) is None:
            found.append(strengths(again))
    if len(wins) < 2:
        return [None] * wins.shape[1], "they take two items or more"
    if len(found) < LEVEL * RESAMPLES:
        lost = RESAMPLES - len(found)
        return [None] * wins.shape[1], (
            f"in {lost} of {RESAMPLES} resamples of the {len(wins)} items some models won all, or none, of "
            "their comparisons with the rest"
        )
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(np.array(found), [tail, 1 - tail], axis=0)
    return [(float(one), float(other)) for one, other in zip(low, high, strict=True)], None


def _counts(name: str, scored: Sequence[Mapping[str, Any]]) -> tuple[int, int, int, int]:
    ours = [row for row in scored if name in (row["model_a"], row["model_b"])]
    won = sum(row["outcome"] != "tie" and row[f"model_{row['outcome']}"] == name for row in ours)
    ties = [row for row in ours if row["outcome"] == "tie"]
    return won, len(ties), sum(map(flipped, ties)), len(ours)

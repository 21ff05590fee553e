"""Which comparisons to make next, so that few of them tell the models apart; pure.

Every model against every other one on every item is more than a ranking needs: most pairs of models are
told apart after a few items, and of the rest each comparison tells most where the two are near each other
and little is known. Chosen are the comparisons of those pairs, in batches that grow with what is known.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from motionedit_bench.leaderboard.preference.ratings import strengths
from motionedit_bench.scoring.prefer import Pair

Values = npt.NDArray[np.float64]

UNTIL = 10.0
"""Percentage points: models that cannot be told apart are near enough where the interval of how often the
one wins is as narrow as that."""
Z = 2.576
"""Standard errors from the middle to the end of an interval of 99 %: it is looked at after each batch, so
that 95 % would be left too soon."""
PRIOR = 1.0
"""Ties against all others together that each model starts with, so that nothing is infinite."""
GROWTH = 4
"""A batch is a quarter of what was compared before, and at least two comparisons a model."""


@dataclass(frozen=True)
class Standing:
    """What comparisons tell of pairs of models, all (models, models).

    Attributes:
        apart: ``arcsin(2 p - 1)`` of how often, p, row wins against column: above 0 where it is the
            stronger one. On this scale a comparison tells as much of models far apart as of near ones.
        error: its standard error: the larger one of what the counts and what the spread over items give.
        covariance: of log strengths, by the counts alone.
        slope: by how much `apart` grows with the difference of log strengths.
    """

    apart: Values
    error: Values
    covariance: Values
    slope: Values

    def open(self, until: float = UNTIL) -> npt.NDArray[np.bool_]:
        """The pairs that are neither told apart nor known to be near; the upper triangle alone."""
        reach = Z * self.error
        low, high = (np.sin(np.clip(self.apart + side, -np.pi / 2, np.pi / 2)) for side in (-reach, reach))
        width = 100 * (high - low) / 2
        return np.triu((reach >= np.abs(self.apart)) & (width > until), 1)


def next_pairs(
    rows: Sequence[Mapping[str, Any]],
    items: Sequence[str],
    models: Sequence[str],
    seed: int = 0,
    until: float = UNTIL,
    most: int | None = None,
) -> list[Pair]:
    """The next batch of comparisons, ``most`` at the most, in the order of items and names; none where
    nothing is open.

    ``rows`` are those of ``comparisons.jsonl`` that there are, in any order; a comparison without an
    outcome is not planned again. A pair of models is done where it is told apart, where its interval is at
    most ``until`` percentage points wide, and where it met on all items. The same rows, items, models and
    seed give the same batch.
    """
    names = sorted(models)
    number = {name: place for place, name in enumerate(names)}
    column = {item: place for place, item in enumerate(items)}
    ours = [
        row for row in rows if row["item_id"] in column and {row["model_a"], row["model_b"]} <= set(names)
    ]
    met = np.zeros((len(names), len(names), len(items)), dtype=bool)
    for row in ours:
        a, b = sorted((number[row["model_a"]], number[row["model_b"]]))
        met[a, b, column[row["item_id"]]] = True
    now = standing(ours, names)
    left = now.open(until) & ~met.all(axis=2)
    size = max(2 * len(names), int(met.sum()) // GROWTH)
    size = size if most is None else min(size, most)
    picked = _pick(now, left, met, _order(tuple(names), tuple(items), seed), size)
    return [(items[item], names[a], names[b]) for item, a, b in sorted(picked)]


def standing(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Standing:
    """What comparisons among these models tell of them, as far as they have an outcome.

    Log strengths of Bradley-Terry with `PRIOR`; their covariance by the inverse of Fisher's information,
    and, where comparisons of one item hang together, by the spread of the score over items (White 1982).
    """
    wins = _by_item(rows, names)
    others = max(1, len(names) - 1)
    total = wins.sum(axis=0) + PRIOR / 2 / others * (1 - np.eye(len(names)))
    logs = np.log(strengths(total))
    expected = 1 / (1 + np.exp(logs[None, :] - logs[:, None]))
    slope = np.sqrt(expected * (1 - expected))
    weights = (total + total.T) * slope**2
    covariance = np.linalg.pinv(np.diag(weights.sum(axis=1)) - weights, hermitian=True)
    games = wins + wins.transpose(0, 2, 1)
    scores = (wins - games * expected).sum(axis=2)
    spread = covariance @ (scores.T @ scores) @ covariance
    error = slope * np.maximum(_errors(covariance), _errors(spread))
    return Standing(np.arcsin(2 * expected - 1), error, covariance, slope)


def places(rows: Sequence[Mapping[str, Any]]) -> dict[str, int | None]:
    """The place of each model, best first: one more than the models that are told apart as better (99 %).

    ``None`` for those of which no comparison has an outcome, which are last. A place needs no strength, which
    a model that won all has not.
    """
    scored = [row for row in rows if row["outcome"] is not None]
    names = sorted({row[side] for row in scored for side in ("model_a", "model_b")})
    rest = sorted({row[side] for row in rows for side in ("model_a", "model_b")} - set(names))
    found: dict[str, int | None] = {}
    if names:
        now = standing(scored, names)
        better = (now.apart < 0) & (Z * now.error < -now.apart)
        for place in np.argsort(-now.apart.sum(axis=1), kind="stable"):
            found[names[place]] = 1 + int(better[place].sum())
    return found | dict.fromkeys(rest)


def _by_item(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Values:
    """Wins of row over column on each item, (items, models, models); a tie is half a win for each."""
    number = {name: place for place, name in enumerate(names)}
    scored = [row for row in rows if row["outcome"] is not None]
    items = {item: place for place, item in enumerate(sorted({row["item_id"] for row in scored}))}
    wins = np.zeros((len(items), len(names), len(names)))
    for row in scored:
        a, b, item = number[row["model_a"]], number[row["model_b"]], items[row["item_id"]]
        share = {"a": 1.0, "b": 0.0, "tie": 0.5}[row["outcome"]]
        wins[item, a, b] += share
        wins[item, b, a] += 1 - share
    return wins


def _pick(
    now: Standing, left: npt.NDArray[np.bool_], met: npt.NDArray[np.bool_], order: Values, most: int
) -> list[tuple[int, int, int]]:
    """(item, model, model) of so many comparisons at the most: each time the pair whose interval reaches
    farthest over a tie, as it would be after those that were picked before."""
    covariance, met, left = now.covariance.copy(), met.copy(), left.copy()
    usual = now.slope * _errors(covariance)
    wider = np.divide(now.error, usual, out=np.ones_like(usual), where=usual > 0)
    used = met.sum(axis=1) + met.sum(axis=0)
    jitter = 1e-9 * order[..., 0]
    picked: list[tuple[int, int, int]] = []
    while len(picked) < most and left.any():
        reach = Z * wider * now.slope * _errors(covariance) - np.abs(now.apart) + jitter
        a, b = np.unravel_index(np.argmax(np.where(left, reach, -np.inf)), left.shape)
        burden = np.where(met[a, b], np.inf, used[a] + used[b] + order[a, b])
        item = int(np.argmin(burden))
        picked.append((item, int(a), int(b)))
        met[a, b, item] = True
        used[[a, b], item] += 1
        left[a, b] = not met[a, b].all()
        along = covariance[:, a] - covariance[:, b]
        gained = now.slope[a, b] ** 2
        covariance -= np.outer(along, along) * gained / (1 + gained * (along[a] - along[b]))
    return picked


@lru_cache(maxsize=4)
def _order(names: tuple[str, ...], items: tuple[str, ...], seed: int) -> Values:
    """A number from 0 to 1 for each pair of models and each item, (models, models, items), that follows
    from their names and the seed alone: a model more changes none of it."""
    found = np.zeros((len(names), len(names), len(items)))
    for a, b in combinations(range(len(names)), 2):
        pair = hashlib.sha256(f"{seed}\n{names[a]}\n{names[b]}".encode()).digest()
        for place, item in enumerate(items):
            drawn = hashlib.blake2b(item.encode(), key=pair, digest_size=6).digest()
            found[a, b, place] = int.from_bytes(drawn, "big") / 2**48
    return found


def _errors(covariance: Values) -> Values:
    """Standard errors of differences, (models, models)."""
    own = np.diag(covariance)
    return np.asarray(np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0)))

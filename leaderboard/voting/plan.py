"""Who is asked about which pairs of edits, in which order, and which edit stands left; pure."""

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, TypeVar

from motionedit_bench.errors import UsageError

T = TypeVar("T")
Kind = Literal["vote", "check", "repeat"]

WHOLE, SHUFFLED = "whole", "shuffled"
"""What the two sides of a check are: a picture, and the same picture in shuffled pieces."""

CHECKED = 10
"""Votes to one check, and to one repeat; there is one of each at least."""

Subject = tuple[str, str, str]
"""(item, model a, model b), models in alphabetical order."""


@dataclass(frozen=True, order=True)
class Side:
    """A picture as it is asked about: the edit of an item by a model, or a side of a check.

    A repeat shows its pictures under names of their own, so that nothing on the page says that it is one.
    """

    kind: Kind
    item: str
    shows: str


@dataclass(frozen=True)
class Question:
    """Two pictures beside each other: which is better?

    Attributes:
        kind: ``vote``; ``check``, where one side is `SHUFFLED` and who looks takes the other; ``repeat``,
            a vote that is asked again with the sides swapped.
        left, right: models; of a check `WHOLE` and `SHUFFLED`.
    """

    kind: Kind
    item: str
    left: str
    right: str

    @property
    def sides(self) -> tuple[Side, Side]:
        return Side(self.kind, self.item, self.left), Side(self.kind, self.item, self.right)


@dataclass(frozen=True)
class Design:
    """How many votes there are to be.

    Attributes:
        annotators: how many people vote. each: votes of one, without checks and repeats.
        raters: how many of them vote on one pair of edits, as far as there are so many.
    """

    annotators: int
    each: int
    raters: int = 3

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise UsageError(f"{name} must be at least 1, but got {value}")

    @property
    def checks(self) -> int:
        """Checks of one annotator; there are as many repeats."""
        return max(1, round(self.each / CHECKED))

    @property
    def groups(self) -> list[int]:
        """How many vote on each pair of edits; the last one takes what is left."""
        raters = min(self.raters, self.annotators)
        whole, rest = divmod(self.annotators * self.each, raters)
        return [raters] * whole + [rest] * (rest > 0)


def plan(edited: Mapping[str, Collection[str]], design: Design, seed: int) -> list[list[Question]]:
    """The questions of each annotator, in order; equal arguments give equal plans.

    ``edited`` names the models that have an edit of each item. Pairs of models are voted on equally often,
    by one vote of a group at the most more or less, as long as there are items for all; an annotator's
    pairs, the items, and how often a model stands left are as even as can be beside that. Nobody votes on
    one pair of edits twice.

    Raises:
        UsageError: there are fewer pairs of edits than are needed.
    """
    rng = random.Random(seed)
    asked: list[list[Question]] = [[] for _ in range(design.annotators)]
    sides = _Sides(rng)
    for subject, group in _Subjects(edited, rng).draw(design):
        for annotator in group:
            left, right = sides.of(subject, annotator)
            asked[annotator].append(Question("vote", subject[0], left, right))
    items = [item for item in sorted(edited) if edited[item]]
    return [_in_order(votes, items, design.checks, rng) for votes in asked]


class _Subjects:
    """Draws pairs of edits, each once, and who votes on them."""

    def __init__(self, edited: Mapping[str, Collection[str]], rng: random.Random) -> None:
        self._rng = rng
        self._left: dict[tuple[str, str], list[str]] = {}
        for item in sorted(edited):
            for pair in combinations(sorted(edited[item]), 2):
                self._left.setdefault(pair, []).append(item)
        self._drawn: Counter[object] = Counter()
        self._seen: Counter[tuple[int, object]] = Counter()
        self._votes: Counter[int] = Counter()

    def draw(self, design: Design) -> list[tuple[Subject, list[int]]]:
        there, needed = sum(map(len, self._left.values())), len(design.groups)
        if needed > there:
            most = there * min(design.raters, design.annotators) // design.annotators
            raise UsageError(
                f"{design.annotators} annotators with {design.each} votes each need {needed} pairs of edits, "
                f"but there are {there}: at most {most} each"
            )
        return [self._one(self._group(size, design.annotators)) for size in design.groups]

    def _group(self, size: int, annotators: int) -> list[int]:
        """Those with the fewest votes, so that in the end all have as many."""
        group = sorted(range(annotators), key=lambda one: (self._votes[one], self._rng.random()))[:size]
        self._votes.update(group)
        return group

    def _one(self, group: list[int]) -> tuple[Subject, list[int]]:
        a, b = pair = self._rarest([pair for pair, items in self._left.items() if items], group)
        item = self._rarest(self._left[pair], group)
        self._left[pair].remove(item)
        for what in (pair, item):
            self._drawn[what] += 1
            self._seen.update((annotator, what) for annotator in group)
        return (item, a, b), group

    def _rarest(self, among: Sequence[T], group: Sequence[int]) -> T:
        """What was drawn least; of that what the group saw least; of that one at random."""
        least = min(self._drawn[one] for one in among)
        rare = [one for one in among if self._drawn[one] == least]
        seen = [sum(self._seen[annotator, one] for annotator in group) for one in rare]
        return self._rng.choice([one for one, count in zip(rare, seen, strict=True) if count == min(seen)])


class _Sides:
    """Says which edit stands left, so that each does as often as not."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._leaning: Counter[object] = Counter()

    def of(self, subject: Subject, annotator: int) -> tuple[str, str]:
        _, a, b = subject
        first, second = self._rng.sample([(a, b), (b, a)], 2)
        order = min(first, second, key=lambda order: self._tilt(subject, annotator, *order))
        left, right = order
        sign = 1 if left == a else -1
        self._leaning.update({subject: sign, (a, b): sign, (annotator, left): 1, (annotator, right): -1})
        return order

    def _tilt(self, subject: Subject, annotator: int, left: str, right: str) -> tuple[int, int]:
        """How uneven this order would leave the votes on the subject, then those of the annotator and those
        on the two models."""
        _, a, b = subject
        sign = 1 if left == a else -1
        own = (self._leaning[annotator, left] + 1) ** 2 + (self._leaning[annotator, right] - 1) ** 2
        return abs(self._leaning[subject] + sign), own + (self._leaning[a, b] + sign) ** 2


def _in_order(
    votes: Sequence[Question], items: Sequence[str], checks: int, rng: random.Random
) -> list[Question]:
    """Votes in random order; repeats of early ones among the later half; checks anywhere."""
    order = rng.sample(votes, len(votes))
    early = max(checks, len(order) // 3)
    half = max(early, len(order) // 2)
    again = [
        replace(one, kind="repeat", left=one.right, right=one.left)
        for one in rng.sample(order[:early], checks)
    ]
    late = order[half:] + again
    found = order[:half] + rng.sample(late, len(late))
    first, checked = rng.randrange(2), rng.sample(items, len(items))
    for number in range(checks):
        sides = (WHOLE, SHUFFLED) if (number + first) % 2 else (SHUFFLED, WHOLE)
        item = checked[number % len(checked)]
        found.insert(rng.randint(0, len(found)), Question("check", item, *sides))
    return found

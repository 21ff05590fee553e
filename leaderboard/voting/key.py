"""The key of a page for voting: which model made the edit behind each name, which questions are checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import comb
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter
from tabulate import tabulate

from motionedit_bench.errors import UsageError
from motionedit_bench.files import json_bytes, write_whole
from motionedit_bench.leaderboard.preference.ballots import Ballot
from motionedit_bench.leaderboard.voting.pictures import NAME
from motionedit_bench.leaderboard.voting.plan import WHOLE, Kind, Side

FILE = "key.json"
KINDS: tuple[Kind, ...] = ("vote", "check", "repeat")


@dataclass(frozen=True)
class Key:
    """All that the page does not say.

    Attributes:
        plan: the page's own name; not two pages share one.
        facts: the benchmark, the models, the design and the seed that it was drawn with; JSON values.
        pictures: what the names of edits on the page stand for.
        annotators: how many votes each is asked for.
    """

    plan: str
    facts: Mapping[str, Any]
    pictures: Mapping[str, Side]
    annotators: Mapping[str, int]

    def write(self, folder: Path) -> None:
        """Write it as ``key.json``."""
        shown = {name: vars(one) for name, one in sorted(self.pictures.items())}
        told = {"plan": self.plan, **self.facts, "annotators": dict(self.annotators), "pictures": shown}
        write_whole(folder / FILE, json_bytes(told, indent=1))


def read_key(path: Path) -> Key:
    """The key that `mebench vote` left.

    Raises:
        UsageError: it cannot be read, or is no key.
    """
    try:
        told = orjson.loads(path.read_bytes())
        pictures = TypeAdapter(dict[str, Side]).validate_python(told.pop("pictures"))
        annotators = TypeAdapter(dict[str, int]).validate_python(told.pop("annotators"))
        return Key(told.pop("plan"), told, pictures, annotators)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no key of `mebench vote`") from error


@dataclass(frozen=True)
class Attention:
    """How one annotator answered what is asked for its own sake.

    Attributes:
        votes: of ``asked`` votes. left: of ``sided`` votes that were no tie, those for the edit on the left.
        passed: of ``checks`` answered. consistent: of ``repeats`` answered, those answered as before.
    """

    annotator: str
    votes: int
    asked: int
    left: int
    sided: int
    passed: int
    checks: int
    consistent: int
    repeats: int

    @property
    def doubt(self) -> str | None:
        """Why the votes are to be doubted: no more than half of the checks passed, or so few repeats answered
        as before as a coin would in less than one case of twenty; else ``None``."""
        told = []
        if self.checks and 2 * self.passed <= self.checks:
            told.append("checks passed as by chance")
        if sum(comb(self.repeats, alike) for alike in range(self.consistent + 1)) < 2**self.repeats / 20:
            told.append("repeats less alike than by chance")
        return "; ".join(told) or None


def unblind(ballots: Iterable[Ballot], key: Key) -> tuple[list[Ballot], list[Attention]]:
    """The votes with the models' names, without checks and repeats, and what those say of each annotator.

    Raises:
        UsageError: a ballot is not of this page.
    """
    found: dict[Kind, list[Ballot]] = {"vote": [], "check": [], "repeat": []}
    for ballot in ballots:
        a, b = (key.pictures.get(name) for name in (ballot.a, ballot.b))
        if a is None or b is None or (a.kind, a.item) != (b.kind, ballot.item):
            raise UsageError(f"{ballot.where}: no pair of edits of the page that the key is of")
        if ballot.annotator not in key.annotators:
            raise UsageError(f"{ballot.where}: no annotator of the page that the key is of")
        found[a.kind].append(replace(ballot, a=a.shows, b=b.shows))
    if not found["vote"]:
        raise UsageError("no vote is left beside checks and repeats")
    return found["vote"], [_attention(name, found, asked) for name, asked in key.annotators.items()]


def is_blind(ballots: Iterable[Ballot]) -> bool:
    """Whether one of these names pictures of a page, and no models."""
    return any(NAME.fullmatch(one.a) and NAME.fullmatch(one.b) for one in ballots)


def _attention(name: str, found: Mapping[Kind, Iterable[Ballot]], asked: int) -> Attention:
    votes, checks, repeats = ([one for one in found[kind] if one.annotator == name] for kind in KINDS)
    first = {_subject(one): one.preferred for one in votes}
    again = [one for one in repeats if _subject(one) in first]
    return Attention(
        name,
        len(votes),
        asked,
        left=sum(one.choice == "a" for one in votes),
        sided=sum(one.choice != "tie" for one in votes),
        passed=sum(one.preferred == WHOLE for one in checks),
        checks=len(checks),
        consistent=sum(one.preferred == first[_subject(one)] for one in again),
        repeats=len(again),
    )


def _subject(ballot: Ballot) -> tuple[str, frozenset[str]]:
    return ballot.item, frozenset((ballot.a, ballot.b))


def attention_table(found: Iterable[Attention]) -> str:
    """What is to be known of each annotator, for people."""
    rows = [
        (
            one.annotator,
            f"{one.votes}/{one.asked}",
            f"{one.left}/{one.sided}",
            f"{one.passed}/{one.checks}",
            f"{one.consistent}/{one.repeats}",
            one.doubt or "",
        )
        for one in found
    ]
    head = ("annotator", "votes", "left of decided", "checks passed", "repeats alike", "")
    return str(tabulate(rows, head, disable_numparse=True))

"""What people preferred, beside what metrics prefer: agreement, as the paper reports it (section 5.2)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tabulate import tabulate

from motionedit_bench.errors import PredictionsError, UsageError
from motionedit_bench.leaderboard.compare import Scored, in_order
from motionedit_bench.leaderboard.labels import column_labels
from motionedit_bench.leaderboard.preference.agreement import (
    as_ratings,
    fleiss_kappa,
    kendall_tau,
    krippendorff_alpha,
)
from motionedit_bench.leaderboard.preference.ballots import CHOICES, Ballot, read_ballots
from motionedit_bench.leaderboard.preference.ratings import strengths, why_not
from motionedit_bench.leaderboard.statistics import ratio_interval
from motionedit_bench.leaderboard.summary import Column, Values
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.scoring.compared import JUDGE

Subject = tuple[str, str, str]
"""(item, model a, model b), names in alphabetical order."""
Votes = Mapping[Subject, Mapping[str, str]]
"""By subject and annotator: ``a``, ``b`` or ``tie``."""


@dataclass(frozen=True)
class Agreement:
    """How far one metric agrees with people.

    Attributes:
        kappa: Fleiss' kappa of two raters, the people's majority and the metric, on ``scored`` of
            ``expected`` subjects; ``None`` where it is undefined.
        tau: Kendall's tau-b of the order of ``models`` by the people's win rate and by the metric's mean.
    """

    column: Column
    kappa: float | None
    scored: int
    expected: int
    tau: float | None
    models: int


def read_votes(path: Path) -> dict[Subject, dict[str, str]]:
    """Votes from a CSV file; see `ballots.read_ballots` and `votes_of`."""
    return votes_of(read_ballots(path))


def votes_of(ballots: Iterable[Ballot]) -> dict[Subject, dict[str, str]]:
    """Ballots by pair of edits and annotator.

    Raises:
        UsageError: an annotator votes twice on one pair of edits.
    """
    votes: dict[Subject, dict[str, str]] = defaultdict(dict)
    places: dict[tuple[Subject, str], str] = {}
    for one in ballots:
        a, b = sorted((one.a, one.b))
        subject = (one.item, a, b)
        if one.annotator in votes[subject]:
            first = places[subject, one.annotator]
            raise UsageError(f"{one.where}: {one.annotator} votes twice on it, first in {first}")
        votes[subject][one.annotator] = {a: "a", b: "b"}.get(one.preferred or "", "tie")
        places[subject, one.annotator] = one.where
    return dict(votes)


def kappa_of_people(votes: Votes) -> tuple[float | None, int]:
    """Fleiss' kappa among annotators, and on how many subjects: those that the usual number voted on."""
    usual = Counter(len(choices) for choices in votes.values()).most_common(1)[0][0]
    kept = [choices for choices in votes.values() if len(choices) == usual]
    return fleiss_kappa(_counts([list(choices.values()) for choices in kept])), len(kept)


def alpha_of_people(votes: Votes) -> tuple[float | None, int]:
    """Krippendorff's alpha among annotators, and on how many subjects: those with two votes or more.

    At the interval level, a tie being half-way between the two edits; annotators need not have voted on the
    same subjects.
    """
    ratings: dict[str, dict[str, float]] = defaultdict(dict)
    for subject, choices in votes.items():
        for annotator, choice in choices.items():
            ratings[annotator][str(subject)] = {"a": 1.0, "tie": 0.0, "b": -1.0}[choice]
    shared = sum(len(choices) > 1 for choices in votes.values())
    return (krippendorff_alpha(as_ratings(ratings)) if shared else None), shared


def majority(choices: Iterable[str]) -> str:
    """What most chose; a tie where none has more than any other."""
    counted = Counter(choices).most_common()
    return "tie" if len(counted) > 1 and counted[0][1] == counted[1][1] else counted[0][0]


def agreements(votes: Votes, models: Sequence[Scored]) -> list[Agreement]:
    """Each metric that has a better and a worse beside what people prefer.

    Raises:
        PredictionsError: none of the models is in the votes.
    """
    values = {model.model: model.values for model in models}
    named = sorted({name for _, a, b in votes for name in (a, b)} & values.keys())
    if not named:
        raise PredictionsError(f"none of {', '.join(sorted(values))} is a model that people voted on")
    people = _win_shares(votes, named)
    columns = {column for name in named for column in values[name] if CATALOGUE[column.metric].better}
    return [_agreement(column, votes, values, named, people) for column in in_order(columns)]


def _agreement(
    column: Column, votes: Votes, values: Mapping[str, Values], named: list[str], people: Mapping[str, float]
) -> Agreement:
    pairs = []
    for (item, a, b), choices in votes.items():
        ours, theirs = (values.get(name, {}).get(column, {}).get(item) for name in (a, b))
        if ours is not None and theirs is not None:
            pairs.append([majority(choices.values()), _preferred(column, ours, theirs)])
    means = {
        name: float(np.mean(list(values[name][column].values()))) for name in named if column in values[name]
    }
    sign = 1 if CATALOGUE[column.metric].better == "higher" else -1
    ranked = [name for name in means if name in people]
    tau = kendall_tau([people[name] for name in ranked], [sign * means[name] for name in ranked])
    return Agreement(column, fleiss_kappa(_counts(pairs)), len(pairs), len(votes), tau, len(ranked))


def verdicts(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[Subject, dict[str, str]]]:
    """What each judge chose that compared edits directly, by its name, as votes of its own.

    Takes the rows of ``comparisons.jsonl`` that count; pairs without an outcome are left out. Another model
    that answered is a judge of its own.
    """
    found: dict[str, dict[Subject, dict[str, str]]] = defaultdict(dict)
    for row in rows:
        if row["outcome"] is not None:
            named = (row.get(field) for field in (*JUDGE, "answered_by"))
            judge = ", ".join(str(one) for one in named if one)
            first, second = row["model_a"], row["model_b"]
            a, b = sorted((first, second))
            preferred = {"a": first, "b": second}.get(row["outcome"])
            choice = "tie" if preferred is None else "a" if preferred == a else "b"
            found[judge][row["item_id"], a, b] = {judge: choice}
    return dict(found)


def agreement_of(verdict: Votes, votes: Votes) -> tuple[float | None, int, float | None, int]:
    """A judge beside people: kappa of it and their majority, on how many subjects; tau of the models' orders
    by its win rate and by people's, and of how many models."""
    both = [subject for subject in votes if subject in verdict]
    pairs = [[majority(votes[one].values()), majority(verdict[one].values())] for one in both]
    named = sorted({name for _, a, b in both for name in (a, b)})
    judged, people = _win_shares(verdict, named), _win_shares(votes, named)
    tau = kendall_tau([people[name] for name in named], [judged[name] for name in named])
    return fleiss_kappa(_counts(pairs)), len(pairs), tau, len(named)


def _preferred(column: Column, ours: float, theirs: float) -> str:
    if ours == theirs:
        return "tie"
    return "a" if (ours > theirs) == (CATALOGUE[column.metric].better == "higher") else "b"


def _win_shares(votes: Votes, named: Sequence[str]) -> dict[str, float]:
    """Each model's share of votes, a tie being half a win."""
    won: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for (_, a, b), choices in votes.items():
        for choice in choices.values():
            met.update((a, b))
            for name, letter in ((a, "a"), (b, "b")):
                won[name] += {letter: 1.0, "tie": 0.5}.get(choice, 0.0)  # type: ignore[assignment]
    return {name: won[name] / met[name] for name in named if met[name]}


def _counts(rated: Sequence[Sequence[str]]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    counts = [[choices.count(choice) for choice in CHOICES] for choices in map(list, rated)]
    return np.array(counts, dtype=np.int64).reshape(len(rated), len(CHOICES))


def agreement_table(
    votes: Votes, found: Sequence[Agreement], judges: Mapping[str, Votes] | None = None
) -> str:
    """Agreement for people; ``judges`` are those that compared edits directly."""
    kappa, subjects = kappa_of_people(votes)
    alpha, shared = alpha_of_people(votes)
    annotators = len({name for choices in votes.values() for name in choices})
    lines = [
        f"Fleiss' kappa among {annotators} annotators: {_number(kappa)}, "
        f"on {subjects}/{len(votes)} pairs of edits (those that the usual number voted on).",
        f"Krippendorff's alpha: {_number(alpha)}, on {shared}/{len(votes)} (those with two votes or more).",
    ]
    labels = column_labels({one.column: None for one in found})
    rows = [
        (labels[one.column], _number(one.kappa), f"{one.scored}/{one.expected}", _number(one.tau), one.models)
        for one in found
    ]
    for judge, verdict in (judges or {}).items():
        kappa, scored, tau, models = agreement_of(verdict, votes)
        rows.append((f"pairs by {judge}", _number(kappa), f"{scored}/{len(votes)}", _number(tau), models))
    if rows:
        head = ("metric", "kappa with people", "scored/expected", "Kendall's tau", "models")
        lines += ["", str(tabulate(rows, head, disable_numparse=True))]
    return "\n".join(lines)


def win_table(votes: Votes) -> str:
    """The models by people, best first: win rate, a tie being half a win, with its interval by bootstrap over
    items; and Bradley-Terry strength, which minds whom a model met."""
    items = {item: place for place, item in enumerate(sorted({item for item, _, _ in votes}))}
    names = sorted({name for _, a, b in votes for name in (a, b)})
    number = {name: place for place, name in enumerate(names)}
    wins = np.zeros((len(items), len(names), len(names)))
    for (item, a, b), choices in votes.items():
        for choice in choices.values():
            share = {"a": 1.0, "b": 0.0, "tie": 0.5}[choice]
            wins[items[item], number[a], number[b]] += share
            wins[items[item], number[b], number[a]] += 1 - share
    won, met = wins.sum(axis=2), wins.sum(axis=2) + wins.sum(axis=1)
    reason = why_not(wins.sum(axis=0))
    shares = None if reason else 100 * strengths(wins.sum(axis=0))
    rates = 100 * won.sum(axis=0) / met.sum(axis=0)
    rows = []
    for place in np.argsort(-(rates if shares is None else shares), kind="stable"):
        ends = ratio_interval(100 * won[:, place], met[:, place])
        interval = f"[{ends[0]:.1f}, {ends[1]:.1f}]" if ends else "-"
        strength = "-" if shares is None else f"{shares[place]:.1f}"
        rows.append((names[place], strength, f"{rates[place]:.1f}", interval, int(met[:, place].sum())))
    head = ("model", "strength, %", "win rate, %", "95 %", "votes")
    table = str(tabulate(rows, head, disable_numparse=True))
    return f"{table}\nNo strengths: {reason}." if reason else table


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"

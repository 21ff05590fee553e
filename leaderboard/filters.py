"""Which models of a contest a table shows, by what is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.cards import Answer
from motionedit_bench.leaderboard.contest import Contest, Entry

FIELDS = ("open_weights", "trained_on", "prompt_rewrite")
"""What can be asked of a model: whether its weights are open, whether it was trained on what belongs to the
benchmark, whether its instructions were rewritten. Each is yes, no, or unknown where nothing tells it."""

Conditions = Mapping[str, frozenset[str]]
"""By field, the answers that fit."""


def parse_where(texts: Sequence[str]) -> Conditions:
    """What ``--where FIELD=ANSWER,...`` asks.

    >>> sorted(parse_where(["trained_on=no,unknown"])["trained_on"])
    ['no', 'unknown']

    Raises:
        UsageError: it is of another form, or names a field twice.
    """
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        field, _, answers = text.partition("=")
        named = frozenset(answers.split(","))
        if field not in FIELDS or field in found or not named <= set(get_args(Answer)):
            raise UsageError(
                f"--where takes FIELD=ANSWER,... with each of {', '.join(FIELDS)} once, and the answers "
                f"{', '.join(get_args(Answer))}, but got {text!r}"
            )
        found[field] = named
    return found


def answers(entry: Entry) -> dict[str, Answer]:
    """What is told of a model, by field."""

    def answer(value: bool | None) -> Answer:
        return "unknown" if value is None else "yes" if value else "no"

    card = entry.card
    return {
        "open_weights": answer(card.open_weights),
        "trained_on": "yes" if entry.trained_on else answer(None if card.trained_on is None else False),
        "prompt_rewrite": answer(None if card.prompt_rewrite is None else card.rewriter is not None),
    }


def chosen(found: Contest, where: Sequence[str]) -> Contest:
    """The contest of those models that fit; its ranks are among them alone.

    Raises:
        UsageError: none fits, or see `parse_where`.
    """
    if not where:
        return found
    conditions = parse_where(where)
    fitting = tuple(
        entry
        for entry in found.entries
        if all(answers(entry)[field] in wanted for field, wanted in conditions.items())
    )
    told = " and ".join(where)
    if not fitting:
        raise UsageError(
            f"none of {len(found.entries)} models has {told}: see card.toml in docs/submissions.md"
        )
    return replace(found, entries=fitting, where=f"{told}: {len(fitting)} of {len(found.entries)}")

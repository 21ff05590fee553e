"""From what a worker answered to scores or a preference, or to the reason why there are none; pure."""

import json
from typing import Any

from motionedit_bench.errors import one_line
from motionedit_bench.metrics.judge.answer import WINNERS, Answer, Refused, Unparsed, Winner, quoted
from motionedit_bench.metrics.judge.rubric import HIGHEST, SCALES


def measured_of(answer: Answer) -> dict[str, float]:
    """The three scores that a worker measured, any number from 0 to 5, by scale.

    Raises:
        Refused, Unparsed: it holds none.
    """
    told = _told(answer).get("scores")
    scores = told if isinstance(told, dict) else {}
    for name in SCALES:
        value = scores.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST:
            raise Unparsed(f"the worker's {name} is {quoted(value)}, allowed: a number from 0 to {HIGHEST}")
    return {name: float(scores[name]) for name in SCALES}


def preferred_of(answer: Answer) -> Winner:
    """Which of two edits a worker prefers.

    Raises:
        Refused, Unparsed: it does not say.
    """
    for winner in WINNERS.values():
        if _told(answer).get("winner") == winner:
            return winner
    said = quoted(_told(answer).get("winner"))
    raise Unparsed(f"the worker's winner is {said}, allowed: {', '.join(WINNERS.values())}")


def _told(answer: Answer) -> dict[str, Any]:
    """What a worker answered, which a submitter may have written."""
    if answer.refusal:
        raise Refused(one_line(answer.refusal, most=300))
    try:
        said = json.loads(answer.text or "")
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Unparsed(f"the answer is no JSON object: {quoted(answer.text)}")
    if "unparsed" in said:
        raise Unparsed(one_line(said["unparsed"], most=300))
    return said

"""From recorded answers to the scores that they say, by the protocol that they were asked by; pure."""

from collections.abc import Sequence

from motionedit_bench.metrics.judge.answer import Answer, Unparsed, expectation_of, scores_of
from motionedit_bench.metrics.judge.measured import measured_of
from motionedit_bench.metrics.judge.rubric import SCALES


def ratings(answers: Sequence[Answer], protocol: str | None) -> list[dict[str, float]]:
    """The three scores of each repeat, read again from all answers about one edit, in the order asked.

    Raises:
        Refused, Unparsed: they hold none, there are none, or not as many as the protocol asks for.
    """
    if protocol == "rubric":
        found = [scores_of(answer) for answer in answers]
    elif protocol == "worker":
        found = [measured_of(answer) for answer in answers]
    elif protocol == "digit" and len(answers) % len(SCALES) == 0:
        values = [expectation_of(answer).value for answer in answers]
        steps = range(0, len(values), len(SCALES))
        found = [dict(zip(SCALES, values[k : k + len(SCALES)], strict=True)) for k in steps]
    else:
        found = []
    if not found:
        raise Unparsed(f"{len(answers)} answers by protocol {protocol} are no rating")
    return found

"""From what a judge answered to scores, or to the reason why there are none; pure and strict.

Nothing is guessed: an answer that does not say a whole number from 0 to 5 for each scale is no score.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from motionedit_bench.errors import MebenchError, one_line
from motionedit_bench.metrics.judge.rubric import HIGHEST, SCALES

REFUSALS = re.compile(
    r"^\W*(i['\u2019]?m (really |very )?sorry|sorry\b"
    r"|i (can ?not|can['\u2019]?t|won['\u2019]?t|am unable|am not able)\b"
    r"|i['\u2019]?m (unable|not able)\b|as an ai\b|unfortunately,? i (can ?not|can['\u2019]?t))",
    re.IGNORECASE,
)
"""How an answer in words begins that declines to judge."""

DIGITS = tuple(str(digit) for digit in range(HIGHEST + 1))
Winner = Literal["first", "second", "tie"]
WINNERS: dict[str, Winner] = {"A": "first", "B": "second", "tie": "tie"}


class Unparsed(MebenchError):
    """The answer holds no score; the text says why."""


class Refused(MebenchError):
    """The judge, or the safety system before it, declined; the text is what it said."""


@dataclass(frozen=True)
class Answer:
    """What came back from one call, as it came: enough to read the score from it again.

    Attributes:
        text: the answer's words; ``None`` where the server sent none.
        model: the model that the server says it used.
        refusal: what the server marks as a refusal.
        finish: why the answer ended: ``stop``, ``length``, ``content_filter``.
        digits: log-probabilities of first tokens, as far as they are known (protocol ``digit``).
        whole: whether ``digits`` holds all six digits' own probabilities.
        tokens_in, tokens_out: as the server counted them.
    """

    text: str | None
    model: str | None = None
    refusal: str | None = None
    finish: str | None = None
    digits: Mapping[str, float] | None = None
    whole: bool = False
    tokens_in: int | None = None
    tokens_out: int | None = None

    def as_json(self) -> dict[str, Any]:
        told = {name: value for name, value in asdict(self).items() if value not in (None, False)}
        return {"text": self.text, **told}


def scores_of(answer: Answer) -> dict[str, float]:
    """The three scores of an answer to the ``rubric`` question, 0 to 5, by scale.

    Raises:
        Refused, Unparsed: it holds none.
    """
    said = _object(answer)
    return {name: _whole_number(said, name) for name in SCALES}


def ratings(answers: Sequence[Answer], protocol: str | None) -> list[dict[str, float]]:
    """The three scores of each repeat, read again from all answers about one edit, in the order asked.

    Raises:
        Refused, Unparsed: they hold none, there are none, or not as many as the protocol asks for.
    """
    if protocol == "rubric":
        found = [scores_of(answer) for answer in answers]
    elif protocol == "digit" and len(answers) % len(SCALES) == 0:
        values = [expectation_of(answer).value for answer in answers]
        steps = range(0, len(values), len(SCALES))
        found = [dict(zip(SCALES, values[k : k + len(SCALES)], strict=True)) for k in steps]
    else:
        found = []
    if not found:
        raise Unparsed(f"{len(answers)} answers by protocol {protocol} are no rating")
    return found


def reason_of(answer: Answer) -> str:
    """The judge's own reason, if it gave one; otherwise empty."""
    try:
        reason = _object(answer).get("reason")
    except (Refused, Unparsed):
        return ""
    return reason if isinstance(reason, str) else ""


def winner_of(answer: Answer) -> Winner:
    """Which of two edits an answer to the ``preference`` question prefers.

    Raises:
        Refused, Unparsed: it does not say.
    """
    said = _object(answer).get("winner")
    if not isinstance(said, str) or said not in WINNERS:
        raise Unparsed(f"winner is {_quoted(said)}, allowed: {', '.join(WINNERS)}")
    return WINNERS[said]


@dataclass(frozen=True)
class Expectation:
    """A score from the probabilities of digits.

    ``value`` 0 to 5; ``mass`` how much of all probability the digits have; ``missing`` the digits
    whose probability is unknown and was taken as 0: the value is then an approximation.
    """

    value: float
    mass: float
    missing: tuple[str, ...]


def expectation_of(answer: Answer) -> Expectation:
    """The expectation over the probabilities of the tokens 0 to 5, each divided by their sum.

    As in the paper's training reward (there divided by 5 again). Tokens that are a digit but for
    spaces around it count as that digit.

    Raises:
        Refused: the judge declined.
        Unparsed: there are no probabilities, or none of a digit.
    """
    _declined(answer)
    if not answer.digits:
        raise Unparsed(
            "the server sent no log-probabilities: use --protocol rubric, a server that sends them, or local:"
        )
    shares = dict.fromkeys(DIGITS, 0.0)
    for token, logprob in answer.digits.items():
        if token.strip() in shares:
            shares[token.strip()] += math.exp(logprob)
    mass = math.fsum(shares.values())
    if not mass > 0:
        raise Unparsed(f"no digit from 0 to {HIGHEST} among the likely answers, which begin {_said(answer)}")
    missing = () if answer.whole else tuple(digit for digit in DIGITS if not shares[digit])
    value = math.fsum(int(digit) * share for digit, share in shares.items()) / mass
    return Expectation(min(max(value, 0.0), float(HIGHEST)), min(mass, 1.0), missing)


def _declined(answer: Answer) -> None:
    if answer.refusal:
        raise Refused(one_line(answer.refusal, most=300))
    if answer.finish == "content_filter":
        raise Refused("the safety system stopped the answer")


def _object(answer: Answer) -> dict[str, Any]:
    """The one JSON object in an answer, alone, in a code fence, or with prose around it."""
    _declined(answer)
    text = (answer.text or "").strip()
    if not text:
        raise Unparsed(
            "the answer is empty" + (", cut off at its limit" if answer.finish == "length" else "")
        )
    found = _objects(text)
    if not found and REFUSALS.match(text):
        raise Refused(one_line(text, most=300))
    if not found and answer.finish == "length":
        raise Unparsed(f"the answer was cut off at its limit of tokens: {_said(answer)}")
    if not found:
        raise Unparsed(f"the answer holds no JSON object: {_said(answer)}")
    if any(other != found[0] for other in found[1:]):
        raise Unparsed(f"the answer holds {len(found)} different JSON objects: {_said(answer)}")
    return found[0]


def _objects(text: str) -> list[dict[str, Any]]:
    """All JSON objects in a text that lie in no other."""
    reader = json.JSONDecoder(object_pairs_hook=_without_twins, parse_constant=_no_number)
    found, place = [], text.find("{")
    while place >= 0:
        try:
            value, end = reader.raw_decode(text, place)
            found.append(value)
        except (ValueError, RecursionError):
            end = place + 1
        place = text.find("{", end)
    return found


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise Unparsed(f"a name stands twice in the answer's JSON object: {', '.join(names)}"[:200])
    return dict(pairs)


def _no_number(text: str) -> float:
    raise Unparsed(f"{text} in the answer is no score")


def _whole_number(said: Mapping[str, Any], name: str) -> float:
    if name not in said:
        raise Unparsed(f"the answer has no {name}: it has {', '.join(map(_quoted, said)) or 'nothing'}"[:200])
    value = said[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value not in range(HIGHEST + 1):
        raise Unparsed(f"{name} is {_quoted(value)}, allowed: a whole number from 0 to {HIGHEST}")
    return float(value)


def _quoted(value: object) -> str:
    return one_line(json.dumps(value, ensure_ascii=False, default=str), most=60)


def _said(answer: Answer) -> str:
    return _quoted(answer.text or "")

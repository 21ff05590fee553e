"""From what a judge answered to scores, or to the reason why there are none; pure and strict.

Nothing is guessed: an answer that does not say a whole number from 0 to 5 for each scale is no score.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from motionedit_bench.errors import MebenchError, one_line
from motionedit_bench.metrics.judge.objects import objects
from motionedit_bench.metrics.judge.rubric import HIGHEST, SCALES
from motionedit_bench.metrics.judge.thinking import without_thinking
from motionedit_bench.surrogates import escaped

READING = "3"
"""Version of how answers are read, raised whenever the same ones would give other values. 2: nothing is taken
from thinking, from what does not parse, or from probabilities of which too few are a digit's. 3: thinking is
known by more of its marks."""

REFUSALS = re.compile(
    r"^\W*(i['\u2019]?m (really |very )?sorry|sorry\b"
    r"|i (can ?not|can['\u2019]?t|won['\u2019]?t|am unable|am not able)\b"
    r"|i['\u2019]?m (unable|not able)\b|as an ai\b|unfortunately,? i (can ?not|can['\u2019]?t))",
    re.IGNORECASE,
)
"""How an answer in words begins that declines to judge."""

ENDED = ("stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete", "completed", "finished")
CUT = ("length", "max_tokens", "max_output_tokens", "model_length")
WITHHELD = ("content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii", "refusal")
FINISHES = (*ENDED, *CUT, *WITHHELD, "tool_calls", "function_call")
"""Why answers end, in small letters, as servers say it; whatever else one says is a failure of its own."""

EDGES = ("{", "[", "}", "]", "```")
"""With one of these an answer begins or ends that is more than a thought in the middle of others: servers put
the mark of thinking into the prompt, so that what was cut off may be thinking throughout and bear no mark."""

LEAST_MASS = 0.5
"""Of all probability, so much lies on digits at least: with less, the model was about to say something else,
and the expectation would be made of what it hardly considers."""

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
        finish: why the answer ended, see `FINISHES`; ``None`` where the server does not say.
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
    said = object_in(answer)
    return {name: whole_number(said, name) for name in SCALES}


def reason_of(answer: Answer) -> str:
    """The judge's own reason, if it gave one; otherwise empty."""
    try:
        reason = object_in(answer).get("reason")
    except (Refused, Unparsed):
        return ""
    return escaped(reason) if isinstance(reason, str) else ""


def winner_of(answer: Answer) -> Winner:
    """Which of two edits an answer to the ``preference`` question prefers.

    Raises:
        Refused, Unparsed: it does not say.
    """
    said = object_in(answer).get("winner")
    if not isinstance(said, str) or said not in WINNERS:
        raise Unparsed(f"winner is {quoted(said)}, allowed: {', '.join(WINNERS)}")
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
        Unparsed: there are no probabilities, the likeliest answer is no digit, or less than `LEAST_MASS` of
            all probability is digits'.
    """
    _ended(answer)
    if not answer.digits:
        raise Unparsed(
            "the server sent no log-probabilities: use --protocol rubric, a server that sends them, or local:"
        )
    shares = dict.fromkeys(DIGITS, 0.0)
    for token, logprob in answer.digits.items():
        if token.strip() in shares:
            shares[token.strip()] += math.exp(logprob)
    mass = math.fsum(shares.values())
    likeliest = answer.text if answer.whole else max(answer.digits, key=answer.digits.__getitem__)
    if (likeliest or "").strip() not in shares:
        raise Unparsed(f"the likeliest answer is no digit from 0 to {HIGHEST}, it begins {quoted(likeliest)}")
    if mass < LEAST_MASS:
        raise Unparsed(
            f"digits from 0 to {HIGHEST} have {mass:.2g} of all probability, less than {LEAST_MASS}"
        )
    missing = () if answer.whole else tuple(digit for digit in DIGITS if not shares[digit])
    value = math.fsum(int(digit) * share for digit, share in shares.items()) / mass
    return Expectation(min(max(value, 0.0), float(HIGHEST)), min(mass, 1.0), missing)


def _ended(answer: Answer) -> None:
    """Make sure that the judge did not decline, and that its answer came to an end that is known."""
    finish = (answer.finish or "stop").lower()
    if answer.refusal:
        raise Refused(one_line(answer.refusal, most=300))
    if finish in WITHHELD:
        raise Refused("the safety system stopped the answer")
    if finish not in FINISHES:
        raise Unparsed(f"the server broke the answer off: {one_line(finish, most=60)}")


def object_in(answer: Answer) -> dict[str, Any]:
    """The one JSON object in an answer, alone, in a code fence, or with prose or thinking around it.

    Raises:
        Refused, Unparsed: it holds none, or several.
    """
    _ended(answer)
    whole = (answer.text or "").strip()
    cut = (answer.finish or "").lower() in CUT
    if not whole:
        raise Unparsed("the answer is empty" + (", cut off at its limit" if cut else ""))
    found = _alone(whole)
    if found is not None:
        return found
    text = without_thinking(whole).strip()
    several, broken = objects(text, _without_twins, _no_number)
    if not several and REFUSALS.match(text):
        raise Refused(one_line(text, most=300))
    at_an_edge = text.startswith(EDGES) or text.endswith(EDGES) or text != whole
    if cut and (broken or not several or not at_an_edge):
        raise Unparsed(f"the answer was cut off at its limit of tokens: {_said(answer)}")
    if not several:
        where = " outside its thinking" if text != whole else ""
        raise Unparsed(f"the answer holds no JSON object{where}: {_said(answer)}")
    if broken:
        raise Unparsed(f"the answer ends within a broken JSON object: {_said(answer)}")
    if any(other != several[0] for other in several[1:]):
        raise Unparsed(f"the answer holds {len(several)} different JSON objects: {_said(answer)}")
    return dict(several[0])


def _alone(text: str) -> dict[str, Any] | None:
    """The object that a text is, if it is one and nothing else but a code fence around it."""
    if text.startswith("```") and text.endswith("```"):
        _, _, text = text[:-3].partition("\n")
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise Unparsed(f"a name stands twice in the answer's JSON object: {', '.join(names)}"[:200])
    return dict(pairs)


def _no_number(text: str) -> float:
    raise Unparsed(f"{text} in the answer is no score")


def whole_number(said: Mapping[str, Any], name: str) -> float:
    """The whole number from 0 to `HIGHEST` that an answer's object has under that name.

    Raises:
        Unparsed: it has another value there, or none.
    """
    if name not in said:
        raise Unparsed(f"the answer has no {name}: it has {', '.join(map(quoted, said)) or 'nothing'}"[:200])
    value = said[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value not in range(HIGHEST + 1):
        raise Unparsed(f"{name} is {quoted(value)}, allowed: a whole number from 0 to {HIGHEST}")
    return float(int(value))  # a -0.0 is no other 0


def quoted(value: object) -> str:
    """A value as it stood in an answer, in one short line."""
    return one_line(json.dumps(value, ensure_ascii=False, default=str), most=60)


def _said(answer: Answer) -> str:
    return quoted(answer.text or "")

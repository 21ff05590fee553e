"""From what a judge answered about a candidate to a verdict, an instruction, a check; pure and strict.

Nothing is guessed: an answer that lacks a field, or spells a category in another way, is no verdict.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from motionedit_bench.metrics.judge.answer import Answer, Unparsed, object_in, quoted, whole_number
from motionedit_bench.mining.hidden import hidden_in
from motionedit_bench.mining.questions import SCALES
from motionedit_bench.mining.records import CATEGORIES
from motionedit_bench.surrogates import escaped

READING = 2
"""Raised whenever the same answers would be read in another way. 2: texts with hidden characters are none,
nor are sentences that are long without spaces or follow each other in Chinese."""
LEAST = 4
"""What each scale must have at least, that a pair is kept."""
MOST_WORDS = 30
MOST_CHARACTERS = 300
"""Of a sentence: some scripts put no spaces between words."""
FORBIDDEN = ("image", "images", "frame", "frames", "video", "videos")
"""Words that no instruction has: it speaks of the scene."""

_SENTENCES = re.compile(r"[.!?][\"')\]]*\s+\S|[\u3002\uff01\uff1f]\s*\S")

JudgeRule = Literal["judge_keep", "setting", "motion", "integrity", "instruction_unfaithful"]
"""What can drop a candidate by what a judge said, in the order in which it is asked."""


@dataclass(frozen=True)
class Verdict:
    """What a judge made of a pair.

    Attributes:
        setting, motion, integrity: 0 to 5, higher is better; see ``questions.md``.
        keep: whether the judge would keep the pair.
        before, after: what moves, as it is in the input and as it is in the target.
        category: one of `CATEGORIES`.
    """

    setting: int
    motion: int
    integrity: int
    keep: bool
    before: str
    after: str
    category: str

    def dropped_by(self, least: int = LEAST) -> JudgeRule | None:
        """The first rule that drops the pair; ``None``: it is kept."""
        if not self.keep:
            return "judge_keep"
        if self.setting < least:
            return "setting"
        if self.motion < least:
            return "motion"
        return "integrity" if self.integrity < least else None


def verdict_of(answer: Answer) -> Verdict:
    """The verdict in an answer to the question ``verdict``.

    Raises:
        Refused, Unparsed: there is none.
    """
    said = object_in(answer)
    setting, motion, integrity = (int(whole_number(said, name)) for name in SCALES)
    category = _text(said, "category")
    if category not in CATEGORIES:
        raise Unparsed(f"category is {quoted(category)}, allowed: {', '.join(CATEGORIES)}")
    before, after = _text(said, "before"), _text(said, "after")
    return Verdict(setting, motion, integrity, _truth(said, "keep"), before, after, category)


def instruction_of(answer: Answer) -> str:
    """The sentence in an answer to the question ``instruction``.

    Raises:
        Refused, Unparsed: there is none, or it is not one sentence of at most `MOST_WORDS` words and
            `MOST_CHARACTERS` without the `FORBIDDEN` words, or a spreadsheet would compute it.
    """
    sentence = _text(object_in(answer), "instruction")
    words = sentence.split()
    if sentence.startswith(("=", "+", "-", "@")):
        raise Unparsed(f"the instruction starts as a formula does: {quoted(sentence)}")
    if len(words) > MOST_WORDS:
        raise Unparsed(f"the instruction has {len(words)} words, allowed: {MOST_WORDS}")
    if len(sentence) > MOST_CHARACTERS:
        raise Unparsed(f"the instruction has {len(sentence)} characters, allowed: {MOST_CHARACTERS}")
    if _SENTENCES.search(sentence):
        raise Unparsed(f"the instruction is more than one sentence: {quoted(sentence)}")
    for word in re.findall(r"\w+", sentence.lower()):
        if word in FORBIDDEN:
            raise Unparsed(f"the instruction has the word {word!r}, which is not allowed: {quoted(sentence)}")
    return sentence


def fits_in(answer: Answer) -> bool:
    """What an answer to the question ``fits`` says.

    Raises:
        Refused, Unparsed: it says neither.
    """
    return _truth(object_in(answer), "fits")


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unparsed(f"{name} is {quoted(value)}, allowed: a text")
    if hidden := hidden_in(value):
        raise Unparsed(f"{name} has the character {hidden}, which is not seen")
    return escaped(" ".join(value.split()))


def _truth(said: dict[str, Any], name: str) -> bool:
    value = said.get(name)
    if not isinstance(value, bool):
        raise Unparsed(f"{name} is {quoted(value)}, allowed: true or false")
    return value

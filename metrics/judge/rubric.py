"""What judges are asked: the questions of ``rubric.md``, with the hash of their words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from motionedit_bench.records import digest

SCALES = ("fidelity", "preservation", "coherence")
"""The three things rated, 0 to 5 each (paper, section 4)."""
HIGHEST = 5
WHOLE = "whole"
"""The question about an edit as a whole, which training asks; its answer is one digit, too."""

Protocol = Literal["rubric", "digit", "worker"]
PROTOCOLS: tuple[Protocol, ...] = ("rubric", "digit")
"""``rubric``: one call gives three scores and a reason. ``digit``: one call a scale, whose score is the
expectation over the probabilities of the digits 0 to 5, as in the paper's training reward. Judges that are
workers have one of their own, ``worker``, which nobody chooses."""


@dataclass(frozen=True)
class Question:
    """One question of the rubric. ``text`` has a place for the instruction; ``digest`` is of its words.

    ``form`` says what an answer in words has beside its reason: by name, the JSON schema of each value.
    """

    name: str
    text: str
    version: int
    form: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def digest(self) -> str:
        return digest(self.text.encode())[:12]

    def about(self, instruction: str) -> str:
        """The question about an edit that was asked for with that instruction."""
        return self.text.format(instruction=instruction)


_SCORE = {"type": "integer", "minimum": 0, "maximum": HIGHEST}
FORMS: Mapping[str, Mapping[str, Any]] = {
    "rubric": dict.fromkeys(SCALES, _SCORE),
    "preference": {"winner": {"type": "string", "enum": ["A", "B", "tie"]}},
}
"""The forms of the rubric's answers in words; others are one digit."""


@cache
def question(name: str) -> Question:
    """The question of that name: ``rubric``, one of `SCALES`, `WHOLE`, or ``preference``."""
    content = files(__package__).joinpath("rubric.md").read_text(encoding="utf-8")
    found = read_questions(content, FORMS, "rubric.md")
    if name not in found:
        raise ValueError(f"rubric.md has no question {name!r}")
    return found[name]


def read_questions(content: str, forms: Mapping[str, Mapping[str, Any]], source: str) -> dict[str, Question]:
    """The questions in a Markdown file, a section each, below a line ``Version: N``; with their forms.

    Raises:
        ValueError: it has no version.
    """
    head, *sections = re.split(r"^## (\w+)\n", content, flags=re.MULTILINE)
    version = re.search(r"^Version: (\d+)$", head, flags=re.MULTILINE)
    if version is None:
        raise ValueError(f"{source} has no version")
    texts = zip(sections[::2], sections[1::2], strict=True)
    return {name: Question(name, text.strip(), int(version[1]), forms.get(name, {})) for name, text in texts}


def questions(protocol: Protocol) -> tuple[Question, ...]:
    """The questions that a protocol asks about one edit."""
    return (question("rubric"),) if protocol == "rubric" else tuple(question(name) for name in SCALES)


def wording(asked: tuple[Question, ...]) -> str:
    """Version and hash of questions, as it stands in every row: ``1-0a1b2c3d4e5f``."""
    joined = "\n".join(one.text for one in asked)
    return f"{asked[0].version}-{digest(joined.encode())[:12]}"

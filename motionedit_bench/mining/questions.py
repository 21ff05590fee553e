"""The questions that a judge is asked about candidates, and the forms of their answers."""

from functools import cache
from importlib.resources import files
from typing import Any

from motionedit_bench.metrics.judge.rubric import HIGHEST, Question, read_questions
from motionedit_bench.mining.records import CATEGORIES

SCALES = ("setting", "motion", "integrity")
"""What a pair is rated on, 0 to 5 each: the paper's three criteria."""

_SCORE: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": HIGHEST}
_TEXT: dict[str, Any] = {"type": "string"}
FORMS: dict[str, dict[str, Any]] = {
    "verdict": {
        **dict.fromkeys(SCALES, _SCORE),
        "keep": {"type": "boolean"},
        "before": _TEXT,
        "after": _TEXT,
        "category": {"type": "string", "enum": list(CATEGORIES)},
    },
    "instruction": {"instruction": _TEXT},
    "fits": {"fits": {"type": "boolean"}},
}


@cache
def questions() -> dict[str, Question]:
    """The three questions by name, in the order in which they are asked."""
    content = files(__package__).joinpath("questions.md").read_text(encoding="utf-8")
    return read_questions(content, FORMS, "questions.md")

"""A judge of candidates on loopback: keeps all, but for what a test has it say."""

import json
from collections.abc import Callable
from typing import Any

from helpers.tiny_judge_server import Asked, Reply, saying

VERDICT = {
    "reason": "The square moves.",
    "setting": 5,
    "motion": 5,
    "integrity": 5,
    "keep": True,
    "before": "the square is left",
    "after": "the square is right",
    "category": "Locomotion / Distance",
}
SENTENCE = "Slide the square to the right."


def stage(asked: Asked) -> str:
    """Which question a request asks."""
    return str(asked.body["response_format"]["json_schema"]["name"])


def answering(**own: Any) -> Callable[[Asked, int], Reply]:
    """Replies by question: an object, a reply, or what makes either of a request."""
    usual: dict[str, Any] = {
        "verdict": VERDICT,
        "instruction": {"reason": "", "instruction": SENTENCE},
        "fits": {"reason": "it does", "fits": True},
    }

    def reply(asked: Asked, before: int) -> Reply:
        said = own.get(stage(asked), usual[stage(asked)])
        said = said(asked, before) if callable(said) else said
        return saying(json.dumps(said)) if isinstance(said, dict) else said

    return reply

"""The chat-completions protocol: what an answer, an error and a schema look like in it; pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.rubric import HIGHEST, SCALES


def read_answer(content: bytes, wants_digit: bool = False) -> Answer:
    """The answer in a response's body, as it is.

    Raises:
        ValueError: it is not of the protocol.
    """
    try:
        body = json.loads(content)
        choice = body["choices"][0]
        message = choice["message"]
        text, model, usage = message.get("content"), body.get("model"), body.get("usage") or {}
        if isinstance(text, list):
            text = "".join(part.get("text") or "" for part in text)
        if text is not None and not isinstance(text, str):
            raise ValueError("its content is no text")
        refusal = message.get("refusal")
        tokens_in, tokens_out = usage.get("prompt_tokens"), usage.get("completion_tokens")
        return Answer(
            text=text,
            model=model if isinstance(model, str) else None,
            refusal=refusal if isinstance(refusal, str) else None,
            finish=choice.get("finish_reason"),
            digits=_first_token(choice) if wants_digit else None,
            tokens_in=tokens_in if isinstance(tokens_in, int) else None,
            tokens_out=tokens_out if isinstance(tokens_out, int) else None,
        )
    except (KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__} {error}".strip()) from error


def _first_token(choice: Mapping[str, Any]) -> dict[str, float] | None:
    """Log-probabilities of the likely first tokens; ``None`` where the server sent none."""
    tokens = (choice.get("logprobs") or {}).get("content") or []
    if not tokens:
        return None
    found: dict[str, float] = {}
    for likely in tokens[0].get("top_logprobs") or [tokens[0]]:
        token, logprob = likely["token"], likely["logprob"]
        if isinstance(token, str) and isinstance(logprob, int | float) and logprob <= 0:
            found[token] = float(logprob)
    return found


def schema(question: str) -> dict[str, Any]:
    """The form of an answer, for servers that can hold a model to it."""
    if question == "preference":
        fields: dict[str, Any] = {"winner": {"type": "string", "enum": ["A", "B", "tie"]}}
    else:
        fields = {name: {"type": "integer", "minimum": 0, "maximum": HIGHEST} for name in SCALES}
    properties = {"reason": {"type": "string"}} | fields
    form = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": question, "strict": True, "schema": form}}


def error_of(content: bytes) -> tuple[str, str]:
    """Code and message of an error's body, in the forms in which servers send them."""
    try:
        body = json.loads(content)
        body = body[0] if isinstance(body, list) and body else body
        error = body.get("error", body) if isinstance(body, dict) else body
        if isinstance(error, dict):
            said = error.get("message") or error.get("detail") or json.dumps(error)
            return str(error.get("code") or ""), said if isinstance(said, str) else json.dumps(said)
        return "", str(error)
    except (ValueError, RecursionError):
        return "", content[:300].decode(errors="replace") or "no reason given"


def retry_after(text: str | None) -> float:
    """Seconds that a Retry-After header asks for; 0 where there is none or it says nothing."""
    if not text:
        return 0.0
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())

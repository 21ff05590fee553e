"""The words of ``POST /chat/completions``: what is sent, and what answers and errors say; pure.

The protocol: https://platform.openai.com/docs/api-reference/chat/create. Google's side of it:
https://ai.google.dev/gemini-api/docs/openai
"""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from motionedit_bench.errors import one_line
from motionedit_bench.metrics.judge.answer import FINISHES, Answer
from motionedit_bench.metrics.judge.model import Call
from motionedit_bench.metrics.judge.rubric import Question
from motionedit_bench.surrogates import escaped

ROOM = 4096
"""Tokens that an answer in words may take; models that think need them."""
TOP = 20
"""How many likely tokens are asked for (the most that OpenAI allows)."""

MOST_TOKENS = 10**9
"""No answer has more; such a count is not believed."""

SPOKEN = ("text", "output_text")
"""Parts of a message that are its text; others are thoughts, calls, pictures."""

WORDS = ("message", "detail", "msg", "error_msg", "error_message", "title")
"""Where servers put what they have to say of an error."""

NAMED = {
    **dict.fromkeys(("invalid_request_error", "invalid_argument", "badrequesterror"), 400),
    **dict.fromkeys(("invalid_api_key", "unauthenticated", "unauthorized", "authentication_error"), 401),
    **dict.fromkeys(("insufficient_credits", "payment_required", "billing_error"), 402),
    **dict.fromkeys(("permission_denied", "permission_error", "forbidden"), 403),
    **dict.fromkeys(("model_not_found", "not_found", "not_found_error", "notfounderror"), 404),
    **dict.fromkeys(("rate_limit_exceeded", "rate_limit_error", "resource_exhausted"), 429),
    **dict.fromkeys(("server_error", "internal_error", "internal", "internalservererror"), 500),
    **dict.fromkeys(("unavailable", "overloaded_error", "overloaded"), 503),
}
"""HTTP statuses by the names, in small letters, that errors have in bodies."""


def body(model: str, call: Call, fields: Mapping[str, Any], seeds: bool, structured: bool) -> dict[str, Any]:
    """The request for one call, as JSON values.

    ``fields`` are added to it; a field that is ``None`` is left out. ``seeds``: whether the server takes
    one. ``structured``: whether it can hold a model to a form.
    """
    content: list[dict[str, Any]] = [{"type": "text", "text": call.text}]
    for picture in call.pictures:
        data = base64.b64encode(picture.content).decode()
        content.append({"type": "image_url", "image_url": {"url": f"data:{picture.type};base64,{data}"}})
    made: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "user", "content": content}],
        "temperature": 0,
    }
    if seeds:
        made["seed"] = call.repeat
    if call.wants_digit:
        made |= {"max_tokens": 1, "logprobs": True, "top_logprobs": TOP}
    else:
        made["max_tokens"] = ROOM
        if structured:
            made["response_format"] = _form(call.question)
    made |= fields
    return {name: value for name, value in made.items() if value is not None}


def _form(question: Question) -> dict[str, Any]:
    """The form of an answer, for servers that can hold a model to it."""
    properties = {"reason": {"type": "string"}} | dict(question.form)
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": question.name, "strict": True, "schema": schema}}


class ServerError(ValueError):
    """What a server sent in place of an answer: an error in its own words.

    Attributes:
        names: what it calls the error, in small letters: codes, types, HTTP statuses.
    """

    def __init__(self, said: str, names: Sequence[str] = ()) -> None:
        super().__init__(said)
        self.names = tuple(names)


def read_text(content: bytes) -> str:
    """A body as text; bytes that no text has are kept, as lone surrogates."""
    encoding = json.detect_encoding(content)
    return content.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "replace")


def read_answer(text: str, wants_digit: bool = False) -> Answer:
    """The answer in a response's body, as it is, but for `escaped` halves of characters.

    Raises:
        ServerError: it is an error. ValueError: it is not of the protocol.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {text.strip() or 'it is empty'}") from error
    if (failed := _error_in(body)) is not None:
        raise failed
    try:
        choice = body["choices"][0]
        message = choice["message"]
        said, usage = _joined(message.get("content")), body.get("usage") or {}
        refusal, model, finish = message.get("refusal"), body.get("model"), choice.get("finish_reason")
        if finish is not None and not (isinstance(finish, str) and finish.lower() in ("", *FINISHES)):
            raise ValueError(f"it ends by {one_line(finish, most=60)!r}")
        return Answer(
            text=None if said is None else escaped(said),
            model=one_line(model) or None if isinstance(model, str) else None,
            refusal=escaped(refusal) if isinstance(refusal, str) else None,
            finish=finish or None,
            digits=_first_token(choice) if wants_digit else None,
            tokens_in=_count(usage.get("prompt_tokens")),
            tokens_out=_count(usage.get("completion_tokens")),
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__} {error}".strip()) from error


def _joined(content: Any) -> str | None:
    """A message's text, given whole or in parts, of which some may be thoughts."""
    if isinstance(content, list):
        spoken = [part for part in content if part.get("type", "text") in SPOKEN and not part.get("thought")]
        return "".join(part.get("text") or "" for part in spoken)
    if content is not None and not isinstance(content, str):
        raise ValueError("its content is no text")
    return content


def _count(value: Any) -> int | None:
    counts = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    return value if counts else None


def _first_token(choice: Mapping[str, Any]) -> dict[str, float] | None:
    """Log-probabilities of the likely first tokens; ``None`` where the server sent none."""
    tokens = (choice.get("logprobs") or {}).get("content") or []
    if not tokens:
        return None
    found: dict[str, float] = {}
    for likely in tokens[0].get("top_logprobs") or [tokens[0]]:
        token, logprob = likely["token"], likely["logprob"]
        known = isinstance(logprob, int | float) and math.isfinite(logprob) and logprob <= 0
        if isinstance(token, str) and known:
            found[escaped(token)] = float(logprob)
    return found


def read_error(text: str) -> ServerError:
    """The error in a body, in the forms in which servers send them; whatever else it is, as it stands."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return ServerError(text.strip() or "no reason given")
    return _error_in(body) or ServerError(text.strip())


def _error_in(body: Any) -> ServerError | None:
    """The error that a body is; ``None`` where it may be an answer."""
    body = body[0] if isinstance(body, list) and body else body
    if not isinstance(body, dict):
        return None
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    own = first.get("error") if isinstance(first, dict) else None
    listed = body.get("errors")
    error = body.get("error") or own or (listed[0] if isinstance(listed, list) and listed else listed)
    if not error and not first and any(body.get(name) for name in WORDS):
        error = body
    if not error:
        return None
    if not isinstance(error, dict):
        return ServerError(error if isinstance(error, str) else json.dumps(error), _names(body))
    said = next((error[name] for name in WORDS if error.get(name)), error)
    return ServerError(said if isinstance(said, str) else json.dumps(said), _names(error))


def _names(error: Mapping[str, Any]) -> list[str]:
    found = (error.get(name) for name in ("code", "status", "status_code", "type"))
    return [str(name).lower() for name in found if isinstance(name, str | int) and name]


def status_of(names: Sequence[str]) -> int | None:
    """The HTTP status that an error's names amount to; ``None`` where they name none."""
    for name in names:
        if name.isdecimal() and 400 <= int(name[:4]) < 600:
            return int(name)
        if name in NAMED:
            return NAMED[name]
    return None

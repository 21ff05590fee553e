"""Judges behind a server that speaks ``POST /chat/completions``: OpenAI, vLLM, SGLang, Gemini, others.

The protocol: https://platform.openai.com/docs/api-reference/chat/create. Google's side of it:
https://ai.google.dev/gemini-api/docs/openai
"""

import asyncio
import base64
import json
import os
import random
import threading
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson

from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.asking import Call, CallFailed, Model
from motionedit_bench.metrics.judge.budget import CHARACTERS_PER_TOKEN, Budget, Price
from motionedit_bench.metrics.judge.rubric import HIGHEST, SCALES

RETRIED = (408, 409, 425, 429, 500, 502, 503, 504, 529)
"""Answers after which another try can help."""
BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
"""Seconds before the second try, doubled before each further one, up to the second figure."""
LONGEST_WAIT = 120.0
"""Seconds that a server may ask to be left alone (Retry-After); where it asks for more, the call fails."""

DECLINED = ("content_policy_violation", "content_filter", "contentfilter", "moderation_blocked", "safety")
"""Error codes, in small letters, with which a safety system declines."""
SPENT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
"""Error codes after which no further call of this account is served."""

TOKENS_OUT = {"rubric": 150, "preference": 120}
"""For estimates alone; a digit is one token."""
ROOM = 4096
"""Tokens that an answer in words may take; models that think need them."""
TOP = 20
"""How many likely tokens are asked for (the most that OpenAI allows)."""


@dataclass(frozen=True)
class Provider:
    """Who serves: the address, and the environment's variables with the key and with another address."""

    address: str
    key: str
    base_url: str | None
    seeds: bool


PROVIDERS = {
    "openai": Provider("https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", True),
    "gemini": Provider(
        "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", None, False
    ),
}


@dataclass(frozen=True)
class Pace:
    """How calls are made.

    Attributes:
        concurrency: calls under way at once. rpm: calls begun a minute, at most.
        tries: how often one call is tried. timeout: seconds for one try, from first to last byte.
        backoff: seconds before the second try.
    """

    concurrency: int = 8
    rpm: float | None = None
    tries: int = 6
    timeout: float = 180.0
    backoff: float = BACKOFF


class Served(Model):
    """A model behind a server. All calls are made in one thread of its own, many at once.

    ``fields`` are added to every request; a field that is ``None`` is left out of it.

    Raises (on construction):
        UsageError: there is no key for a server that needs one, or the address is none.
    """

    def __init__(
        self,
        provider: str,
        model: str,
        base_url: str | None = None,
        pace: Pace | None = None,
        budget: Budget | None = None,
        price: Price | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        known = PROVIDERS[provider]
        named = base_url or (os.environ.get(known.base_url) if known.base_url else None)
        self.spec = f"{provider}:{model}"
        self.model = model
        self.base_url = _address(named or known.address)
        self.pace = pace or Pace()
        self.concurrency = self.pace.concurrency
        self.budget = budget or Budget()
        self.price = price
        self._fields = dict(fields or {})
        self._seeds = known.seeds
        self._key = os.environ.get(known.key, "").strip()
        if not self._key and named is None:
            raise UsageError(
                f"no key for {self.spec}: export {known.key}, or name a server with --base-url http://HOST:PORT/v1"
            )
        self._structured = True
        self._served = False
        self._hopeless: str | None = None
        self._next_start = 0.0
        self._under_way = asyncio.Semaphore(self.pace.concurrency)
        self._idle: list[httpx2.AsyncClient] = []
        self._secure = httpx2.create_ssl_context()  # once: each client would make its own
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name=self.spec)
        self._thread.start()

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "temperature": 0,
            "max_tokens": ROOM,
            "seed": self._seeds,
            "response_format": "json_schema",
        } | self._fields

    def dollars(self, tokens_in: float, tokens_out: float) -> float | None:
        return self.price.of(tokens_in, tokens_out) if self.price else None

    def spent(self) -> dict[str, Any]:
        """Of all judges that share the budget."""
        return {
            "calls_of_all_judges": self.budget.calls,
            "tokens_of_all_judges": {"in": self.budget.tokens_in, "out": self.budget.tokens_out},
            "us_dollars_of_all_judges": round(self.budget.spent, 6) if self.price else None,
        }

    def estimate(self, call: Call) -> tuple[float, float]:
        """About how many tokens a call takes, in and out."""
        per_token = self.price.pixels_per_token if self.price else Price(0, 0).pixels_per_token
        pixels = sum(picture.size[0] * picture.size[1] for picture in call.pictures)
        out = 1 if call.wants_digit else TOKENS_OUT[call.question.name]
        return len(call.text) / CHARACTERS_PER_TOKEN + pixels / per_token, out

    def ask(self, call: Call) -> Answer:
        content = self._encoded(call)
        waiting = asyncio.run_coroutine_threadsafe(self._ask(call, content), self._loop)
        try:
            return waiting.result()
        except CancelledError as error:
            raise CallFailed("interrupted") from error

    async def _ask(self, call: Call, content: bytes) -> Answer:
        """One answer, tried as often as trying again can help."""
        reason = "never tried"
        for number in range(self.pace.tries):
            async with self._under_way:
                if self._hopeless:
                    raise CallFailed(f"not asked: {self._hopeless}")
                await self._slot()
                found = await self._try(call, content)
            if isinstance(found, Answer):
                self._served = True
                return found
            reason = found.reason
            if found.hopeless:
                self._hopeless = reason
            if found.wait is None:
                break
            if found.plainly:
                content = self._encoded(call)
            if number < self.pace.tries - 1:
                backing_off = min(self.pace.backoff * 2**number, LONGEST_BACKOFF) * random.uniform(0.75, 1.25)
                await asyncio.sleep(max(found.wait, backing_off))
        else:
            reason = f"{reason} ({self.pace.tries} tries)"
        if not self._served and "nobody answers" in reason:
            self._hopeless = reason
        raise CallFailed(reason)

    async def _slot(self) -> None:
        """Wait for the next start that ``rpm`` allows."""
        if self.pace.rpm:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + 60 / self.pace.rpm
            await asyncio.sleep(start - now)

    async def _try(self, call: Call, content: bytes) -> "Answer | _Failure":
        """One request, counted and paid for."""
        estimate = self.price.of(*self.estimate(call)) if self.price else 0.0
        self.budget.take(estimate)
        answer: Answer | _Failure = _Failure("interrupted")
        try:
            answer = await self._request(content, call.wants_digit)
        finally:
            tokens = (answer.tokens_in or 0, answer.tokens_out or 0) if isinstance(answer, Answer) else (0, 0)
            self.budget.settle(estimate, self.price.of(*tokens) if self.price else 0.0, *tokens)
        return answer

    async def _request(self, content: bytes, wants_digit: bool) -> "Answer | _Failure":
        # One client for each call under way: a pool looks at all its connections for each request.
        client = self._idle.pop() if self._idle else httpx2.AsyncClient(timeout=None, verify=self._secure)
        headers = {"Authorization": f"Bearer {self._key or 'none'}", "Content-Type": "application/json"}
        try:
            async with asyncio.timeout(self.pace.timeout):
                response = await client.post(
                    f"{self.base_url}/chat/completions", content=content, headers=headers
                )
        except TimeoutError:
            return _Failure(f"no whole answer within {self.pace.timeout:g} s", 0)
        except httpx2.ConnectError as error:
            return _Failure(f"nobody answers at {self.base_url} ({self._one_line(str(error))})", 0)
        except httpx2.HTTPError as error:
            return _Failure(
                f"the connection was lost ({type(error).__name__}: {self._one_line(str(error))})", 0
            )
        finally:
            self._idle.append(client)
        if response.status_code != 200:
            return self._rejected(response)
        try:
            return read_answer(response.content, wants_digit)
        except ValueError as error:
            return _Failure(f"the server's answer is not of the protocol: {error}", 0)

    def _encoded(self, call: Call) -> bytes:
        return orjson.dumps(self.body(call))

    def body(self, call: Call) -> dict[str, Any]:
        """The request for one call, as JSON values."""
        content: list[dict[str, Any]] = [{"type": "text", "text": call.text}]
        for picture in call.pictures:
            data = base64.b64encode(picture.content).decode()
            content.append({"type": "image_url", "image_url": {"url": f"data:{picture.type};base64,{data}"}})
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "user", "content": content}],
            "temperature": 0,
        }
        if self._seeds:
            body["seed"] = call.repeat
        if call.wants_digit:
            body |= {"max_tokens": 1, "logprobs": True, "top_logprobs": TOP}
        else:
            body["max_tokens"] = ROOM
            if self._structured:
                body["response_format"] = _schema(call.question.name)
        body |= self._fields
        return {name: value for name, value in body.items() if value is not None}

    def _rejected(self, response: httpx2.Response) -> "Answer | _Failure":
        """What an answer with an error status means."""
        status = response.status_code
        code, said = _error_of(response.content)
        said = self._one_line(said)
        if code.lower() in DECLINED:
            return Answer(None, refusal=f"{status}: {said}")
        reason = f"the server answered {status}: {said}"
        if code.lower() in SPENT or status == 401:
            return _Failure(f"{reason}; check the key and the account", hopeless=True)
        if status in (400, 422) and self._structured and "response_format" in said:
            self._structured = False
            return _Failure(reason, 0, plainly=True)
        if status in RETRIED:
            wait = _retry_after(response.headers.get("Retry-After"))
            if wait > LONGEST_WAIT:
                return _Failure(f"{reason}; it asks to be left alone for {wait:.0f} s")
            return _Failure(reason, wait)
        return _Failure(reason, hopeless=not self._served and status in (400, 403, 404, 405, 422))

    def _one_line(self, text: str) -> str:
        """On one line, at most 300 characters, without the key, which a server may have sent back."""
        line = " ".join(text.split())
        if self._key:
            line = line.replace(self._key, "[key]")
        return line if len(line) <= 300 else line[:297] + "..."

    def close(self) -> None:
        """End calls under way, and the thread."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for client in self._idle:
            await client.aclose()


@dataclass(frozen=True)
class _Failure:
    """A try without an answer. ``wait``: seconds to leave the server alone; ``None``: trying again is no use.
    ``hopeless``: no other call will be served either. ``plainly``: ask again in another form.
    """

    reason: str
    wait: float | None = None
    hopeless: bool = False
    plainly: bool = False


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


def _schema(question: str) -> dict[str, Any]:
    """The form of an answer, for servers that can hold a model to it."""
    if question == "preference":
        fields: dict[str, Any] = {"winner": {"type": "string", "enum": ["A", "B", "tie"]}}
    else:
        fields = {name: {"type": "integer", "minimum": 0, "maximum": HIGHEST} for name in SCALES}
    properties = {"reason": {"type": "string"}} | fields
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": question, "strict": True, "schema": schema}}


def _error_of(content: bytes) -> tuple[str, str]:
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


def _retry_after(text: str | None) -> float:
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


def _address(url: str) -> str:
    """A server's address without a slash at its end.

    Raises:
        UsageError: it is none, or holds a password, which would end up in files.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in url or parts.query:
        raise UsageError(f"--base-url must look like http://HOST:PORT/v1, without a key, but got {url!r}")
    return url.rstrip("/")

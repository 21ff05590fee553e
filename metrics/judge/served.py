"""Judges behind a server that speaks ``POST /chat/completions``: OpenAI, vLLM, SGLang, Gemini, others."""

import asyncio
import os
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
from tenacity import RetryError

from motionedit_bench.errors import UsageError, one_line
from motionedit_bench.metrics.judge import wire
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.asking import Call, CallFailed, Model
from motionedit_bench.metrics.judge.background import Background
from motionedit_bench.metrics.judge.budget import CHARACTERS_PER_TOKEN, Budget, Price
from motionedit_bench.metrics.judge.pace import Pace, TryFailed, retry_after, retrying
from motionedit_bench.metrics.judge.providers import PROVIDERS, address_of

RETRIED = (408, 409, 425, 429, 500, 502, 503, 504, 529)
"""Answers after which another try can help."""
LONGEST_WAIT = 120.0
"""Seconds that a server may ask to be left alone (Retry-After); where it asks for more, the call fails."""

DECLINED = ("content_policy_violation", "content_filter", "contentfilter", "moderation_blocked", "safety")
"""Error codes, in small letters, with which a safety system declines."""
SPENT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
"""Error codes after which no further call of this account is served."""

TOKENS_OUT = {"rubric": 150, "preference": 120}
"""For estimates alone; a digit is one token."""


@dataclass(frozen=True)
class Request:
    """A call as it is sent; ``structured``: it asks for an answer of a certain form."""

    content: bytes
    structured: bool


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
        self.base_url = address_of(named or known.address)
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
        self._background = Background(self.spec)

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "temperature": 0,
            "max_tokens": wire.ROOM,
            "seed": self._seeds,
            "response_format": "json_schema",
        } | self._fields

    def estimate(self, call: Call) -> tuple[float, float]:
        """About how many tokens a call takes, in and out."""
        per_token = self.price.pixels_per_token if self.price else Price(0, 0).pixels_per_token
        pixels = sum(picture.size[0] * picture.size[1] for picture in call.pictures)
        out = 1 if call.wants_digit else TOKENS_OUT[call.question.name]
        return len(call.text) / CHARACTERS_PER_TOKEN + pixels / per_token, out

    def dollars(self, tokens_in: float, tokens_out: float) -> float | None:
        return self.price.of(tokens_in, tokens_out) if self.price else None

    def spent(self) -> dict[str, Any]:
        """Of all judges that share the budget."""
        return {
            "calls_of_all_judges": self.budget.calls,
            "tokens_of_all_judges": {"in": self.budget.tokens_in, "out": self.budget.tokens_out},
            "us_dollars_of_all_judges": round(self.budget.spent, 6) if self.price else None,
        }

    def ask(self, call: Call) -> Answer:
        request = self._request(call)  # encoded here, for the other thread has all calls to serve
        try:
            return self._background.wait_for(self._ask(call, request))
        except CancelledError as error:
            raise CallFailed("interrupted") from error

    def _request(self, call: Call) -> Request:
        structured = self._structured
        body = wire.body(self.model, call, self._fields, self._seeds, structured)
        return Request(orjson.dumps(body), structured)

    async def _ask(self, call: Call, request: Request) -> Answer:
        """One answer, tried as often as trying again can help."""
        try:
            return await retrying(self.pace)(self._try, call, request)
        except RetryError as error:
            failed, tried = error.last_attempt.exception(), f" ({self.pace.tries} tries)"
        except TryFailed as error:
            failed, tried = error, ""
        reason = f"{failed}{tried}"
        if isinstance(failed, TryFailed) and failed.hopeless:
            self._hopeless = reason
        raise CallFailed(reason)

    async def _try(self, call: Call, request: Request) -> Answer:
        """One try, in its turn; in the other form where the server has turned out not to know this one."""
        async with self._under_way:
            if self._hopeless:
                raise CallFailed(f"not asked: {self._hopeless}")
            await self._slot()
            if request.structured and not self._structured:
                request = self._request(call)
            answer = await self._paid(call, request)
        self._served = True
        return answer

    async def _slot(self) -> None:
        """Wait for the next start that ``rpm`` allows."""
        if self.pace.rpm:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + 60 / self.pace.rpm
            await asyncio.sleep(start - now)

    async def _paid(self, call: Call, request: Request) -> Answer:
        """One request, counted and paid for."""
        estimate = self.dollars(*self.estimate(call)) or 0.0
        self.budget.take(estimate)
        tokens = 0, 0
        try:
            answer = await self._exchange(request, call.wants_digit)
            tokens = answer.tokens_in or 0, answer.tokens_out or 0
            return answer
        finally:
            self.budget.settle(estimate, self.dollars(*tokens) or 0.0, *tokens)

    async def _exchange(self, request: Request, wants_digit: bool) -> Answer:
        """One request and its answer.

        Raises:
            TryFailed: there is none.
        """
        # One client for each call under way: a pool looks at all its connections for each request.
        client = self._idle.pop() if self._idle else httpx2.AsyncClient(timeout=None, verify=self._secure)
        headers = {"Authorization": f"Bearer {self._key or 'none'}", "Content-Type": "application/json"}
        try:
            async with asyncio.timeout(self.pace.timeout):
                response = await client.post(
                    f"{self.base_url}/chat/completions", content=request.content, headers=headers
                )
        except TimeoutError as error:
            raise TryFailed(f"no whole answer within {self.pace.timeout:g} s", 0) from error
        except httpx2.ConnectError as error:
            reason = f"nobody answers at {self.base_url} ({self._one_line(str(error))})"
            raise TryFailed(reason, 0, hopeless=not self._served) from error
        except httpx2.HTTPError as error:
            reason = f"the connection was lost ({type(error).__name__}: {self._one_line(str(error))})"
            raise TryFailed(reason, 0) from error
        finally:
            self._idle.append(client)
        if response.status_code != 200:
            return self._rejected(response, request)
        try:
            return wire.read_answer(response.content, wants_digit)
        except ValueError as error:
            raise TryFailed(f"the server's answer is not of the protocol: {error}", 0) from error

    def _rejected(self, response: httpx2.Response, request: Request) -> Answer:
        """What an answer with an error status means: a refusal, or no answer.

        Raises:
            TryFailed: no answer.
        """
        status = response.status_code
        code, said = wire.read_error(response.content)
        said = self._one_line(said)
        if code.lower() in DECLINED:
            return Answer(None, refusal=f"{status}: {said}")
        reason = f"the server answered {status}: {said}"
        if code.lower() in SPENT or status == 401:
            raise TryFailed(f"{reason}; check the key and the account", hopeless=True)
        if status in (400, 422) and request.structured and "response_format" in said:
            self._structured = False
            raise TryFailed(reason, 0)
        if status in RETRIED:
            wait = retry_after(response.headers.get("Retry-After"))
            if wait > LONGEST_WAIT:
                raise TryFailed(f"{reason}; it asks to be left alone for {wait:.0f} s")
            raise TryFailed(reason, wait)
        raise TryFailed(reason, hopeless=not self._served and status in (400, 403, 404, 405, 422))

    def _one_line(self, text: str) -> str:
        """On one line, at most 300 characters, without the key, which a server may have sent back."""
        return one_line(text.replace(self._key, "[key]") if self._key else text, most=300)

    def close(self) -> None:
        """End calls under way, and the thread."""
        if not self._background.closed:
            self._background.cancel()
            self._background.wait_for(self._close_clients())
            self._background.close()

    async def _close_clients(self) -> None:
        for client in self._idle:
            await client.aclose()

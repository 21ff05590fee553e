"""Judges behind a server that speaks ``POST /chat/completions``: OpenAI, vLLM, SGLang, Gemini, others."""

import asyncio
import json
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError
from typing import Any

import orjson
from tenacity import RetryError

from motionedit_bench.calls.budget import Budget
from motionedit_bench.calls.pace import Pace, TryFailed, retrying
from motionedit_bench.errors import MebenchError, UsageError, explain
from motionedit_bench.metrics.judge import wire
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.background import Background
from motionedit_bench.metrics.judge.model import Call, CallFailed, Keep, Model, unkept
from motionedit_bench.metrics.judge.prices import CHARACTERS_PER_TOKEN, Price
from motionedit_bench.metrics.judge.providers import PROVIDERS, address_of, key_of, redaction
from motionedit_bench.metrics.judge.server import Request, Server

TOKENS_OUT = 150
"""Of an answer in words, for estimates alone; a digit is one token."""

USUAL = {"temperature": 0}
"""What is asked for where nobody says otherwise."""


OWN = ("model", "messages", "stream")
"""Fields of a request that are not to be set: whom, what, and how an answer comes."""


class Served(Model):
    """A model behind a server. All calls are made in one thread of its own, many at once.

    ``fields`` are added to every request; a field that is ``None`` is left out of it.

    Raises (on construction):
        UsageError: there is no key for a server that needs one, or one stands where it would get into files;
            the address is none; the environment names a proxy that cannot be used; a field is one of `OWN`.
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
        named = known.named(base_url)
        self.spec = f"{provider}:{model}"
        self.model = model
        self.base_url = address_of(named or known.address)
        self.pace = pace or Pace()
        self.concurrency = self.pace.concurrency
        self.budget = budget or Budget()
        self.price = price
        self._fields = dict(fields or {})
        self._seeds = known.seeds
        self._own_address = known.address
        key, clean = key_of(provider), redaction()
        if not key and named is None:
            raise UsageError(
                f"no key for {self.spec}: export {known.key}, or name a server with --base-url http://HOST:PORT/v1"
            )
        if own := [name for name in OWN if name in self._fields]:
            raise UsageError(f"--judge-set {own[0]}= is no setting: it is what {self.spec} is asked with")
        if any(map(clean.holds, (model, self.base_url, json.dumps(self._fields)))):
            raise UsageError(
                f"a key stands in the name, address or fields of {clean(self.spec)}, which are written into "
                f"files: leave it out there, {known.key} is enough"
            )
        self._server = Server(self.base_url, key, clean)
        self._hopeless: str | None = None
        self._next_start = 0.0
        self._under_way = asyncio.Semaphore(self.pace.concurrency)
        self._background = Background(self.spec)

    @property
    def choice(self) -> dict[str, str]:
        own = {name: value for name, value in self._fields.items() if USUAL.get(name, ...) != value}
        address = {} if self.base_url == self._own_address else {"address": self.base_url}
        told = ", ".join(f"{name}={json.dumps(own[name], sort_keys=True)}" for name in sorted(own))
        return address | ({"parameters": told} if told else {})

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            **USUAL,
            "max_tokens": wire.ROOM,
            "seed": self._seeds,
            "response_format": "json_schema",
        } | self._fields

    def estimate(self, call: Call) -> tuple[float, float]:
        """About how many tokens a call takes, in and out."""
        per_token = self.price.pixels_per_token if self.price else Price(0, 0).pixels_per_token
        pixels = sum(picture.size[0] * picture.size[1] for picture in call.pictures)
        out = 1 if call.wants_digit else TOKENS_OUT
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

    def ask(self, call: Call, keep: Keep = unkept) -> Answer:
        try:
            request = self._request(call)  # encoded here, for the other thread has all calls to serve
            return self._background.wait_for(self._ask(call, request, keep))
        except CancelledError as error:
            raise CallFailed("interrupted") from error
        except MebenchError:
            raise
        except Exception as error:
            raise CallFailed(self._server.one_line(explain(error))) from error

    def _request(self, call: Call) -> Request:
        structured = self._server.structured
        body = wire.body(self.model, call, self._fields, self._seeds, structured)
        return Request(orjson.dumps(body), structured, call.wants_digit)

    async def _ask(self, call: Call, request: Request, keep: Keep) -> Answer:
        """One answer, tried as often as trying again can help."""
        try:
            return await retrying(self.pace)(self._try, call, request, keep)
        except RetryError as error:
            failed, tried = error.last_attempt.exception(), f" ({self.pace.tries} tries)"
        except TryFailed as error:
            failed, tried = error, ""
        reason = f"{failed}{tried}"
        if isinstance(failed, TryFailed) and failed.hopeless:
            self._hopeless = reason
        raise CallFailed(reason)

    async def _try(self, call: Call, request: Request, keep: Keep) -> Answer:
        """One try, in its turn; in the other form where the server has turned out not to know this one."""
        async with self._under_way:
            if self._hopeless:
                raise CallFailed(f"not asked: {self._hopeless}")
            await self._slot()
            if request.structured and not self._server.structured:
                request = self._request(call)
            return keep(await self._paid(call, request))

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
            answer = await self._server.answer(request, self.pace.timeout)
            tokens = answer.tokens_in or 0, answer.tokens_out or 0
            return answer
        finally:
            self.budget.settle(estimate, self.dollars(*tokens) or 0.0, *tokens)

    def close(self) -> None:
        """End calls under way, and the thread."""
        if not self._background.closed:
            self._background.cancel()
            self._background.wait_for(self._server.close())
            self._background.close()

"""One server that speaks ``POST /chat/completions``: a request, and what its answer means."""

import asyncio
import functools
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx2

from motionedit_bench.calls.pace import LONGEST_WAIT, TryFailed
from motionedit_bench.errors import one_line
from motionedit_bench.metrics.judge import wire
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.transport import NotReadable, Response, post
from motionedit_bench.proxies import unusable
from motionedit_bench.redaction import Redaction

RETRIED = (408, 409, 425, 429, 500, 502, 503, 504, 529)
"""Answers after which another try can help."""

DECLINED = ("content_policy_violation", "content_filter", "contentfilter", "moderation_blocked", "safety")
"""Error codes, in small letters, with which a safety system declines."""
SPENT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
"""Error codes after which no further call of this account is served."""

ONE_CALL_A_LINE = httpx2.Limits(max_keepalive_connections=0)
"""A line that has brought an answer may hold bytes of another, which the next call would take for its own."""


@functools.cache
def _secure() -> ssl.SSLContext:
    """The authorities that are believed: reading them takes longer than many calls do."""
    return httpx2.create_ssl_context()


@dataclass(frozen=True)
class Request:
    """A call as it is sent.

    ``structured``: it asks for an answer of a certain form; ``wants_digit``: for probabilities of tokens.
    """

    content: bytes
    structured: bool
    wants_digit: bool


class Server:
    """Where a model is served.

    All text that comes from it goes through ``clean`` before anything else is done with it. Of an event
    loop's coroutines, many may ask at once.

    Attributes:
        structured: whether it can hold a model to a form, as far as is known.

    Raises (on construction):
        UsageError: the environment names a proxy that cannot be used.
    """

    def __init__(self, address: str, key: str, clean: Redaction) -> None:
        self.address = address
        self.clean = clean
        self.structured = True
        self._key = key
        self._served = False
        self._idle = [self._client()]

    def _client(self) -> httpx2.AsyncClient:
        try:
            return httpx2.AsyncClient(timeout=None, verify=_secure(), limits=ONE_CALL_A_LINE)
        except (ValueError, ImportError, httpx2.InvalidURL) as error:
            raise unusable(error) or error from error

    async def answer(self, request: Request, timeout: float) -> Answer:
        """One request and its answer, within so many seconds from first to last byte.

        Raises:
            TryFailed: there is none.
        """
        # One client for each call under way: a pool looks at all its connections for each request.
        client = self._idle.pop() if self._idle else self._client()
        try:
            async with asyncio.timeout(timeout):
                url = f"{self.address}/chat/completions"
                response = await post(client, url, request.content, self._key)
        except TimeoutError as error:
            raise TryFailed(f"no whole answer within {timeout:g} s", 0) from error
        except NotReadable as error:
            raise TryFailed(str(error), 0 if error.again else None) from error
        except httpx2.ConnectError as error:
            reason = f"nobody answers at {self.address} ({self.one_line(error)})"
            raise TryFailed(reason, 0, hopeless=not self._served) from error
        except httpx2.HTTPError as error:
            reason = f"the connection was lost ({type(error).__name__}: {self.one_line(error)})"
            raise TryFailed(reason, 0) from error
        finally:
            self._idle.append(client)
        answer = self._read(response, request)
        self._served = True
        return answer

    def _read(self, response: Response, request: Request) -> Answer:
        text = self.clean(wire.read_text(response.content))
        if response.status != 200:
            return self._rejected(response, response.status, wire.read_error(text), request)
        try:
            return _cleaned(wire.read_answer(text, request.wants_digit), self.clean)
        except wire.ServerError as error:
            return self._rejected(response, wire.status_of(error.names), error, request)
        except ValueError as error:
            reason = f"the server's answer is not of the protocol: {self.one_line(error)}"
            raise TryFailed(reason, 0) from error

    def _rejected(
        self, response: Response, status: int | None, error: wire.ServerError, request: Request
    ) -> Answer:
        """What an error means: a refusal, or no answer. ``status``: what it amounts to, where that is known.

        Raises:
            TryFailed: no answer.
        """
        said = self.one_line(error)
        told = str(response.status)
        if response.status == 200:
            told += f" with error {status}" if status else " with an error"
        if any(name in DECLINED for name in error.names):
            return Answer(None, refusal=f"{told}: {said}")
        reason = f"the server answered {told}: {said}"
        if any(name in SPENT for name in error.names) or status in (401, 402):
            raise TryFailed(f"{reason}; check the key and the account", hopeless=True)
        if status in (400, 422) and request.structured and "response_format" in str(error):
            self.structured = False
            raise TryFailed(reason, 0)
        if status is None or status in RETRIED:
            if response.wait > LONGEST_WAIT:
                raise TryFailed(f"{reason}; it asks to be left alone for {response.wait:.0f} s")
            raise TryFailed(reason, response.wait)
        raise TryFailed(reason, hopeless=not self._served and status in (400, 403, 404, 405, 422))

    def one_line(self, text: object) -> str:
        """On one line, at most 300 characters, without keys, which a server may have sent back."""
        return one_line(self.clean(str(text)), most=300)

    async def close(self) -> None:
        for client in self._idle:
            await client.aclose()


def _cleaned(answer: Answer, clean: Callable[[str], str]) -> Answer:
    """Without a key that only came about when parts were put together."""
    text, model, refusal = (part and clean(part) for part in (answer.text, answer.model, answer.refusal))
    return replace(answer, text=text, model=model, refusal=refusal)

"""Rewards from a reward server, with the same face as those that are measured here."""

import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import httpx2
import orjson
from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    wait_random_exponential,
)

from motionedit_bench.errors import UsageError, one_line
from motionedit_bench.metrics.judge.providers import address_of
from motionedit_bench.progress import warn
from motionedit_bench.proxies import unusable
from motionedit_bench.records import Item
from motionedit_bench.rewards import wire
from motionedit_bench.rewards.base import Pixels, Rewarded

PATIENCE = 300.0
"""Seconds for which a server may be silent before its edits go without rewards."""
TIMEOUT = 600.0
"""Seconds for one request: a judge takes its time over 64 edits."""
LONGEST_WAIT = 10.0
"""Seconds between tries, at most."""
MENDED = (408, 425, 429, 502, 503, 504)
"""HTTP statuses after which another try can help."""


class Silent(Exception):
    """No answer, for a reason that may pass; the text says which."""


class Wrong(Exception):
    """An answer that is none, or that another try would get again; the text says why."""


class RemoteReward:
    """The rewards that a server gives (`mebench serve-reward`).

    What can be mended is tried again: a refused or broken connection, a timeout, a server that is busy.
    Where that does not help for ``patience`` seconds on end, edits have no reward, with status ``failed`` and
    the reason; until the server answers again, each further request is tried once. An answer that is not of
    the protocol, or by another reward than at the start, is a failure as well: nothing is ever made up.

    Args:
        url: the server's address, such as ``http://127.0.0.1:8000``.
        asked: what its reward has to be: some of `motionedit_bench.rewards.request.Request.told`.
        fingerprint: of the benchmark that it has to have.

    Raises (on construction):
        UsageError: the address is none, it cannot be reached, or gives another reward or on other items than
            asked for.
    """

    def __init__(
        self,
        url: str,
        asked: Mapping[str, Any] | None = None,
        fingerprint: str | None = None,
        patience: float = PATIENCE,
        timeout: float = TIMEOUT,
    ) -> None:
        self.url = address_of(url, "--reward-server", "http://HOST:PORT")
        self._patience = patience
        self._lock = threading.Lock()
        self._silent_since: float | None = None
        self._told_silent = False
        self._closed = threading.Event()
        self._sockets: list[socket.socket] = []
        try:
            self._client = httpx2.Client(timeout=timeout)
        except (ValueError, ImportError, httpx2.InvalidURL) as error:
            raise unusable(error) or error from error
        self._health = self._checked(asked or {}, fingerprint)

    def score(self, item: Item, pictures: Sequence[Pixels]) -> list[Rewarded]:
        """What each edit of the item is worth; see `motionedit_bench.rewards.base.Reward`."""
        starts = range(0, len(pictures), wire.MOST_ITEMS)
        return [
            one
            for start in starts
            for one in self._rewards(item.id, pictures[start : start + wire.MOST_ITEMS])
        ]

    def facts(self) -> dict[str, Any]:
        """What the server says of its reward, and where it is; JSON values."""
        return {**self._health["reward"], "server": self.url}

    def close(self) -> None:
        """End it; whoever waits for an answer waits no longer, and has none."""
        self._closed.set()
        for one in self._sockets:
            with suppress(OSError):  # closed by itself before
                one.shutdown(socket.SHUT_RDWR)
        self._client.close()

    def _rewards(self, item_id: str, pictures: Sequence[Pixels]) -> list[Rewarded]:
        try:
            response = self._answer("POST", wire.REWARDS, wire.request_of(item_id, pictures))
            by = response.headers.get(wire.IDENTITY)
            if by != self._health["identity"]:
                raise Wrong("it answers by another reward than at the start: it was started anew with others")
            return wire.read_response(response.content, item_id, len(pictures))
        except (Silent, Wrong, ValueError) as error:
            reason = f"reward server {self.url}: {one_line(error, most=300)}"
            return [Rewarded(None, "failed", reason) for _ in pictures]

    def _answer(self, method: str, path: str, content: bytes | None = None) -> httpx2.Response:
        """A whole answer of status 200.

        Raises:
            Silent: there is none, for longer than is waited. Wrong: it is another one.
        """
        tries = Retrying(
            retry=retry_if_exception_type(Silent),
            stop=self._out_of_patience,
            wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT),
            before_sleep=self._say_waiting,
            sleep=sleep_using_event(self._closed),
        )
        try:
            response = tries(self._try, method, path, content)
        except RetryError as error:
            raise error.last_attempt.exception() or Silent("no answer") from None
        with self._lock:
            self._silent_since, self._told_silent = None, False
        return response

    def _try(self, method: str, path: str, content: bytes | None) -> httpx2.Response:
        try:
            response = self._client.request(
                method, self.url + path, content=content, extensions={"trace": self._keep_socket}
            )
        except httpx2.TransportError as error:
            raise Silent(f"{type(error).__name__}: {error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Wrong(f"{type(error).__name__}: {error}") from error
        if response.status_code == 200:
            return response
        said = f"it answered {response.status_code}: {_error_in(response)}"
        raise Silent(said) if response.status_code in MENDED else Wrong(said)

    def _keep_socket(self, event: str, told: Mapping[str, Any]) -> None:
        """Know the sockets that `close` has to end: closing a client does not wake who reads from them."""
        if event == "connection.connect_tcp.complete":
            self._sockets.append(told["return_value"].get_extra_info("socket"))

    def _say_waiting(self, state: RetryCallState) -> None:
        """One line for each time that it falls silent."""
        with self._lock:
            told, self._told_silent = self._told_silent, True
        if not told and state.outcome is not None:
            why = one_line(state.outcome.exception(), most=100)
            warn(f"waiting up to {self._patience:g} s for the reward server at {self.url} ({why})")

    def _out_of_patience(self, state: RetryCallState) -> bool:
        now = time.monotonic()
        with self._lock:
            if self._silent_since is None:
                self._silent_since = now
            return self._closed.is_set() or now - self._silent_since >= self._patience

    def _checked(self, asked: Mapping[str, Any], fingerprint: str | None) -> dict[str, Any]:
        """What the server says of itself, if that is what is asked for."""
        try:
            health = orjson.loads(self._answer("GET", wire.HEALTH).content)
            reward, bench, identity = health["reward"], health["bench"]["fingerprint"], health["identity"]
            if not (isinstance(reward, dict) and isinstance(bench, str) and isinstance(identity, str)):
                raise TypeError("a field is of another type")
        except (Silent, Wrong) as error:
            raise UsageError(
                f"no reward server at {self.url} ({one_line(error)}): start one by `mebench serve-reward`"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"what answers at {self.url} is no reward server") from error
        for name, wanted in asked.items():
            if reward.get(name) != wanted:
                raise UsageError(
                    f"the reward server at {self.url} has {name} {_brief(reward.get(name))}, asked for is "
                    f"{_brief(wanted)}: start it with the same options"
                )
        if fingerprint is not None and bench != fingerprint:
            raise UsageError(
                f"the reward server at {self.url} has other items (fingerprint {bench[:12]}) than asked "
                f"for ({fingerprint[:12]}): give both the same --bench"
            )
        return dict(health)


def _error_in(response: httpx2.Response) -> str:
    try:
        return one_line(response.json()["error"], most=300)
    except (ValueError, KeyError, TypeError):
        return one_line(response.text, most=100) or "no reason given"


def _brief(value: Any) -> str:
    return one_line(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode(), most=80)

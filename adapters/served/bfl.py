"""FLUX models of Black Forest Labs that are served and not released.

The protocol: https://docs.bfl.ai/quick_start/generating_images (JSON to ``POST /v1/MODEL``; the answer names
a ``polling_url``, which tells when the picture is there and where, for ten minutes).
"""

import base64
import json
import time
from typing import Any
from urllib.parse import urlsplit

import httpx2
from pydantic import Field

from motionedit_bench.adapters.served.base import Served, ServedSettings
from motionedit_bench.adapters.served.reply import Reply, line_failed, message_of, tried_again
from motionedit_bench.calls.pace import TryFailed, retry_after
from motionedit_bench.proxies import unusable

MODERATED = ("Request Moderated", "Content Moderated")
"""States of a task that the safety system ended before or after the picture was made."""

UNDER_WAY = ("Pending", "Queued", "Processing")

MOST_BYTES = 100_000_000
"""An answer of more bytes is none."""

CREDIT = 0.01
"""US dollars."""


class BFLSettings(ServedSettings):
    base_url: str | None = Field(
        None,
        min_length=1,
        description="the server, without /v1  [default: BFL_BASE_URL, else Black Forest Labs]",
    )
    safety_tolerance: int | None = Field(None, ge=0, le=6, description="how much is let pass, 0: the least")
    poll: float = Field(
        1.0, gt=0, exclude=True, description="seconds between two looks at whether it is made"
    )


class BFL(Served):
    """A model of Black Forest Labs by its API; the key is read from BFL_API_KEY. The item's seed is sent."""

    Settings = BFLSettings
    settings: BFLSettings
    licence = "the FLUX API service terms of Black Forest Labs"

    provider = "bfl"
    address = "https://api.bfl.ai"
    key = "BFL_API_KEY"
    address_variable = "BFL_BASE_URL"

    _client: httpx2.Client

    @property
    def fields(self) -> dict[str, Any]:
        chosen = self.settings.model_dump(mode="json", include={"safety_tolerance"}, exclude_none=True)
        return {"output_format": "png", **chosen}

    @property
    def seeding(self) -> str:
        return "the item's seed is sent"

    def load(self) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            AdapterError: there is no key for the provider's own server.
        """
        self.check_key()
        try:
            # A used line may hold bytes of another answer.
            limits = httpx2.Limits(max_keepalive_connections=0)
            self._client = httpx2.Client(timeout=self.settings.timeout, limits=limits)
        except (ValueError, ImportError, httpx2.InvalidURL) as error:
            raise unusable(error) or error from error

    def close(self) -> None:
        if hasattr(self, "_client"):
            self._client.close()

    def ask(self, picture: bytes, instruction: str, seed: int) -> Reply:
        until = time.monotonic() + self.settings.timeout
        sent = {"prompt": instruction, "input_image": base64.b64encode(picture).decode(), "seed": seed}
        url = f"{(self.named_address or self.address).rstrip('/')}/v1/{self.model}"
        status, content, wait = self._send("POST", url, until, {**self.fields, **sent})
        if status != 200:
            return self.rejected(status, (), _message(content), wait)
        task = _object(content)
        place = task.get("polling_url")
        if not isinstance(place, str) or not self._is_theirs(place):
            raise TryFailed(f"the server names no place of its own for the result: {self.one_line(place)}")
        dollars = _dollars(task)
        try:
            done = self._result(place, until)
        except TryFailed as error:  # the task goes on, and is paid for
            error.dollars = dollars
            raise
        dollars = _dollars(done) if _dollars(done) is not None else dollars
        state = str(done.get("status"))
        if state in MODERATED:
            return Reply(refusal=_named(state, done), dollars=dollars)
        sample = (done.get("result") or {}).get("sample") if isinstance(done.get("result"), dict) else None
        if state != "Ready" or not isinstance(sample, str):
            raise TryFailed(f"the task ended without an image: {self.one_line(_named(state, done))}", 0)
        try:
            return Reply(self._patiently(sample, until, with_key=False), dollars=dollars)
        except TryFailed as error:  # it was made and paid for: another try would pay again
            return Reply(failure=f"the picture was made and cannot be had: {error}", dollars=dollars)

    def _result(self, place: str, until: float) -> dict[str, Any]:
        """What the task came to, once it has."""
        while True:
            done = _object(self._patiently(place, until, with_key=True))
            if done.get("status") not in UNDER_WAY:
                return done
            self._pause(until)

    def _patiently(self, url: str, until: float, with_key: bool) -> bytes:
        """What lies at an address: the task is paid for, so that it is not begun anew for a passing fault."""
        while True:
            wait = 0.0
            try:
                status, content, wait = self._send("GET", url, until, with_key=with_key)
            except TryFailed as error:
                if time.monotonic() >= until:
                    raise
                said = str(error)
            else:
                if status == 200:
                    return content
                said = f"the server answered {status} for the result: {self.one_line(_message(content))}"
                if not tried_again(status):
                    raise TryFailed(said)
            self._pause(until, wait, said)

    def _pause(self, until: float, wait: float = 0.0, said: str = "") -> None:
        """Wait until the next look.

        Raises:
            TryFailed: that would be too late.
        """
        wait = max(wait, self.settings.poll)
        if time.monotonic() + wait > until:
            more = f"; the last time, {said}" if said else ""
            raise TryFailed(f"the server made nothing within {self.settings.timeout:g} s{more}", 0)
        time.sleep(wait)

    def _send(
        self, method: str, url: str, until: float, body: dict[str, Any] | None = None, with_key: bool = True
    ) -> tuple[int, bytes, float]:
        """One request: status, content, and the seconds that it asks to be left alone for."""
        headers = {"x-key": self._key or "none"} if with_key else {}
        content = bytearray()
        try:
            with self._client.stream(method, url, json=body, headers=headers) as response:
                for part in response.iter_bytes():
                    content += part
                    if len(content) > MOST_BYTES:
                        raise TryFailed(f"the server's answer is larger than {MOST_BYTES / 1e6:g} MB")
                    if time.monotonic() > until:
                        raise httpx2.ReadTimeout("too slow")
                wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
                return response.status_code, bytes(content), wait
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            address = self.named_address or self.address
            found = line_failed(error, address, self.one_line(error), self.settings.timeout)
            said = f"{type(error).__name__}: {self.one_line(error)}"
            raise found or TryFailed(f"the server's answer cannot be read ({said})") from error

    def _is_theirs(self, url: str) -> bool:
        """Whether the key may be sent to an address that the server names: a host of the same domain."""
        own, named = urlsplit(self.named_address or self.address), urlsplit(url)
        if named.scheme != own.scheme:
            return False
        domain = ".".join((own.hostname or "").split(".")[-2:])
        return named.netloc == own.netloc or (named.hostname or "").endswith(f".{domain}")


class FluxKontextPro(BFL):
    """FLUX.1 Kontext [pro]; the key is read from BFL_API_KEY. The item's seed is sent."""

    default_model = "flux-kontext-pro"


class FluxKontextMax(BFL):
    """FLUX.1 Kontext [max]; the key is read from BFL_API_KEY. The item's seed is sent."""

    default_model = "flux-kontext-max"


class Flux2Pro(BFL):
    """FLUX.2 [pro]; the key is read from BFL_API_KEY. The item's seed is sent."""

    default_model = "flux-2-pro"


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TryFailed("the server's answer is not JSON") from error
    if not isinstance(value, dict):
        raise TryFailed("the server's answer is no JSON object")
    return value


def _message(content: bytes) -> str:
    """What an error's body says."""
    text = content.decode(errors="replace").strip()
    try:
        return message_of(json.loads(text))
    except (ValueError, RecursionError):
        return message_of(text)


def _dollars(task: dict[str, Any]) -> float | None:
    cost = task.get("cost")
    return cost * CREDIT if isinstance(cost, int | float) and not isinstance(cost, bool) else None


def _named(state: str, done: dict[str, Any]) -> str:
    """A task's state with what the server says of it."""
    said = done.get("details") or done.get("error")
    return f"{state}: {said if isinstance(said, str) else json.dumps(said)}" if said else state

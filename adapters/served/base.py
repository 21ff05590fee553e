"""The base of adapters whose model answers over HTTP: pace, keys, statuses, cost."""

import json
import os
import threading
from abc import abstractmethod
from typing import Any, ClassVar
from urllib.parse import urlsplit

from PIL import Image
from pydantic import BaseModel, Field
from tenacity import RetryError

from motionedit_bench.adapters.base import Adapter, Settings
from motionedit_bench.adapters.served.prices import Bill
from motionedit_bench.adapters.served.reply import DECLINED, SPENT, Reply, failed, hopeless
from motionedit_bench.calls.budget import OverBudget
from motionedit_bench.calls.pace import Pace, TryFailed, retrying_here
from motionedit_bench.errors import (
    AdapterError,
    EditFailed,
    EditRefused,
    ImageError,
    ServerFailed,
    UsageError,
    one_line,
)
from motionedit_bench.images import decode, encode_png
from motionedit_bench.provenance import package_version
from motionedit_bench.records import Item
from motionedit_bench.redaction import Redaction

IN_A_ROW = 3
"""After so many items in a row for which the server failed, also when tried again, the run ends."""


class ServedSettings(Settings):
    """Fields of the request are sent only where they are set; ``None`` leaves them to the server."""

    base_url: str | None = Field(None, min_length=1, description="another address of the server")
    concurrency: int = Field(1, ge=1, le=256, exclude=True, description="requests under way at once")
    timeout: float = Field(300, gt=0, exclude=True, description="seconds that one request may take")
    retries: int = Field(
        5, ge=0, exclude=True, description="further tries after 408, 409, 429, 5xx, a time-out or a lost line"
    )


class Served(Adapter):
    """A model that a server edits with.

    The input is sent as an RGB PNG of its own size. A try that failed for a reason that may pass is made
    again, after the server's ``Retry-After`` (up to two minutes) or else after 0.5 to 30 s, doubling. The
    run ends where nothing more can be had: a refused key, a spent account, nobody at the address, a limit of
    cost, three items in a row for which the server failed, and, as long as nothing was served, a forbidden
    or unknown model. What it failed for then was no item's fault (`ServerFailed`).

    A record says the tries, the version that the server says it used (``served_model``), its count of tokens
    and the cost in US dollars, as far as they are known.

    A subclass says how one try is made (`ask`).

    Attributes:
        provider: who is asked; with the model's name it is what prices are found by.
        address: the provider's own server. key, address_variable: the environment's variables with the key
            and with another address.
        declined, spent: how error codes begin, in small letters, with which a model or its safety system
            declines; and codes after which no further request of this account is served.
        package: what it is asked by, where that is an extra.
    """

    Settings: ClassVar[type[Settings]] = ServedSettings
    settings: ServedSettings
    model: str
    samples = True
    bill: Bill

    provider: ClassVar[str]
    address: ClassVar[str]
    key: ClassVar[str]
    address_variable: ClassVar[str | None] = None
    declined: ClassVar[tuple[str, ...]] = DECLINED
    spent: ClassVar[tuple[str, ...]] = SPENT
    package: ClassVar[str | None] = None

    def __init__(
        self, settings: BaseModel | None = None, model: str | None = None, device: str = "auto"
    ) -> None:
        super().__init__(settings, model, device)
        self._key = os.environ.get(self.key, "").strip()
        self._clean = Redaction([self._key], f"[{self.key}]")
        elsewhere = os.environ.get(self.address_variable) if self.address_variable else None
        self.named_address = self.settings.base_url or elsewhere or None
        if self.named_address is not None:
            _check_address(self.named_address, self.key)
        self.bill = Bill(f"{self.provider}:{self.model}")
        self._served = False
        self._lock = threading.Lock()
        self._failed_in_a_row = 0
        self._over: str | None = None
        self._told = threading.local()
        said = [self.model, self.named_address, self.settings.model_dump(mode="json")]
        if self._clean.holds(json.dumps(said)):
            raise UsageError(
                f"the key stands in a setting, which would end up in files: {self.key} is enough"
            )

    @classmethod
    def state(cls) -> str:
        """Whether package and key are there, or what is missing; nobody is asked."""
        if cls.package and not package_version(cls.package):
            return f"needs the package {cls.package}"
        return "ready" if os.environ.get(cls.key) else f"needs {cls.key}, or a server by --set base_url=..."

    @property
    def concurrency(self) -> int:
        return self.settings.concurrency

    @property
    @abstractmethod
    def fields(self) -> dict[str, Any]:
        """What is sent with every request besides picture, instruction, model and seed; JSON values."""

    @abstractmethod
    def ask(self, picture: bytes, instruction: str, seed: int) -> Reply:
        """One try: what the server answers to a picture (a PNG's bytes) and an instruction.

        Raises:
            TryFailed: there is no answer. AdapterError: there will be none for any other item either.
        """

    @property
    def seeding(self) -> str:
        """What becomes of the item's seed."""
        return "left to the server"

    def check_key(self) -> None:
        """Make sure that there is a key for the provider's own server, and that it can be one.

        Raises:
            AdapterError: there is none, or not of characters that keys have.
        """
        if not self._key and self.named_address is None:
            raise AdapterError(
                f"no key: export {self.key}, or name a server of your own with --set base_url=http://HOST:PORT"
            )
        if not (self._key.isascii() and self._key.isprintable()):
            raise AdapterError(f"{self.key} holds characters that no key has: copy the key again")

    def edit(self, item: Item, seed: int) -> Image.Image:
        """The edited image, of the size that the server gives it.

        Raises:
            EditRefused: the model or its safety system declined.
            ServerFailed: the server failed, also when tried again.
            EditFailed: it will not edit this item, or its answer holds no image.
            AdapterError: the server will serve no further item either, or a limit of cost is reached.
        """
        self._told.notes = {"tries": 0}
        picture = encode_png(decode(item.input.read()))
        try:
            reply = self._tried(lambda: self._paid(picture, item.instruction, seed))
        except AdapterError as error:
            self._over = str(error)
            raise
        if reply.refusal is not None:
            raise EditRefused(f"the model declined: {self.one_line(reply.refusal)}")
        if reply.image is None:
            raise EditFailed(self.one_line(reply.failure or "the server answered without an image"))
        try:
            edited = decode(reply.image)
        except ImageError as error:
            raise EditFailed(f"the server's answer is no image: {error}") from error
        self._served = True
        return edited

    def notes(self) -> dict[str, Any]:
        """What the record of this thread's last edit says besides: tries, version, tokens, cost."""
        return dict(getattr(self._told, "notes", {}))

    def provenance(self) -> dict[str, Any]:
        """Which server was asked for which model, and what was sent; never the key."""
        price = self.bill.price
        return {
            "model": self.model,
            "revision": None,
            "revision_is": "unknown: of the weights it serves, a server says what is in the records at most",
            "base_url": self.named_address or self.address,
            "sent": self.fields,
            "seeding": self.seeding,
            "price": None if price is None else {"source": price.source, "seen": price.seen},
        }

    def _tried(self, one: Any) -> Reply:
        """The answer, tried for as often as trying again can help."""
        pace = Pace(tries=self.settings.retries + 1)
        lasting = False
        try:
            reply: Reply = retrying_here(pace)(one)
        except RetryError as error:
            told, lasting = error.last_attempt.exception(), True
            cause: BaseException = error
            reason = f"{told} ({pace.tries} tries)" if pace.tries > 1 else str(told)
        except TryFailed as error:
            told = cause = error
            reason = str(error)
        else:
            self._failed_in_a_row = 0
            return reply
        with self._lock:
            self._failed_in_a_row = self._failed_in_a_row + 1 if lasting else 0
            over = self._failed_in_a_row >= IN_A_ROW
        if getattr(told, "hopeless", False):
            raise AdapterError(reason) from cause
        if over:
            raise AdapterError(
                f"the server failed for {IN_A_ROW} items in a row, the last time: {reason}; "
                "run this again when it serves"
            ) from cause
        raise (ServerFailed if lasting else EditFailed)(reason) from cause

    def _paid(self, picture: bytes, instruction: str, seed: int) -> Reply:
        """One try, counted and paid for."""
        if self._over is not None:
            raise AdapterError(self._over)
        estimate, reply = self.bill.estimate, Reply()
        try:
            self.bill.budget.take(estimate)
        except OverBudget as error:
            raise AdapterError(f"{error}; what is edited stays") from error
        notes = self._told.notes
        notes["tries"] += 1
        try:
            reply = self.ask(picture, instruction, seed)
            return reply
        except TryFailed as error:
            reply = Reply(dollars=error.dollars)
            raise
        finally:
            cost = self.bill.cost(reply)
            self.bill.budget.settle(estimate, cost or 0.0, *(reply.tokens or (0, 0)))
            if reply.model:
                notes["served_model"] = self.one_line(reply.model)
            if reply.tokens:
                notes["tokens"] = dict(zip(("in", "out"), reply.tokens, strict=True))
            if cost is not None:
                notes["us_dollars"] = round(notes.get("us_dollars", 0.0) + cost, 6)

    def rejected(self, status: int, codes: tuple[str, ...], said: str, wait: float = 0.0) -> Reply:
        """What an answer with an error status means for this item or for the run.

        ``codes`` are what the server calls the error; ``wait`` the seconds it asks to be left alone for.

        Raises:
            TryFailed: no answer. AdapterError: no other item will have one either.
        """
        codes, said = tuple(code.lower() for code in codes), self.one_line(said)
        if any(code.startswith(self.declined) for code in codes):
            return Reply(refusal=said)
        if (over := hopeless(status, codes, self.spent, said, self.key)) is not None:
            raise over
        if status in (403, 404) and not self._served:
            raise AdapterError(
                f"the server does not give {self.model} ({status}: {said}): "
                "check --model, --set base_url=... and what the key may use"
            )
        raise failed(status, said, wait)

    def one_line(self, text: object) -> str:
        """On one line, at most 300 characters, without the key, which a server may have sent back."""
        return one_line(self._clean(str(text)), most=300)


def _check_address(url: str, key: str) -> None:
    """Make sure that it is an HTTP address and holds no password, which would end up in the manifest."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise UsageError("the base URL is not an address; it looks like http://HOST:PORT/v1") from None
    if "@" in url or parts.query or parts.fragment:
        raise UsageError(f"the base URL must hold no name, password or query: a key is read from {key}")
    if parts.scheme not in ("http", "https") or not named:
        raise UsageError(f"the base URL must look like http://HOST:PORT/v1, but got {url!r}")

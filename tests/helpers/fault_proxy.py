"""A judge's server that writes down what it answers, and a proxy before it that spoils answers as lines do.

Both speak HTTP/1.1 over sockets by themselves, so that nothing of an HTTP package mends what is broken here.
The server never says the same twice, not to the same question either: whose answer a row holds can be told.
"""

import asyncio
import base64
import gzip
import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Spoken:
    """One answer as the server gave it: to whom, and the text of it."""

    question: str
    text: str


def question_of(body: bytes) -> str:
    """What a request asks about: hashes of its pictures in order, and its seed. Of no code that is tested."""
    asked = json.loads(body)
    urls = [part["image_url"]["url"] for part in asked["messages"][0]["content"] if "image_url" in part]
    hashes = [hashlib.sha256(base64.b64decode(url.partition(",")[2])).hexdigest() for url in urls]
    return f"{' '.join(hashes)} {asked.get('seed')}"


def reply(status: str, body: bytes, length: int | None = None, **headers: str) -> bytes:
    """A whole HTTP response; ``length`` is what it says of its body's length."""
    told = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body) if length is None else length),
    }
    told |= {name.replace("_", "-"): text for name, text in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {text}" for name, text in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def error(code: object) -> bytes:
    return json.dumps({"error": {"message": "the line says no", "code": code}}).encode()


BEFORE: dict[str, Callable[[], bytes]] = {
    "dropped unasked": lambda: b"",
    "429": lambda: reply("429 Too Many Requests", error("rate_limit_exceeded"), Retry_After="0"),
    "429 with a time": lambda: reply("429 Slow", error(None), Retry_After=formatdate(usegmt=True)),
    "500": lambda: reply("500 Oh", error("server_error")),
    "503 of HTML": lambda: reply("503 Busy", b"<html>busy</html>", Content_Type="text/html"),
    "200 with an error": lambda: reply("200 OK", error(502)),
    "200 with an error in words": lambda: reply("200 OK", b'{"error": "upstream went away"}'),
    "200 of HTML": lambda: reply("200 OK", b"<html>Sign in to the network</html>"),
    "200 of nothing": lambda: reply("200 OK", b""),
    "choices null": lambda: reply("200 OK", b'{"model": "m", "choices": null}'),
    "garbage": lambda: b"\x16\x03\x01\x00garbage, no HTTP\r\n\r\n",
}
"""What comes in place of an answer for which nobody was asked."""


def _ended_by_an_error(body: bytes) -> bytes:
    told = json.loads(body)
    told["choices"][0]["finish_reason"] = "error"
    return reply("200 OK", json.dumps(told).encode())


AFTER: dict[str, Callable[[bytes], bytes]] = {
    "dropped when asked": lambda body: b"",
    "half of it": lambda body: reply("200 OK", body[: len(body) // 2], len(body)),
    "half of it, said to be all": lambda body: reply("200 OK", body[: len(body) // 2]),
    "length too short": lambda body: reply("200 OK", body, len(body) - 7),
    "length too long": lambda body: reply("200 OK", body, len(body) + 50),
    "said to be packed": lambda body: reply("200 OK", body, Content_Encoding="gzip"),
    "packed by what nobody knows": lambda body: reply("200 OK", body, Content_Encoding="zebra"),
    "packed, and nobody says so": lambda body: reply("200 OK", gzip.compress(body)),
    "half of the packed": lambda body: reply(
        "200 OK", gzip.compress(body)[: len(body) // 3], Content_Encoding="gzip"
    ),
    "ended by an error": _ended_by_an_error,
}
"""What becomes of an answer that the server gave, so that it is lost."""

HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda body: reply("200 OK", body),
    "late": lambda body: reply("200 OK", body),
    "in drops": lambda body: reply("200 OK", body),
    "packed": lambda body: reply("200 OK", gzip.compress(body), Content_Encoding="gzip"),
    "twice": lambda body: reply("200 OK", body) * 2,
    "twice, the second late": lambda body: reply("200 OK", body) * 2,
    "in UTF-16": lambda body: reply("200 OK", body.decode().encode("utf-16")),
    "said to be latin-1": lambda body: reply("200 OK", body, Content_Type="text/plain; charset=latin-1"),
}
"""What becomes of an answer that arrives all the same."""


@dataclass
class FaultyLine:
    """The server and the proxy.

    Attributes:
        answer: from the question and how many answers were given before, the text of the next one.
        share: of requests that go wrong.
        spoken: all answers that the server gave. arrived: those that went through the proxy whole.
        done: how often each thing was done to a request.
    """

    answer: Callable[[str, int], str]
    share: float = 0.4
    seed: int = 0
    spoken: list[Spoken] = field(default_factory=list)
    arrived: list[Spoken] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    url: str = ""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def serve(self, streams: Streams) -> None:
        """The server: answers one request after the other, and writes down what it says."""
        while request := await _read_request(streams[0]):
            question = question_of(request)
            text = self.answer(question, len(self.spoken))
            self.spoken.append(Spoken(question, text))
            choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            usage = {"prompt_tokens": 10, "completion_tokens": 5}
            body = json.dumps({"model": "m", "choices": [choice], "usage": usage}).encode()
            streams[1].write(reply("200 OK", body))
            await streams[1].drain()

    async def pass_on(self, streams: Streams, port: int) -> None:
        """The proxy: does one thing to each request, and keeps the line open where it can."""
        while request := await _read_request(streams[0]):
            fault = self._random.random() < self.share
            what = self._random.choice([*BEFORE, *AFTER] if fault else list(HARMLESS))
            self.done[what] += 1
            if what in BEFORE:
                await _send(streams[1], BEFORE[what](), what)
                return
            body = await _ask(port, request)
            if what in AFTER:
                await _send(streams[1], AFTER[what](body), what)
                return
            self.arrived.append(
                Spoken(question_of(request), json.loads(body)["choices"][0]["message"]["content"])
            )
            await _send(streams[1], HARMLESS[what](body), what)


async def _send(writer: asyncio.StreamWriter, content: bytes, what: str) -> None:
    parts = [content]
    if what == "late":
        await asyncio.sleep(0.05)
    if what == "in drops":
        parts = [content[k : k + 40] for k in range(0, len(content), 40)]
    if what == "twice, the second late":
        parts = [content[: len(content) // 2], content[len(content) // 2 :]]
    for number, part in enumerate(parts):
        if number:
            await asyncio.sleep(0.003)
        writer.write(part)
        await writer.drain()


async def _ask(port: int, request: bytes) -> bytes:
    """The body of the server's answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST / HTTP/1.1\r\nContent-Length: {len(request)}\r\n\r\n".encode() + request)
    body = await _read_request(reader)
    writer.close()
    return body


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    """The body of the next message; empty at the end of the line."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return await reader.readexactly(int(lengths[0].partition(b":")[2]))
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


@contextmanager
def faulty_line(line: FaultyLine) -> Iterator[FaultyLine]:
    """The server and the proxy while the block runs; ``line.url`` is the proxy's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen(work: Callable[[Streams], Awaitable[None]]) -> tuple[asyncio.Server, int]:
        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await work((reader, writer))
            except ConnectionError:
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(one, "127.0.0.1", 0, limit=2**20)
        return server, server.sockets[0].getsockname()[1]

    def now(coroutine):  # type: ignore[no-untyped-def]
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(300)

    server, port = now(listen(line.serve))
    proxy, line_port = now(listen(lambda streams: line.pass_on(streams, port)))
    line.url = f"http://127.0.0.1:{line_port}/v1"
    try:
        yield line
    finally:
        for one in (proxy, server):
            loop.call_soon_threadsafe(one.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(300)
        loop.close()

"""A real HTTP server on loopback that speaks ``POST /chat/completions``, with faults on demand."""

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler
from typing import Any

from helpers.loopback import LoopbackServer

MODEL = "tiny-judge-2026-01-01"


@dataclass(frozen=True)
class Reply:
    """What is sent: a status, a body, headers; or a cut line, or byte by byte."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    seconds_a_byte: float = 0.0


def saying(text: str | None, model: str = MODEL, **message: Any) -> Reply:
    """A whole answer with that text."""
    finish = message.pop("finish", "stop")
    logprobs = message.pop("logprobs", None)
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": text, **message},
    }
    if logprobs is not None:
        top = [{"token": token, "logprob": logprob} for token, logprob in logprobs.items()]
        choice["logprobs"] = {"content": [{"token": text, "logprob": top[0]["logprob"], "top_logprobs": top}]}
    usage = {"prompt_tokens": 1000, "completion_tokens": 50}
    return Reply(200, json.dumps({"id": "x", "model": model, "choices": [choice], "usage": usage}).encode())


def rating(fidelity: object, preservation: object, coherence: object, **more: Any) -> str:
    """The text of a rating."""
    said = {
        "reason": "as it looks",
        "fidelity": fidelity,
        "preservation": preservation,
        "coherence": coherence,
    }
    return json.dumps(said | more)


def failing(status: int, message: str = "no", code: str | None = None, **headers: str) -> Reply:
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    return Reply(status, body, {name.replace("_", "-"): text for name, text in headers.items()})


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    key: str
    body: dict[str, Any]
    arrived: float

    @cached_property
    def digest(self) -> str:
        """Of the question: its words, pictures and seed."""
        told = [self.body["messages"], self.body.get("seed")]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def text(self) -> str:
        return self.body["messages"][0]["content"][0]["text"]


class TinyJudgeServer:
    """Answers each request by ``reply(asked, how often this question was asked before)``."""

    def __init__(self, reply: Callable[[Asked, int], Reply], seconds: float = 0.0) -> None:
        self.reply = reply
        self.seconds = seconds
        self.asked: list[Asked] = []
        self.times: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.server = LoopbackServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def _handler(outer) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                key = self.headers["Authorization"].removeprefix("Bearer ")
                asked = Asked(self.path, key, json.loads(content), time.monotonic())
                with outer.lock:
                    outer.asked.append(asked)
                    before = outer.times[asked.digest]
                    outer.times[asked.digest] += 1
                    outer.at_once += 1
                    outer.most_at_once = max(outer.most_at_once, outer.at_once)
                try:
                    self.send(outer.reply(asked, before))
                except OSError:
                    self.close_connection = True
                finally:
                    with outer.lock:
                        outer.at_once -= 1

            def send(self, reply: Reply) -> None:
                time.sleep(outer.seconds)
                if reply.cut:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, text in ({"Content-Type": "application/json"} | reply.headers).items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if not reply.seconds_a_byte:
                    self.wfile.write(reply.body)
                    return
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(reply.seconds_a_byte)

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler


@contextmanager
def judging(reply: Callable[[Asked, int], Reply] | Reply, seconds: float = 0.0) -> Iterator[TinyJudgeServer]:
    """A server while the block runs; a single reply is given to every request."""
    tiny = TinyJudgeServer(reply if callable(reply) else lambda *_: reply, seconds)
    thread = threading.Thread(target=tiny.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield tiny
    finally:
        tiny.server.shutdown()
        tiny.server.server_close()

"""A real HTTP server on loopback that speaks ``POST /v1/images/edits``, with faults on demand."""

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from helpers.loopback import LoopbackServer

JSON = "application/json"
T = TypeVar("T", bound="TinyImagesServer")


@dataclass(frozen=True)
class Fault:
    """What is answered in place of an image: a status, a body, headers; or half of it; or nothing, where the
    line is cut, or silent until the server ends."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    silent: bool = False
    torn: bool = False


def error(status: int, message: str = "", code: str | None = None, **headers: str) -> Fault:
    body = json.dumps({"error": {"message": message, "type": "error", "param": None, "code": code}})
    return Fault(status, body.encode(), {name.replace("_", "-"): text for name, text in headers.items()})


def answer(**picture: Any) -> Fault:
    return Fault(200, json.dumps({"created": 1, "data": [picture]}).encode())


@dataclass
class Request:
    """One request as it came in."""

    path: str
    key: str
    fields: dict[str, Any]
    image: bytes
    arrived: float


class TinyImagesServer:
    """Edits by adding the seed to every pixel; the next of `faults` is served first, once.

    ``faults_of`` serves a fault to every request of that prompt. ``together`` holds the first so many
    requests until all of them are there, so that fewer at once get no answer.
    """

    root = "/v1"

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.faults_of: dict[str, Fault] = {}
        self.requests: list[Request] = []
        self.together: threading.Barrier | None = None
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.server = LoopbackServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{self.root}"

    def _handler(outer) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                fault = outer.serve(self)
                if fault.silent:
                    outer.over.wait()
                if fault.cut or fault.silent:
                    self.close_connection = True
                    return
                self.send_response(fault.status)
                for name, text in ({"Content-Type": JSON} | fault.headers).items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(fault.body) * (2 if fault.torn else 1)))
                self.end_headers()
                self.wfile.write(fault.body)
                self.close_connection = True

            do_GET = do_POST

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler

    def serve(self, handler: BaseHTTPRequestHandler) -> Fault:
        request = self.read(handler, handler.rfile.read(int(handler.headers.get("Content-Length") or 0)))
        with self.lock:
            self.requests.append(request)
            fault = (
                self.faults.pop(0) if self.faults else self.faults_of.get(request.fields.get("prompt", ""))
            )
            barrier = self.together if len(self.requests) <= 4 else None
        if fault:
            return fault
        if barrier:
            barrier.wait(timeout=300)
        return self.answer(request)

    def read(self, handler: BaseHTTPRequestHandler, body: bytes) -> Request:
        """A request, as this protocol has them."""
        parts = multipart(handler.headers["Content-Type"], body)
        image = parts.pop("image")
        key = handler.headers["Authorization"].removeprefix("Bearer ")
        fields = {name: content.decode() for name, content in parts.items()}
        return Request(handler.path, key, fields, image, time.monotonic())

    def answer(self, request: Request) -> Fault:
        """The edit."""
        return answer(b64_json=edited(request.image, int(request.fields.get("seed", 0))))


def edited(image: bytes, seed: int) -> str:
    pixels = np.asarray(Image.open(io.BytesIO(image))) + np.uint8(seed % 251)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def multipart(content_type: str, body: bytes) -> dict[str, bytes]:
    """The fields of a multipart/form-data body."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    fields = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0].decode()
        fields[name] = content.removesuffix(b"\r\n")
    return fields


@contextmanager
def serving(kind: type[T] = TinyImagesServer) -> Iterator[T]:  # type: ignore[assignment]
    tiny = kind()
    thread = threading.Thread(target=tiny.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield tiny
    finally:
        tiny.over.set()
        tiny.server.shutdown()
        tiny.server.server_close()

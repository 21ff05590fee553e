"""Servers on loopback that speak as those of Gemini, Seedream and Black Forest Labs do, with faults."""

import base64
import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

from helpers.tiny_images_server import Fault, Request, TinyImagesServer, answer, edited


def said(body: Any, status: int = 200, **headers: str) -> Fault:
    """An answer of JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Fault(status, json.dumps(body).encode(), named)


class TinyGemini(TinyImagesServer):
    """``POST /v1beta/models/MODEL:generateContent``."""

    root = ""

    def read(self, handler: BaseHTTPRequestHandler, body: bytes) -> Request:
        sent = json.loads(body)
        (turn,) = sent["contents"]
        picture, text = turn["parts"]
        options = sent["generationConfig"]
        fields = {"prompt": text["text"], "options": json.dumps(options), "seed": options.get("seed", 0)}
        image = base64.urlsafe_b64decode(picture["inlineData"]["data"])
        return Request(handler.path, handler.headers["x-goog-api-key"], fields, image, time.monotonic())

    def answer(self, request: Request) -> Fault:
        return said(gemini(edited(request.image, int(request.fields["seed"]))))


def gemini(*parts: Any, finish: str | None = "STOP", **more: Any) -> dict[str, Any]:
    """An answer of Gemini's: a picture in base64, or other parts as they are."""
    made = [
        {"inlineData": {"mimeType": "image/png", "data": part}} if isinstance(part, str) else part
        for part in parts
    ]
    candidate = {"content": {"role": "model", "parts": made}, "finishReason": finish, "index": 0}
    usage = {"promptTokenCount": 270, "candidatesTokenCount": 1290, "thoughtsTokenCount": 10}
    return {"candidates": [candidate], "modelVersion": "gemini-tiny-001", "usageMetadata": usage} | more


class TinySeedream(TinyImagesServer):
    """``POST /api/v3/images/generations``."""

    root = "/api/v3"

    def read(self, handler: BaseHTTPRequestHandler, body: bytes) -> Request:
        fields = json.loads(body)
        image = base64.b64decode(fields.pop("image").partition(",")[2])
        key = handler.headers["Authorization"].removeprefix("Bearer ")
        return Request(handler.path, key, fields, image, time.monotonic())

    def answer(self, request: Request) -> Fault:
        usage = {"generated_images": 1, "output_tokens": 16384, "total_tokens": 16384}
        data = [{"b64_json": edited(request.image, 0), "size": request.fields["size"]}]
        return said({"model": "seedream-tiny-250828", "created": 1, "data": data, "usage": usage})


class TinyBFL(TinyImagesServer):
    """``POST /v1/MODEL``, then ``GET /v1/get_result``, then the picture.

    A task is pending when it is first looked at. ``looks`` are served to looks and to fetches of pictures
    before what there is, one after the other.
    """

    root = ""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[Fault] = []
        self.looked: list[tuple[str, str | None]] = []
        self.tasks: dict[str, Request] = {}
        self.pending: set[str] = set()

    def serve(self, handler: BaseHTTPRequestHandler) -> Fault:
        if handler.command == "POST":
            return super().serve(handler)
        with self.lock:
            self.looked.append((handler.path, handler.headers["x-key"]))
            if self.looks:
                return self.looks.pop(0)
        place, _, name = handler.path.partition("?id=")
        if place == "/picture":
            request = self.tasks[name]
            content = base64.b64decode(edited(request.image, int(request.fields["seed"])))
            return Fault(200, content, {"Content-Type": "image/png"})
        if name in self.pending:
            self.pending.discard(name)
            return said({"id": name, "status": "Pending"})
        return said({"id": name, "status": "Ready", "result": {"sample": f"{self.url}/picture?id={name}"}})

    def read(self, handler: BaseHTTPRequestHandler, body: bytes) -> Request:
        fields = json.loads(body)
        image = base64.b64decode(fields.pop("input_image"))
        return Request(handler.path, handler.headers["x-key"], fields, image, time.monotonic())

    def answer(self, request: Request) -> Fault:
        with self.lock:
            name = str(len(self.tasks))
            self.tasks[name] = request
            self.pending.add(name)
        return said({"id": name, "polling_url": f"{self.url}/v1/get_result?id={name}", "cost": 4.5})


__all__ = ["TinyBFL", "TinyGemini", "TinySeedream", "answer", "gemini", "said"]

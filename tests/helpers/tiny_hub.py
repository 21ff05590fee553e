"""A model hub on loopback: real HTTP, the answers of the real hub, folders in place of repositories."""

import hashlib
import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from helpers.loopback import LoopbackServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class TinyHub:
    """Serves ``repositories`` (id to folder), each with the one revision ``main`` at `COMMIT`.

    Whether one is of a model or a data set, whoever asks for it says.

    ``cards`` are further facts of repositories, such as their licence. Ids in ``gated`` are refused as a
    gated model is. While ``down`` is true the hub closes every connection without a word; ``failing`` makes
    it answer 503. ``requests`` counts what came in.
    """

    def __init__(self, repositories: dict[str, Path], gated: tuple[str, ...] = ()) -> None:
        self.repositories = repositories
        self.gated = gated
        self.cards: dict[str, dict[str, object]] = {}
        self.down = self.failing = False
        self.requests = 0
        self.server = LoopbackServer(("127.0.0.1", 0), self._handler())
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for the path of a request."""
        parts = unquote(urlsplit(path).path).strip("/").split("/")
        listing = parts[0] == "api"
        parts = parts[2:] if listing else parts[1:] if parts[0] == "datasets" else parts
        name = "/".join(parts[:2])
        if name in self.gated:
            return (
                403,
                {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access to this model is restricted"},
                b"",
            )
        if name not in self.repositories:
            return 404, {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"}, b""
        revision = parts[3] if len(parts) > 3 else "main"
        if revision not in ("main", COMMIT):
            return 404, {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"}, b""
        folder = self.repositories[name]
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        if listing and len(parts) > 2 and parts[2] == "tree":
            return 200, {}, json.dumps([_entry(file, folder) for file in files]).encode()
        if listing:
            siblings = [
                {"rfilename": file.relative_to(folder).as_posix(), "size": file.stat().st_size}
                for file in files
            ]
            return (
                200,
                {},
                json.dumps(
                    {"id": name, "sha": COMMIT, "siblings": siblings} | self.cards.get(name, {})
                ).encode(),
            )
        wanted = folder / "/".join(parts[4:])
        if not wanted.is_file():
            return 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b""
        content = wanted.read_bytes()
        return 200, {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha1(content).hexdigest()}"'}, content

    def _handler(hub) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.requests += 1
                if hub.down:
                    self.close_connection = True
                    return
                status, headers, body = (503, {}, b"") if hub.failing else hub.answer(self.path)
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *arguments: object) -> None:
                return None

        return Handler


def _entry(file: Path, folder: Path) -> dict[str, object]:
    content = file.read_bytes()
    path = file.relative_to(folder).as_posix()
    return {"type": "file", "path": path, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}

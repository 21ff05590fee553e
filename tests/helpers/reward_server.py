"""The reward server as a process of its own, and one on loopback that answers whatever it is told to."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread

from helpers.loopback import LoopbackServer

IDENTITY = "of this reward"
HEALTH = {
    "reward": {"weights": {"motion": 1.0}, "rounded": False, "flow": "dis", "judge": None},
    "bench": {"name": "bench", "fingerprint": "abc", "items": 2},
    "identity": IDENTITY,
}


@dataclass
class Served:
    """A running `mebench serve-reward`, and where it says that it is."""

    url: str
    process: "subprocess.Popen[str]"
    reader: Thread

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()


def start(bench: Path, *options: object) -> Served:
    """Start it, and wait until it is there; it has to be killed."""
    command = [sys.executable, "-m", "motionedit_bench", "serve-reward", "--bench", str(bench)]
    process = subprocess.Popen(
        [*command, *map(str, options)], stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    said = []
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if found := re.search(r" at (http://\S+)$", line):
            reader = Thread(target=_drain, args=(process,))
            reader.start()
            return Served(found[1], process, reader)
    process.wait()
    process.stderr.close()
    raise AssertionError("".join(said))


def _drain(process: "subprocess.Popen[str]") -> None:
    """Read what it says to the end, so that it never waits for a reader."""
    assert process.stderr is not None
    with process.stderr as said:
        said.read()


@dataclass(frozen=True)
class Reply:
    """What is sent: a status, a body, by which reward; or nothing at all, and the line is cut."""

    body: bytes = b""
    status: int = 200
    identity: str | None = IDENTITY
    cut: bool = False


def rewards(*values: object, **more: object) -> Reply:
    """A good answer with these values, or with fields that are not good."""
    told = [
        {"id": "item-0", "reward": value, "status": "ok", "reason": None, "terms": {}} | more
        for value in values
    ]
    return Reply(json.dumps({"rewards": told}).encode())


@contextmanager
def answering(reply: Callable[[int], Reply], health: Callable[[], Reply] | None = None) -> Iterator[str]:
    """A server whose k-th answer to a request for rewards is ``reply(k)``; its address."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send(health() if health else Reply(json.dumps(HEALTH).encode()))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            self.send(reply(len(asked) - 1))

        def send(self, one: Reply) -> None:
            if one.cut:
                self.close_connection = True
                return
            self.send_response(one.status)
            if one.identity is not None:
                self.send_header("X-Mebench-Reward", one.identity)
            self.send_header("Content-Length", str(len(one.body)))
            self.end_headers()
            self.wfile.write(one.body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = LoopbackServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

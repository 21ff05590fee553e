"""Rewards behind HTTP: one process gives them to whoever trains; see `motionedit_bench.rewards.wire`."""

import asyncio
import queue
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import MebenchError, UsageError, one_line
from motionedit_bench.records import Item, digest_of
from motionedit_bench.rewards import wire
from motionedit_bench.rewards.base import Pixels, Reward, Rewarded
from motionedit_bench.rewards.wire import Rejected
from motionedit_bench.version import VERSION

MOST_WAITING = 256
"""Requests under way; to further ones the server says that it is busy (503)."""

AT_ONCE = 4
"""Items that a replica is given at once, so that it measures one while judges are asked about others."""


class Desk:
    """Hands edits to whichever replica is free; those of one item go together.

    Attributes:
        waiting: requests that are not answered yet.
    """

    def __init__(self, replicas: Sequence[Reward], items: Mapping[str, Item]) -> None:
        self.waiting = 0
        self.replicas = len(replicas)
        self._items = items
        self._free: queue.SimpleQueue[Reward] = queue.SimpleQueue()
        for one in AT_ONCE * list(replicas):
            self._free.put(one)
        self._pool = ThreadPoolExecutor(AT_ONCE * len(replicas))

    async def serve(self, content: bytes) -> bytes:
        """The answer to a request's body.

        Raises:
            Rejected: it is no request, it asks for an item that is not there, or too many are waiting.
        """
        if self.waiting >= MOST_WAITING:
            raise Rejected(503, f"busy: {self.waiting} requests are waiting")
        self.waiting += 1
        try:
            edits = await asyncio.to_thread(wire.read_request, content)
            groups: dict[str, list[int]] = {}
            for place, (name, _) in enumerate(edits):
                groups.setdefault(self._known(name), []).append(place)
            found = await asyncio.gather(*(self._score(edits, places) for places in groups.values()))
            rewards = {place: one for group in found for place, one in group.items()}
            told = [(name, rewards[place]) for place, (name, _) in enumerate(edits)]
            return await asyncio.to_thread(wire.response_of, told)
        finally:
            self.waiting -= 1

    def _known(self, name: str) -> str:
        if name not in self._items:
            raise Rejected(404, f"unknown item {name!r}: it is none of the {len(self._items)} items served")
        return name

    async def _score(self, edits: Sequence[tuple[str, Pixels]], places: Sequence[int]) -> dict[int, Rewarded]:
        """The rewards of one item's edits, by their places in the request."""
        item, pictures = self._items[edits[places[0]][0]], [edits[place][1] for place in places]

        def work() -> list[Rewarded]:
            replica = self._free.get()
            try:
                return replica.score(item, pictures)
            finally:
                self._free.put(replica)

        found = await asyncio.get_running_loop().run_in_executor(self._pool, work)
        return dict(zip(places, found, strict=True))

    def close(self) -> None:
        """End its threads; what is under way is waited for."""
        self._pool.shutdown()


def identity(reward: Mapping[str, Any], fingerprint: str) -> str:
    """A hash of all that rewards depend on besides pictures."""
    return digest_of([reward, fingerprint])[:16]


def application(replicas: Sequence[Reward], benchmark: Benchmark) -> FastAPI:
    """The server's application: equal replicas of a reward, for the items of a benchmark."""
    facts = replicas[0].facts()
    bench = {
        "name": benchmark.name,
        "revision": benchmark.revision,
        "fingerprint": benchmark.fingerprint(),
        "items": len(benchmark.items),
    }
    desk = Desk(replicas, {item.id: item for item in benchmark.items})
    headers = {wire.IDENTITY: identity(facts, benchmark.fingerprint())}

    @asynccontextmanager
    async def until_stopped(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(title="MotionEdit-Bench rewards", version=VERSION, lifespan=until_stopped)

    @app.get(wire.HEALTH)
    def health() -> JSONResponse:
        told = {"mebench": VERSION, "reward": facts, "bench": bench}
        return JSONResponse(
            {**told, "replicas": desk.replicas, "queue": desk.waiting, "identity": headers[wire.IDENTITY]}
        )

    @app.post(wire.REWARDS)
    async def rewards(request: Request) -> Response:
        answer = await desk.serve(await _body(request))
        return Response(answer, media_type="application/json", headers=headers)

    @app.exception_handler(Rejected)
    async def rejected(request: Request, error: Rejected) -> JSONResponse:
        wait = {"Retry-After": "1"} if error.status == 503 else {}
        return JSONResponse({"error": str(error)}, error.status, headers=headers | wait)

    @app.exception_handler(MebenchError)
    async def failed(request: Request, error: MebenchError) -> JSONResponse:
        return JSONResponse({"error": one_line(error, most=300)}, 500, headers=headers)

    return app


async def _body(request: Request) -> bytes:
    """A request's body, never more of it than a request may have.

    Raises:
        Rejected: it is larger.
    """
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > wire.MOST_BYTES:
            raise Rejected(413, f"a request may have {wire.MOST_BYTES} bytes, and this one has more")
    return bytes(content)


def serve(app: FastAPI, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; ``ready`` is told the address once it is taken.

    Raises:
        UsageError: there is none, or it cannot be taken.
    """
    if not host:  # would be all of the machine's addresses
        raise UsageError("--host is empty: name an address, such as 127.0.0.1, or 0.0.0.0 for all of them")
    six = ":" in host
    try:
        taken = socket.create_server((host, port), family=socket.AF_INET6 if six else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"cannot listen at {host}:{port} ({one_line(error)}): give another --host or --port"
        ) from error
    ready(f"http://{f'[{host}]' if six else host}:{taken.getsockname()[1]}")
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=10)
    with taken, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[taken])

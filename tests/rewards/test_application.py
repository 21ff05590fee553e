"""The server's application in this process, before replicas that are made for it."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2
import numpy as np
import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.rewards import server, wire
from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.rewards.server import application, identity

PICTURE = np.zeros((20, 20, 3), np.uint8)


class Stub:
    """A reward that says who gave it, and waits for as many others as it is told."""

    def __init__(self, name, together=1):
        self.name = name
        self.at_once = threading.Barrier(together)

    def score(self, item, pictures):
        self.at_once.wait(300)
        return [Rewarded(0.5, terms={"by": self.name, "of": item.id}) for _ in pictures]

    def facts(self):
        return {"weights": {"motion": 1.0}}


class Full(Stub):
    def score(self, item, pictures):
        raise StorageError("cannot keep answers: no space left on device")


@pytest.fixture
def benchmark(tmp_path):
    return open_benchmark(str(make_benchmark(tmp_path / "bench", count=4)))


def answers(app, *bodies):
    """The answers to some requests that are made at once."""

    async def ask():
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
            return await asyncio.gather(*(client.post(wire.REWARDS, content=body) for body in bodies))

    # a thread of its own: a browser that other tests have open keeps a loop running in this one
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()


def test_all_replicas_are_at_work_at_once(benchmark):
    stubs = [Stub("a"), Stub("b")]
    stubs[0].at_once = stubs[1].at_once = threading.Barrier(4)
    found = answers(
        application(stubs, benchmark), *(wire.request_of(item.id, [PICTURE] * 2) for item in benchmark.items)
    )
    assert [one.status_code for one in found] == [200] * 4
    told = [one.json()["rewards"] for one in found]
    assert [one[0]["terms"]["of"] for one in told] == [item.id for item in benchmark.items]
    assert {one[0]["terms"]["by"] for one in told} == {"a", "b"}


def test_a_server_with_too_much_to_do_says_so(benchmark, monkeypatch):
    monkeypatch.setattr(server, "MOST_WAITING", 0)
    (busy,) = answers(application([Stub("a")], benchmark), wire.request_of("item-0", [PICTURE]))
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert busy.json() == {"error": "busy: 0 requests are waiting"}


def test_more_bytes_than_a_request_may_have_are_not_read(benchmark, monkeypatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 100
            yield b" " * 100

    (refused,) = answers(application([Stub("a")], benchmark), endless())
    assert refused.status_code == 413
    assert refused.json() == {"error": "a request may have 1000 bytes, and this one has more"}
    assert read <= 1200


def test_what_fails_for_all_is_an_error_and_no_reward(benchmark):
    (failed,) = answers(application([Full("a")], benchmark), wire.request_of("item-0", [PICTURE]))
    assert failed.status_code == 500
    assert failed.json() == {"error": "cannot keep answers: no space left on device"}


def test_no_address_is_not_all_addresses(benchmark):
    with pytest.raises(UsageError, match="--host is empty"):
        server.serve(application([Stub("a")], benchmark), "", 0, lambda _: None)


def test_every_answer_says_by_which_reward_it_is(benchmark):
    app = application([Stub("a")], benchmark)
    good, bad = answers(app, wire.request_of("item-0", [PICTURE]), b"{")
    assert good.headers[wire.IDENTITY] == bad.headers[wire.IDENTITY]
    assert good.headers[wire.IDENTITY] == identity({"weights": {"motion": 1.0}}, benchmark.fingerprint())
    assert identity({"weights": {"motion": 1.0}}, "x") != identity({"weights": {"ssim": 1.0}}, "x")

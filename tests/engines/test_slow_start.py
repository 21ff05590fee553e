"""Machines on which Ray takes too long to start, or cannot, and addresses where no cluster is."""

import re
import socket

import pytest

from motionedit_bench.engines.cluster import STARTS, connected
from motionedit_bench.errors import AdapterError


@pytest.fixture
def starting(monkeypatch):
    """Lets Ray's start time out so many times; counts its starts."""
    import ray

    def busy(times):
        starts = []

        def init(**_):
            starts.append(1)
            if len(starts) <= times:
                raise Exception("The current node timed out during startup. This could happen because ..")

        monkeypatch.setattr(ray, "is_initialized", lambda: False)
        monkeypatch.setattr(ray, "init", init)
        monkeypatch.setattr(ray, "shutdown", lambda: None)
        return starts

    return busy


def test_it_is_started_again(starting):
    starts = starting(STARTS - 1)
    with connected(None):
        assert len(starts) == STARTS


def test_in_the_end_it_is_one_line(starting):
    starting(STARTS)
    with (
        pytest.raises(AdapterError, match=f"Ray did not start on this machine in {STARTS} tries"),
        connected(None),
    ):
        pass


def test_why_it_cannot_start_here_is_one_line(starting, monkeypatch):
    import ray

    def init(**_):
        raise OSError("AF_UNIX path length cannot exceed 107 bytes: '/scratch/..'")

    starting(0)
    monkeypatch.setattr(ray, "init", init)
    with (
        pytest.raises(
            AdapterError, match=r"^Ray cannot start on this machine \(AF_UNIX .*in RAY_TMPDIR, else"
        ),
        connected(None),
    ):
        pass


def test_where_nobody_listens_is_found_before_ray_asks_for_minutes(starting):
    starts = starting(0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        for address in (f"127.0.0.1:{port}", "127.0.0.1:99999", f"[::1]:{port}"):
            told = re.escape(f"cannot join the Ray cluster at {address} (")
            with pytest.raises(AdapterError, match=f"^{told}.*start one by `ray start"), connected(address):
                pass
        assert starts == []
        free.listen()
        with connected(f"127.0.0.1:{port}"):
            assert starts == [1]

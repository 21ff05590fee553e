"""A machine that is too busy to start Ray in the time that Ray gives it."""

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

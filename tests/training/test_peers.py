"""What the environment says of the processes that share a training, and what it says wrongly."""

import pytest

from motionedit_bench.errors import UsageError
from motionedit_bench.training import peers


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("text", ["x", "0", "-1", "1.5", "²"])
def test_no_number_of_processes_is_one_line(monkeypatch, text):
    monkeypatch.setenv("WORLD_SIZE", text)
    with pytest.raises(UsageError, match=f"WORLD_SIZE is '{text}', and must be how many"):
        peers.started()


def test_others_that_cannot_be_met_are_one_line(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with (
        pytest.raises(UsageError, match="cannot meet the other processes of WORLD_SIZE=2 .*RANK"),
        peers.joined(),
    ):
        pass


@pytest.mark.parametrize(
    ("size", "rank", "first"),
    [(None, None, True), ("", "3", True), ("1", "3", True), ("2", "0", True), ("2", "1", False)],
)
def test_who_writes(monkeypatch, size, rank, first):
    for name, value in (("WORLD_SIZE", size), ("RANK", rank)):
        if value is not None:
            monkeypatch.setenv(name, value)
    assert peers.is_first() == first

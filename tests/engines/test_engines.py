"""What all engines of one machine promise, and how each of them ends."""

import itertools
import signal
import threading
import time

import pytest
from helpers.doubling import Doubling, Resting

from motionedit_bench.engines import Done, Engine, Lost, Replica, threads
from motionedit_bench.engines.here import Here
from motionedit_bench.engines.processes import Processes
from motionedit_bench.engines.threads import Threads
from motionedit_bench.errors import AdapterError

ENGINES = {
    "here": Here,
    "threads": lambda recipe: Threads(recipe, 3),
    "processes": lambda recipe: Processes(recipe, 2, "cpu"),
}


@pytest.fixture(params=ENGINES)
def engine(request):
    return ENGINES[request.param]


def test_every_engine_gives_the_same_results_in_order_and_as_they_come(engine, tmp_path):
    with engine(Doubling(tmp_path / "closed")) as working:
        assert working.facts == {"factor": 2}
        assert list(working.results(range(20), ahead=5)) == [Done(number, 2 * number) for number in range(20)]
        found = []
        working.each(range(20), found.append)
        assert sorted(end.task for end in found) == list(range(20))
        assert list(working.results([])) == []
    assert (tmp_path / "closed").exists()


def test_what_cannot_be_made_is_one_error(engine):
    with pytest.raises(AdapterError, match="no factor here: get it there"), engine(Doubling(poor=True)):
        pass


def test_what_ends_the_work_is_raised_and_the_replica_closed(engine, tmp_path):
    found = []
    with (
        pytest.raises(AdapterError, match="nothing further can be doubled"),
        engine(Doubling(tmp_path / "closed")) as working,
    ):
        working.each(itertools.chain([1, 2, 3, -2], itertools.count(4)), found.append)
    assert -2 not in {end.task for end in found}
    assert (tmp_path / "closed").exists()


def test_a_task_that_kills_every_process_is_lost_and_the_others_are_done():
    with Processes(Doubling(), 2, "cpu") as working:
        found = {end.task: end for end in working.results([1, -1, 2])}
    assert found.pop(-1) == Lost(-1, "2 processes died over this item; the last with signal 9", 2)
    assert {task: end.result for task, end in found.items()} == {1: 2, 2: 4}


def test_the_rest_of_a_piece_is_done_beside_the_next_one(tmp_path):
    with Processes(Resting(tmp_path), 1, "cpu") as working:
        assert list(working.results([1, 2, 3, 4])) == [Done(number, 2 * number) for number in (1, 2, 3, 4)]


def test_only_the_piece_that_is_worked_on_counts_a_death(tmp_path):
    with Processes(Resting(tmp_path), 1, "cpu") as working:
        found = {end.task: end for end in working.results([8, 10, 12], ahead=3)}
    assert found == {8: Done(8, 16), 10: Done(10, 20, 1), 12: Done(12, 24)}


def test_a_piece_whose_rest_kills_is_lost_and_the_others_are_done(tmp_path, capfd):
    with Processes(Resting(tmp_path), 1, "cpu") as working:
        found = {end.task: end for end in working.results([2, 20, 4])}
    assert found[20] == Lost(20, "2 processes died over this item; the last with exit status 1", 2)
    assert (found[2].result, found[4].result) == (4, 8)
    assert "ValueError: 20 is not to be doubled" in capfd.readouterr().err


def test_what_ends_the_work_is_raised_from_the_last_rest_too(tmp_path):
    found = []
    with (
        pytest.raises(AdapterError, match="nothing further can be doubled"),
        Processes(Resting(tmp_path), 1, "cpu") as working,
    ):
        working.each([2, 30], found.append)
    assert found == [Done(2, 4)]


class Patient(Replica):
    """Waits for the event with each task."""

    def __init__(self, event):
        self.event = event
        self.facts = {}

    def do(self, task):
        begun.append(task)
        self.event.wait(600)
        return task


class Patience(Doubling):
    def make(self, place):
        return Patient(event)


event = threading.Event()
begun = []


def test_threads_end_what_they_have_in_hand_before_an_interruption_does(capfd, monkeypatch):
    event.clear()
    begun.clear()
    found = []

    def interrupted(*_, **__):
        while len(begun) < 2:
            time.sleep(0.01)
        monkeypatch.setattr(threads, "wait", ended)
        signal.raise_signal(signal.SIGINT)

    def ended(*futures, wait=threads.wait, **options):
        event.set()
        return wait(*futures, **options)

    monkeypatch.setattr(threads, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt), Threads(Patience(), 2) as working:
        working.each(range(9), found.append)
    assert sorted(end.task for end in found) == [0, 1]
    assert capfd.readouterr().err == "mebench: interrupted; waiting for the 2 edits in hand\n"


def test_an_engine_is_what_has_room_hands_and_patience():
    with pytest.raises(TypeError, match="abstract"):
        Engine()

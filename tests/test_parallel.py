"""Results come in the order of the work, and no more is begun than was asked for."""

import threading
import time
from collections.abc import Iterator

import pytest

from motionedit_bench.parallel import in_order


@pytest.mark.parametrize("workers", [1, 3, 8])
def test_results_come_in_order(workers: int) -> None:
    def work(number: int) -> int:
        time.sleep(0.002 * (number % 3))
        return number * number

    assert list(in_order(work, range(20), workers)) == [number * number for number in range(20)]


def test_work_is_taken_up_a_few_things_ahead_at_the_most() -> None:
    taken = 0

    def things() -> Iterator[int]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield number

    for done, _ in enumerate(in_order(lambda one: one, things(), 2, most_ahead=4)):
        assert taken <= done + 5


def test_a_failure_is_raised_in_its_place_and_the_rest_is_abandoned() -> None:
    abandoned = threading.Event()

    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    found = []
    with pytest.raises(ValueError, match="three"):
        found.extend(in_order(work, range(100), 2, abandon=abandoned.set))
    assert abandoned.is_set()


def test_each_thread_is_prepared_once() -> None:
    prepared = []
    list(in_order(lambda one: one, range(10), 3, lambda: prepared.append(threading.get_ident())))
    assert len(prepared) == len(set(prepared)) <= 3

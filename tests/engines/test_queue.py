"""The queue: every task comes to one end, whatever happens to those who hold it."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motionedit_bench.engines import Done, Lost, Queue
from motionedit_bench.engines.queue import NODES, TRIES

FATES = ("end", "died", "lost_node", "back")


@given(
    st.integers(0, 12),
    st.one_of(st.none(), st.integers(1, 4)),
    st.lists(st.tuples(st.sampled_from(FATES), st.integers(0, 5)), max_size=60),
)
@settings(deadline=None)
def test_every_task_has_one_end_whatever_happens(count, ahead, fates):
    queue = Queue(range(count), ahead)
    hands, ends, fates = [], [], iter(fates)
    deaths, nodes = Counter(), Counter()
    while not queue.is_over:
        while len(hands) < 3 and (piece := queue.take()) is not None:
            hands.append(piece)
            assert ahead is None or piece.number - len(ends) < ahead
        if hands:
            fate, which = next(fates, ("end", 0))
            piece = hands.pop(which % len(hands))
            if fate == "end":
                queue.end(piece, 2 * piece.task)
            elif fate == "died":
                deaths[piece.task] += 1
                queue.died(piece, "signal 9")
            elif fate == "lost_node":
                nodes[piece.task] += 1
                queue.lost_node(piece)
            else:
                queue.back(piece)
        ends += queue.told()
    assert hands == []
    assert sorted(end.task for end in ends) == list(range(count))
    if ahead is not None:
        assert [end.task for end in ends] == list(range(count))
    for end in ends:
        lost = deaths[end.task] == TRIES or nodes[end.task] == NODES
        assert isinstance(end, Lost) == lost
        assert end.deaths == deaths[end.task]
        assert lost or end.result == 2 * end.task


def test_a_lost_task_says_how():
    queue = Queue(["one", "other"])
    for _ in range(TRIES):
        queue.died(queue.take(), "signal 9")
    for _ in range(NODES):
        queue.lost_node(queue.take())
    assert list(queue.told()) == [
        Lost("one", "2 processes died over this item; the last with signal 9", 2),
        (other := Lost("other", "5 nodes were lost while this item was worked on")),
    ]
    assert other.is_blameless
    assert not Lost("one", "signal 9", TRIES).is_blameless


def test_what_comes_back_is_taken_up_before_anything_new():
    queue = Queue(range(3))
    first = queue.take()
    queue.back(first)
    assert queue.take() is first
    queue.end(first, 0)
    assert list(queue.told()) == [Done(0, 0)]


def test_tasks_are_taken_from_their_iterator_only_when_there_is_room():
    taken = []
    queue = Queue((taken.append(number) or number for number in range(9)), ahead=2)
    pieces = [queue.take(), queue.take()]
    assert (queue.take(), taken) == (None, [0, 1])
    queue.end(pieces[1], None)
    assert (list(queue.told()), queue.take()) == ([], None)  # the first one is still under way
    queue.end(pieces[0], None)
    assert [end.task for end in queue.told()] == [0, 1]
    assert queue.take().task == 2


def test_an_error_of_the_tasks_iterator_is_its_own():
    def tasks():
        yield 1
        raise ValueError("no more")

    queue = Queue(tasks())
    queue.take()
    with pytest.raises(ValueError, match="no more"):
        queue.take()

"""No question is asked twice: not when it was answered, nor while it is being asked."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.ledger import Ledger
from motionedit_bench.metrics.judge.model import Call, CallFailed, unkept
from motionedit_bench.metrics.judge.register import Register
from motionedit_bench.metrics.judge.rubric import question
from motionedit_bench.metrics.judge.shown import Shown


class Counted:
    """A lock that knows how often it was left."""

    def __init__(self):
        self.times, self.left, self.lock = 0, threading.Condition(), threading.Lock()

    def __enter__(self):
        self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()
        with self.left:
            self.times += 1
            self.left.notify_all()


class Slow:
    """A model that never says the same twice, and nothing until so many have asked the register."""

    spec, parameters = "slow:m", {}

    def __init__(self, failing=False):
        self.asked, self.failing, self.lock = [], failing, threading.Lock()
        self.register, self.askers = None, 0

    def ask(self, call, keep=unkept):
        with self.lock:
            self.asked.append(call)
            number = len(self.asked)
        if self.register is not None:  # each leaves its lock once it knows whom to wait for
            with self.register._lock.left:
                self.register._lock.left.wait_for(lambda: self.register._lock.times >= self.askers)
        if self.failing:
            raise CallFailed(f"no {number}")
        return keep(Answer(str(number), f"m{number % 2}"))


def call(repeat=0):
    return Call(question("rubric"), "Move.", [Shown.of(Image.new("RGB", (8, 8)))], repeat)


def ask_at_once(register, repeats):
    register._lock, register.model.register, register.model.askers = Counted(), register, len(repeats)
    with ThreadPoolExecutor(len(repeats)) as pool:
        return list(pool.map(lambda repeat: register.ask(call(repeat)), repeats))


@pytest.mark.parametrize("kept", [True, False])
def test_equal_questions_at_once_are_asked_once_and_get_the_ledgers_answer(tmp_path, kept):
    model = Slow()
    register = Register(model, Ledger(tmp_path / "l.sqlite") if kept else None)
    answers = ask_at_once(register, [0, 1, 2] * 6)
    assert len(model.asked) == 3
    for repeat in range(3):
        assert len({one.text for one in answers[repeat::3]}) == 1
    assert sum(register.said.values()) == 18
    if kept:
        assert [register.ask(call(repeat)) for repeat in range(3)] == answers[:3]
        assert len(model.asked) == 3


def test_a_failure_is_everybodys_who_waited_and_asked_anew_after(tmp_path):
    model = Slow(failing=True)
    register = Register(model, Ledger(tmp_path / "l.sqlite"))
    with pytest.raises(CallFailed, match="no 1"):
        ask_at_once(register, [0] * 5)
    assert len(model.asked) == 1
    model.failing = False
    assert register.ask(call()).text == "2"


def test_of_two_processes_both_get_the_answer_that_the_ledger_kept(tmp_path):
    registers = [Register(Slow(), Ledger(tmp_path / "l.sqlite")) for _ in range(2)]
    registers[1].model.asked.append("so that its first answer is another one")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda register: register.ask(call()), registers)
    assert first == second == registers[0].ask(call())


def test_halves_of_characters_survive_the_ledger(tmp_path):
    ledger = Ledger(tmp_path / "l.sqlite")
    answer = Answer("half \ud83d", "m\udcff", digits={"\ud83d": -1.0})
    assert ledger.keep("k", answer) == answer == ledger.find("k")

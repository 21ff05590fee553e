"""Questions to a model of which none is asked twice."""

import threading
from collections import Counter
from concurrent.futures import Future
from functools import partial

from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.ledger import Ledger
from motionedit_bench.metrics.judge.model import Call, Model
from motionedit_bench.records import digest, digest_of

NOT_SAID = "not said"
"""Stands for the model's name where a server does not say which one it used."""


class Register:
    """A model with its ledger: a question that was answered once is not asked again.

    Nor is one that is being asked: whoever has the same question waits for that answer, or that failure.
    Without a ledger every question is asked, and no answer is kept. Safe to use from many threads.
    """

    def __init__(self, model: Model, ledger: Ledger | None) -> None:
        self.model = model
        self.ledger = ledger
        self.said: Counter[str] = Counter()
        self._under_way: dict[str, Future[Answer]] = {}
        self._lock = threading.Lock()

    def key(self, call: Call) -> str:
        """Of all that the answer depends on: pictures, words, model, parameters, which repeat it is."""
        asked = [
            call.question.name,
            digest(call.text.encode()),
            [picture.hash for picture in call.pictures],
        ]
        return digest_of([self.model.spec, self.model.parameters, asked, call.repeat])

    def ask(self, call: Call) -> Answer:
        """The answer, from the ledger or from the model; see `Model.ask`."""
        key = self.key(call)
        with self._lock:
            asked = self._under_way.get(key)
            mine = asked is None
            if asked is None:
                asked = self._under_way[key] = Future()
        if mine:
            try:
                asked.set_result(self._answer(key, call))
            except BaseException as error:  # noqa: BLE001 (whoever waits gets it, too)
                asked.set_exception(error)
            finally:
                with self._lock:
                    del self._under_way[key]
        answer = asked.result()
        with self._lock:
            self.said[answer.model or NOT_SAID] += 1
        return answer

    def _answer(self, key: str, call: Call) -> Answer:
        if self.ledger is None:
            return self.model.ask(call)
        answer = self.ledger.find(key)
        return self.model.ask(call, partial(self.ledger.keep, key)) if answer is None else answer

    def answered(self, call: Call) -> bool:
        """Whether the ledger has the answer."""
        return self.ledger is not None and self.ledger.find(self.key(call)) is not None

"""The judge that asks a multimodal model, and what such a model is."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from motionedit_bench.errors import MebenchError
from motionedit_bench.metrics.judge.answer import (
    Answer,
    Refused,
    Unparsed,
    expectation_of,
    reason_of,
    scores_of,
    winner_of,
)
from motionedit_bench.metrics.judge.base import (
    Case,
    Judge,
    Judgement,
    Outcome,
    Preference,
)
from motionedit_bench.metrics.judge.budget import OverBudget
from motionedit_bench.metrics.judge.estimate import Estimate
from motionedit_bench.metrics.judge.ledger import Ledger
from motionedit_bench.metrics.judge.rubric import SCALES, Protocol, Question, question, questions, wording
from motionedit_bench.metrics.judge.shown import LONGEST_SIDE, Shown
from motionedit_bench.records import digest, digest_of


class CallFailed(MebenchError):
    """A call brought no answer, also when it was tried again; the text says why."""


@dataclass(frozen=True)
class Call:
    """One question about some pictures, in order; ``repeat`` counts from 0."""

    question: Question
    instruction: str
    pictures: Sequence[Shown]
    repeat: int = 0

    @property
    def text(self) -> str:
        return self.question.about(self.instruction)

    @property
    def wants_digit(self) -> bool:
        """Whether the answer is one digit, of which the probabilities count."""
        return self.question.name in SCALES


class Model(ABC):
    """A multimodal model that answers questions about pictures.

    Attributes:
        spec: its name as the user gave it.
        concurrency: how many calls it may have under way at once.
    """

    spec: str
    concurrency: int = 1

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """All that an answer depends on besides the call; JSON values, no secret."""

    @abstractmethod
    def ask(self, call: Call) -> Answer:
        """One answer.

        Raises:
            CallFailed: none came. OverBudget: the call was not allowed.
        """

    def estimate(self, call: Call) -> tuple[float, float]:
        """About how many tokens that are paid for a call takes, in and out."""
        return 0.0, 0.0

    def dollars(self, tokens_in: float, tokens_out: float) -> float | None:
        """US dollars for so many tokens; ``None`` where no price is known."""
        return 0.0

    def spent(self) -> dict[str, Any]:
        """What calls have cost so far, for manifests; JSON values."""
        return {}

    def close(self) -> None:  # noqa: B027 (most hold nothing)
        """Give back what it holds."""


class Register:
    """A model with its ledger: a question that was answered once is not asked again.

    Without a ledger every question is asked, and no answer is kept.
    """

    def __init__(self, model: Model, ledger: Ledger | None) -> None:
        self.model = model
        self.ledger = ledger
        self.said: Counter[str] = Counter()

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
        answer = self.ledger.find(key) if self.ledger else None
        if answer is None:
            answer = self.model.ask(call)
            if self.ledger:
                self.ledger.keep(key, answer)
        self.said[answer.model or "not said"] += 1
        return answer

    def answered(self, call: Call) -> bool:
        """Whether the ledger has the answer."""
        return self.ledger is not None and self.ledger.find(self.key(call)) is not None


class AskingJudge(Judge):
    """Rates edits by asking a model the questions of a protocol, ``repeats`` times."""

    asks = True

    def __init__(self, register: Register, protocol: Protocol = "rubric", repeats: int = 1) -> None:
        self.register = register
        self.spec = register.model.spec
        self.concurrency = register.model.concurrency
        self.protocol = protocol
        self.repeats = repeats
        self._questions = questions(protocol)

    @property
    def choice(self) -> dict[str, str]:
        return {"judge": self.spec, "protocol": self.protocol}

    @cached_property
    def versions(self) -> dict[str, str]:
        return {"rubric": wording(self._questions), "repeats": str(self.repeats)}

    @cached_property
    def settings(self) -> dict[str, Any]:
        return {"asked": {**self.register.model.parameters, "longest_side": LONGEST_SIDE}}

    @property
    def preference_wording(self) -> str:
        return wording((question("preference"),))

    def afresh(self) -> "AskingJudge":
        return AskingJudge(Register(self.register.model, None), self.protocol, self.repeats)

    def calls(self, case: Case) -> list[Call]:
        """All calls about one edit, in order: repeat by repeat."""
        pair = _pair(case)
        return [
            Call(question, case.instruction, pair, repeat)
            for repeat in range(self.repeats)
            for question in self._questions
        ]

    def judge(self, case: Case) -> Judgement:
        """Ask all, then read: where one call gave no score, the edit has none from this judge."""
        answers: list[Answer] = []
        outcome: Outcome | None = None
        reason = ""
        detail: dict[str, Any] = {}
        scores: dict[str, list[float]] = {name: [] for name in SCALES}
        for call in self.calls(case):
            try:
                answer = self.register.ask(call)
                answers.append(answer)
                for name, value in self._read(call, answer, detail).items():
                    scores[name].append(value)
                reason = reason or reason_of(answer) if not call.wants_digit else reason
            except MebenchError as error:
                kind = _OUTCOMES.get(type(error))
                if kind is None:
                    raise
                outcome = outcome or kind
                detail.setdefault("failures", []).append({"repeat": call.repeat, "why": str(error)})
        detail["answers"] = [answer.as_json() for answer in answers]
        if outcome is not None:
            return Judgement(outcome=outcome, reason=detail["failures"][0]["why"], detail=detail)
        above = [name for name in SCALES[1:] if any(map(_exceeds, scores[name], scores[SCALES[0]]))]
        if above:
            detail["above_fidelity"] = above
        return Judgement({name: tuple(found) for name, found in scores.items()}, None, reason, detail)

    def prefer(self, first: Case, second: Case) -> Preference:
        call = Call(question("preference"), first.instruction, [*_pair(first), _edit(second)])
        answer: Answer | None = None
        try:
            answer = self.register.ask(call)
            return Preference(winner_of(answer), None, reason_of(answer), {"answer": answer.as_json()})
        except MebenchError as error:
            kind = _OUTCOMES.get(type(error))
            if kind is None:
                raise
            return Preference(None, kind, str(error), {"answer": answer.as_json()} if answer else {})

    def _read(self, call: Call, answer: Answer, detail: dict[str, Any]) -> Mapping[str, float]:
        if not call.wants_digit:
            return scores_of(answer)
        found = expectation_of(answer)
        if found.missing:
            detail["approximate"] = sorted({*detail.get("approximate", []), *found.missing})
        detail.setdefault("mass", []).append(found.mass)
        return {call.question.name: found.value}

    def said(self) -> Mapping[str, int]:
        return dict(self.register.said)

    def facts(self) -> dict[str, Any]:
        return super().facts() | self.register.model.spent()

    def estimate(self, cases: Iterable[Case]) -> Estimate:
        model = self.register.model
        calls = answered = 0
        tokens_in = tokens_out = 0.0
        for call in (call for case in cases for call in self.calls(case)):
            calls += 1
            if self.register.answered(call):
                answered += 1
            else:
                more_in, more_out = model.estimate(call)
                tokens_in += more_in
                tokens_out += more_out
        return Estimate(
            self.spec, calls, answered, tokens_in, tokens_out, model.dollars(tokens_in, tokens_out)
        )

    def close(self) -> None:
        self.register.model.close()


def _pair(case: Case) -> tuple[Shown, Shown]:
    """The original and the edit."""
    scene = case.comparison.scene
    return Shown.of(scene.input_image, scene.encoded), _edit(case)


def _edit(case: Case) -> Shown:
    return Shown.of(case.comparison.edited_image, case.comparison.encoded)


_OUTCOMES: Mapping[type[MebenchError], Outcome] = {
    Refused: "refused",
    Unparsed: "unparsed",
    CallFailed: "transport",
    OverBudget: "over_budget",
}

_exceeds: Callable[[float, float], bool] = float.__gt__

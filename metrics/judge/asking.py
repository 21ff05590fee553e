"""The judge that asks a multimodal model."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from motionedit_bench.calls.budget import OverBudget
from motionedit_bench.errors import MebenchError
from motionedit_bench.metrics.judge.answer import (
    READING,
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
from motionedit_bench.metrics.judge.estimate import Estimate
from motionedit_bench.metrics.judge.model import Call, CallFailed
from motionedit_bench.metrics.judge.register import Register
from motionedit_bench.metrics.judge.rubric import SCALES, Protocol, Question, question, questions, wording
from motionedit_bench.metrics.judge.shown import LONGEST_SIDE, Shown


class AskingJudge(Judge):
    """Rates edits by asking a model the questions of a protocol, or ``asked`` alone, ``repeats`` times."""

    asks = True
    read_winner = staticmethod(winner_of)

    def __init__(
        self,
        register: Register,
        protocol: Protocol = "rubric",
        repeats: int = 1,
        asked: tuple[Question, ...] = (),
    ) -> None:
        self.register = register
        self.spec = register.model.spec
        self.concurrency = register.model.concurrency
        self.protocol = protocol
        self.repeats = repeats
        self._questions = asked or questions(protocol)

    @property
    def choice(self) -> dict[str, str]:
        return {"judge": self.spec, "protocol": self.protocol, **self.register.model.choice}

    @cached_property
    def versions(self) -> dict[str, str]:
        asked = {"rubric": wording(self._questions), "repeats": str(self.repeats)}
        return {"metric_version": READING, **asked, **self.register.model.versions}

    @cached_property
    def settings(self) -> dict[str, Any]:
        return {"asked": {**self.register.model.parameters, "longest_side": LONGEST_SIDE}}

    @property
    def preference_wording(self) -> str:
        return wording((question("preference"),))

    def afresh(self) -> "AskingJudge":
        return AskingJudge(Register(self.register.model, None), self.protocol, self.repeats, self._questions)

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
        scores: dict[str, list[float]] = defaultdict(list)
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
        by = tuple(sorted({answer.model for answer in answers if answer.model}))
        if outcome is not None:
            return Judgement({}, outcome, detail["failures"][0]["why"], detail, by)
        above = [name for name in SCALES[1:] if any(map(_exceeds, scores[name], scores[SCALES[0]]))]
        if above:
            detail["above_fidelity"] = above
        return Judgement({name: tuple(found) for name, found in scores.items()}, None, reason, detail, by)

    def prefer(self, first: Case, second: Case) -> Preference:
        call = _comparing(first, second)
        detail: dict[str, Any] = {}
        by: tuple[str, ...] = ()
        try:
            answer = self.register.ask(call)
            detail["answer"], by = answer.as_json(), (answer.model,) if answer.model else ()
            return Preference(self.read_winner(answer), None, reason_of(answer), detail, by)
        except MebenchError as error:
            kind = _OUTCOMES.get(type(error))
            if kind is None:
                raise
            return Preference(None, kind, str(error), detail, by)

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
        return self._estimate(call for case in cases for call in self.calls(case))

    def estimate_preferences(self, pairs: Iterable[tuple[Case, Case]]) -> Estimate:
        return self._estimate(_comparing(first, second) for first, second in pairs)

    def _estimate(self, asked: Iterable[Call]) -> Estimate:
        model = self.register.model
        calls = answered = 0
        tokens_in = tokens_out = 0.0
        for call in asked:
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


def _comparing(first: Case, second: Case) -> Call:
    return Call(question("preference"), first.instruction, [*_pair(first), _edit(second)])


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

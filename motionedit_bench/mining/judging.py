"""Candidates before a judge: verdict, then instruction, then whether the pair fits it.

What a judge does not answer drops nothing: the candidate has a status with a reason, and waits.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from motionedit_bench.calls.budget import OverBudget
from motionedit_bench.errors import StorageError, explain
from motionedit_bench.images import decode
from motionedit_bench.metrics.judge.answer import READING as JUDGE_READING
from motionedit_bench.metrics.judge.answer import Answer, Refused, Unparsed, reason_of
from motionedit_bench.metrics.judge.estimate import Estimate
from motionedit_bench.metrics.judge.model import Call, CallFailed
from motionedit_bench.metrics.judge.register import Register
from motionedit_bench.metrics.judge.rubric import HIGHEST, wording
from motionedit_bench.metrics.judge.shown import Shown
from motionedit_bench.mining.journals import StageJournal, key_of, read_stage
from motionedit_bench.mining.questions import SCALES, questions
from motionedit_bench.mining.records import CATEGORIES, Candidate, Record, candidate_folder
from motionedit_bench.mining.verdicts import (
    LEAST,
    READING,
    JudgeRule,
    Verdict,
    fits_in,
    instruction_of,
    verdict_of,
)
from motionedit_bench.mining.written import Written
from motionedit_bench.parallel import in_order
from motionedit_bench.progress import Progress
from motionedit_bench.records import Status

Ask = Callable[[Call], Answer]

STAGE = "verdicts"
FINAL = ("ok", "refused", "unparsed")
"""Statuses of candidates that were answered; the others are asked about again by the next run."""

TYPICAL: Mapping[str, Mapping[str, Any]] = {
    "verdict": {
        **dict.fromkeys(SCALES, HIGHEST),
        "keep": True,
        "before": "the arm hangs down at the side",
        "after": "the arm is raised above the head",
        "category": CATEGORIES[0],
    },
    "instruction": {"instruction": "Have the person on the left raise one arm above the head."},
    "fits": {"fits": True},
}
"""Answers that stand for what is not asked yet where calls are estimated."""


@dataclass(frozen=True)
class Judged(Record):
    """What a judge made of one candidate.

    Attributes:
        status, reason: ``ok``: all that had to be asked was answered; else why not, and at which question.
        kept: whether it is kept; ``None`` where the status is not ``ok``.
        rule, value: what dropped it, and the score that was too low where it was one.
        verdict: the fields of a `Verdict`. prompt: the instruction, as soon as there is one.
        fits: what the judge said of pair and instruction, blind.
        why: the reasons that it gave, by question.
        answers: all of them as they came, by question.
    """

    id: str
    status: Status
    reason: str | None = None
    kept: bool | None = None
    rule: JudgeRule | None = None
    value: int | None = None
    verdict: Mapping[str, Any] | None = None
    prompt: str | None = None
    fits: bool | None = None
    why: Mapping[str, str] | None = None
    answers: Mapping[str, Any] | None = None

    @property
    def answered_by(self) -> tuple[str, ...]:
        """The models that the server says it used, by name."""
        said = (answer.get("model") for answer in (self.answers or {}).values())
        return tuple(sorted({model for model in said if model}))

    @property
    def written(self) -> Written:
        """What it comes to in ``instructions.csv``: nothing where there is no answer."""
        if self.kept is None:
            return Written()
        category = (self.verdict or {}).get("category", "")
        return Written(self.prompt or "", category, self.kept)


def judged(bench: Path, candidates: Sequence[Candidate], judge: Register, least: int = LEAST) -> list[Judged]:
    """What a judge makes of each candidate, in their order; one line each in ``mine/verdicts.jsonl``.

    What the journal or the ledger knows is not asked. ``judge`` is closed at the end.

    Raises:
        StorageError: a journal or a ledger cannot be written, a candidate's picture cannot be read.
    """
    ask = partial(_judged, bench=bench, ask=judge.ask, least=least)
    found: list[Judged] = []
    try:
        with (
            StageJournal(bench, STAGE) as journal,
            Progress("judging", len(candidates), "without verdict") as progress,
        ):
            keys = [_key(bench, one, judge, least) for one in candidates]
            known = [_final(journal.get(key)) for key in keys]
            waiting = [one for one, own in zip(candidates, known, strict=True) if own is None]
            at_once = judge.model.concurrency
            answered = in_order(ask, waiting, at_once, None, 8 * at_once, judge.model.close)
            for key, own in zip(keys, known, strict=True):
                found.append(own or _kept(journal, key, answered))
                progress.advance(failed=found[-1].status != "ok")
    finally:
        judge.model.close()
    return found


def estimate(bench: Path, candidates: Sequence[Candidate], judge: Register, least: int = LEAST) -> Estimate:
    """What judging them would take at the most, where every pair is kept; nothing is asked.

    What is answered already is read: a pair that it drops takes no more calls.
    """
    total = Estimate(judge.model.spec)
    rows = {str(row.get("key")): row for row in read_stage(bench, STAGE)}

    def ask(call: Call) -> Answer:
        nonlocal total
        known = judge.ledger.find(judge.key(call)) if judge.ledger else None
        if known is not None:
            total += Estimate(judge.model.spec, calls=1, answered=1)
            return known
        tokens = judge.model.estimate(call)
        total += Estimate(judge.model.spec, 1, 0, *tokens, judge.model.dollars(*tokens))
        return Answer(json.dumps(TYPICAL[call.question.name]))

    for candidate in candidates:
        if own := _final(rows.get(_key(bench, candidate, judge, least))):
            calls = len(own.answers or {})
            total += Estimate(judge.model.spec, calls=calls, answered=calls)
        else:
            _judged(candidate, bench, ask, least)
    return total


def judge_facts(judge: Register, verdicts: Sequence[Judged], least: int = LEAST) -> dict[str, Any]:
    """What ``mine.json`` says of a judge: who was asked what, who answered, and what came of it."""
    dropped = Counter(str(one.rule) for one in verdicts if one.rule)
    facts = {
        "judge": judge.model.spec,
        **judge.model.choice,
        "questions": wording(tuple(questions().values())),
        "least": least,
        "answered_by": sorted({model for one in verdicts for model in one.answered_by}),
        "statuses": dict(sorted(Counter(one.status for one in verdicts).items())),
        "dropped": dict(sorted(dropped.items())),
        "kept": sum(one.kept is True for one in verdicts),
    }
    return {"judged": facts}


def _key(bench: Path, candidate: Candidate, judge: Register, least: int) -> str:
    pictures = [picture.hash for picture in _pair(bench, candidate)]
    asked = [judge.model.spec, judge.model.parameters, judge.model.versions]
    read = [wording(tuple(questions().values())), JUDGE_READING, least]
    return key_of(STAGE, READING, [candidate.id, pictures], [*asked, *read])


def _final(row: Mapping[str, Any] | None) -> Judged | None:
    found = Judged.read(row) if row else None
    return found if found and found.status in FINAL else None


def _kept(journal: StageJournal, key: str, answered: Iterator[Judged]) -> Judged:
    one = next(answered)
    journal.add(key, one.row())
    return one


def _pair(bench: Path, candidate: Candidate) -> list[Shown]:
    """Both pictures of a candidate, in order."""
    folder = candidate_folder(bench, candidate.id)
    shown = []
    for name in ("input.png", "target.png"):
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise StorageError(f"cannot read {folder / name}: {error.strerror}") from error
        shown.append(Shown.of(decode(content), content))
    return shown


def _judged(candidate: Candidate, bench: Path, ask: Ask, least: int) -> Judged:
    hearing = _Hearing(candidate.id, _pair(bench, candidate), ask)
    try:
        return hearing.result(least)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 (becomes the line's reason)
        return hearing.broken_off(error)


class _Hearing:
    """The questions about one candidate, and what came of them so far."""

    def __init__(self, name: str, pictures: Sequence[Shown], ask: Ask) -> None:
        self._record = Judged(name, "ok", why={}, answers={})
        self._asking = "verdict"
        self._pictures = pictures
        self._ask_judge = ask

    def result(self, least: int) -> Judged:
        """Ask until a rule drops the candidate, or all is answered."""
        verdict = verdict_of(self._ask("verdict", ""))
        self._note(verdict=asdict(verdict))
        rule = verdict.dropped_by(least)
        if rule is not None:
            value = None if rule == "judge_keep" else getattr(verdict, rule)
            return self._note(kept=False, rule=rule, value=value)
        prompt = instruction_of(self._ask("instruction", described(verdict)))
        self._note(prompt=prompt)
        fits = fits_in(self._ask("fits", prompt))
        return self._note(fits=fits, kept=fits, rule=None if fits else "instruction_unfaithful")

    def broken_off(self, error: Exception) -> Judged:
        """What is known where a question brought no answer."""
        status = _STATUS.get(type(error), "failed")
        return self._note(status=status, reason=f"{self._asking}: {explain(error)}")

    def _note(self, **known: Any) -> Judged:
        self._record = replace(self._record, **known)
        return self._record

    def _ask(self, name: str, about: str) -> Answer:
        self._asking = name
        answer = self._ask_judge(Call(questions()[name], about, self._pictures))
        answers = {**(self._record.answers or {}), name: answer.as_json()}
        why = {**(self._record.why or {}), name: reason_of(answer)}
        self._note(answers=answers, why=why)
        return answer


def described(verdict: Verdict) -> str:
    """What the second question is told of the first one's answer."""
    return f"before: {verdict.before}\nafter: {verdict.after}"


_STATUS: Mapping[type[Exception], Status] = {
    Refused: "refused",
    Unparsed: "unparsed",
    CallFailed: "failed",
    OverBudget: "unavailable",
}

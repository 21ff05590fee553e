"""Rows of judges: answers that were never given, given to something else, or that say something else."""

import copy
import json
from typing import Any

from .attempt import NOT_VERIFIED, Attempt, Family
from .claims import JUDGED

ANSWERS = Family("recorded answers of a judge", NOT_VERIFIED)
UNFIT = Family("answers that do not say what the rows say")
SESSIONS = Family("sessions as they never were")

FIVE = json.dumps({"fidelity": 5, "preservation": 5, "coherence": 5})
JUDGE = {"judge": "openai:m", "protocol": "rubric", "rubric": "1-a", "repeats": "1"}


def answered(
    attempt: Attempt,
    text: str | None = FIVE,
    value: float = 5.0,
    judge: dict[str, str] = JUDGE,
    told: dict[str, int] | None = None,
    **answer: Any,
) -> None:
    """Let a model have answered this about every item."""

    def change(row: dict[str, Any]) -> None:
        row["value"] = value
        row["detail"] = judge | {"metric_version": "1", "answers": [{"text": text, "model": "m-1"} | answer]}
        row["variant"] = {"choice": ["judge", "protocol"], "versions": ["rubric", "repeats"]}

    attempt.each(change, *JUDGED)
    sessions = attempt.json("scoring.json")["sessions"]
    sessions[-1]["judges"] = [judge | {"answered_by": {"m-1": 3} if told is None else told}]
    attempt.set("scoring.json", sessions=sessions)


@ANSWERS.case("the best, with a text that fits")
def _(attempt: Attempt) -> None:
    answered(attempt)


@ANSWERS.case("the best, without images")
def _(attempt: Attempt) -> None:
    answered(attempt)
    attempt.without_images()


@ANSWERS.case("the best, and no other row")
def _(attempt: Attempt) -> None:
    answered(attempt)
    attempt.keep(lambda row: row["metric"] in JUDGED)


@ANSWERS.case("of ten thousand repeats")
def _(attempt: Attempt) -> None:
    answered(attempt, judge=JUDGE | {"repeats": "10000"})


@ANSWERS.case("of a judge on the submitter's machine")
def _(attempt: Attempt) -> None:
    answered(attempt, judge=JUDGE | {"judge": "local:/home/me/my-own-judge"})


@ANSWERS.case("beside those of the reference judge")
def _(attempt: Attempt) -> None:
    before = attempt.rows()
    sessions = attempt.json("scoring.json")["sessions"]
    answered(attempt)
    told = sessions[-1]["judges"] + attempt.json("scoring.json")["sessions"][-1]["judges"]
    sessions[-1]["judges"] = told
    attempt.set("scoring.json", sessions=sessions)
    attempt.write(before + [row for row in attempt.rows() if row["metric"] in JUDGED])


def unfit(name: str, **how: Any) -> None:
    UNFIT.add(name, lambda attempt: answered(attempt, **how))


unfit("a draft in a thought", text=f"<think>the form is {FIVE}</think>I cannot rate these")
unfit("an answer that was cut off", text=f"Let me see: {FIVE}, or rather {{", finish="length")
unfit("an object in a broken object", text='{"ratings": ' + FIVE + ', "why": "')
unfit("a refusal", text=FIVE, refusal="I cannot rate people")
unfit("no text at all", text=None)
unfit("values over the scale", text=FIVE.replace("5", "50"), value=5.0)
unfit("two objects that disagree", text=FIVE.replace("5", "1") + FIVE)
unfit("digits that say another value", text="5", digits={"1": -0.01})
unfit("a name twice", text='{"fidelity": 1, "fidelity": 5, "preservation": 5, "coherence": 5}')
unfit("numbers in words", text='{"fidelity": "five", "preservation": "five", "coherence": "five"}')
unfit("a thought that does not end", text=f"<think>maybe {FIVE}")


@UNFIT.case("a value that is not its answers' mean")
def _(attempt: Attempt) -> None:
    answered(attempt, text=FIVE.replace("5", "3"), value=3.1)


@SESSIONS.case("none")
def _(attempt: Attempt) -> None:
    attempt.set("scoring.json", sessions=[])


@SESSIONS.case("more answers than there are items", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    answered(attempt, told={"m-1": 3_000_000})


@SESSIONS.case("fewer answers than there are rows", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    answered(attempt, told={"m-1": 0})


@SESSIONS.case("answered by somebody else")
def _(attempt: Attempt) -> None:
    answered(attempt, told={"another": 3})


@SESSIONS.case("a judge whose rows are another's", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    answered(attempt)
    sessions = attempt.json("scoring.json")["sessions"]
    second = copy.deepcopy(sessions[-1]["judges"][0]) | {"address": "http://127.0.0.1:1/"}
    sessions[-1]["judges"].append(second)
    attempt.set("scoring.json", sessions=sessions)


@SESSIONS.case("the reference judge, not said to be there")
def _(attempt: Attempt) -> None:
    sessions = attempt.json("scoring.json")["sessions"]
    sessions[-1]["judges"] = []
    attempt.set("scoring.json", sessions=sessions)


@SESSIONS.case("a reference judge of another version", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    attempt.each(lambda row: row.update(value=5.0), *JUDGED)
    attempt.each(lambda row: row["detail"].update(rubric="reference-99"), *JUDGED)


@SESSIONS.case("a reference judge with recorded answers")
def _(attempt: Attempt) -> None:
    answered(attempt, judge=JUDGE | {"judge": "reference", "protocol": "computed"})

"""Rows of judges that ask models: the recorded answers must say what the rows say."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from motionedit_bench.errors import ImageError, MebenchError
from motionedit_bench.images import decode
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.metrics.catalogue import JUDGED
from motionedit_bench.metrics.judge import COMPUTED
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.rereading import ratings
from motionedit_bench.metrics.judge.rubric import SCALES
from motionedit_bench.records import Item
from motionedit_bench.scoring.rows import choices

CLOSE = 1e-6
"""So far a value may be from what the answers say: other orders of adding."""

Row = Mapping[str, Any]


def asks(row: Row) -> bool:
    """Whether a row is of a judge whose answers alone can be looked at."""
    return row["metric"] in JUDGED and row["detail"].get("judge") not in COMPUTED


def check_judges(
    rows: Iterable[Row], sessions: Iterable[form.Session], items: Mapping[str, Item], verdict: Verdict
) -> None:
    """Rows of judges agree with themselves, with what was answered, and with what the scoring says."""
    declared: dict[str, set[str]] = {}
    for told in (told for session in sessions for told in session.judges):
        declared.setdefault(told.judge, set()).update(told.answered_by)
    judged: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in rows:
        if row["metric"] not in JUDGED:
            continue
        detail, where = row["detail"], f"{row['item_id']}, {row['metric']}"
        if row["status"] == "not_applicable" and asks(row) and _can_be_judged(items[row["item_id"]]):
            verdict.find("judge", where, "said not to be applicable: its pictures can be judged")
        if row["status"] in ("missing", "corrupt", "not_applicable"):
            continue
        if detail.get("judge") not in declared:
            verdict.find("judge", where, f"no session names the judge {detail.get('judge')!r}")
            continue
        models = {answer.get("model") or "not said" for answer in detail.get("answers") or []}
        if models - declared[detail["judge"]]:
            others = f"answered by {models}, the scoring says {declared[detail['judge']]}"
            verdict.find("judge", where, others)
        if row["status"] == "ok":
            judged.setdefault((row["item_id"], *choices(row)), {})[row["metric"]] = row
            _answers(row, where, verdict)
    for key, own in judged.items():
        _agree(key[0], own, verdict)


def _agree(item: str, rows: Mapping[str, Row], verdict: Verdict) -> None:
    """The rows of one judgement follow from the same answers, and the last is the mean of the others."""
    answers = [row["detail"].get("answers") for row in rows.values()]
    if any(one != answers[0] for one in answers):
        verdict.find("judge", item, "rows of one judgement hold different answers")
    if all(name in rows for name in JUDGED):
        mean = math.fsum(rows[name]["value"] for name in SCALES) / len(SCALES)
        overall = rows["overall"]["value"]
        if abs(mean - overall) > CLOSE:
            verdict.find("judge", item, f"overall {overall} is not the mean of the three, {mean}")


def _answers(row: Row, where: str, verdict: Verdict) -> None:
    """The value is what the recorded answers say."""
    if not asks(row):
        return
    try:
        values = read_again(row)
    except MebenchError as error:
        verdict.find("judge", where, f"the recorded answers hold no score: {error}")
        return
    repeats = row["detail"].get("repeats")
    if repeats is not None and repeats != str(len(values)):
        verdict.find("judge", where, f"asked {repeats} times, and {len(values)} answers are recorded")
    elif abs(math.fsum(values) / len(values) - row["value"]) > CLOSE:
        verdict.find("judge", where, f"the value is {row['value']}, the recorded answers say {values}")


def read_again(row: Row) -> list[float]:
    """What the recorded answers say of a row's metric, one for each repeat.

    Raises:
        Refused, Unparsed: they hold no score.
    """
    answers = [Answer(**answer) for answer in row["detail"].get("answers") or []]
    said = ratings(answers, row["detail"].get("protocol"))
    return [one.get(row["metric"], math.fsum(one.values()) / len(SCALES)) for one in said]


def _can_be_judged(item: Item) -> bool:
    try:
        pictures = [item.input, *([item.target] if item.target else [])]
        return all(decode(picture.read()) is not None for picture in pictures)
    except ImageError:
        return False

"""How what a judge says becomes a finding, for scores and for comparisons alike.

Whatever goes wrong with a judge is never the fault of the edit before it: the finding says who is to blame.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from motionedit_bench.errors import NotApplicable, StorageError, explain
from motionedit_bench.metrics.judge.base import STATUS_OF, Judgement, Preference
from motionedit_bench.scoring.finding import Finding

S = TypeVar("S", Judgement, Preference)


def hear(ask: Callable[[], Sequence[S]]) -> tuple[Sequence[S], Finding | None]:
    """What a judge says, and the finding that stands where it gives no score: of the first that has none.

    Raises:
        StorageError: answers cannot be kept; to go on would be to pay for them twice.
    """
    try:
        said = ask()
    except StorageError:
        raise
    except NotApplicable as error:
        return (), Finding("not_applicable", reason=str(error))
    except Exception as error:  # noqa: BLE001 (becomes the row's reason)
        return (), Finding("failed", reason=explain(error), blame="judge")
    for one in said:
        if one.outcome is not None:
            terms = {"outcome": one.outcome, **one.detail}
            status = STATUS_OF[one.outcome]
            return said, Finding(status, None, one.reason, terms, "judge", answered_by([one]))
    return said, None


def answered_by(said: Iterable[Judgement | Preference]) -> dict[str, str]:
    """The models that answered, as a version of what was said: another model's scores stand apart."""
    names = sorted({name for one in said for name in one.answered_by})
    return {"answered_by": ", ".join(names)} if names else {}


def several(answered: Mapping[tuple[str, str], int]) -> list[str]:
    """What to tell of each judge that several models answered for, from how often: by judge and model."""
    told = []
    for judge in dict.fromkeys(judge for judge, _ in answered):
        counts = {model: count for (one, model), count in sorted(answered.items()) if one == judge}
        if len(counts) > 1:
            models = ", ".join(f"{model} ({count}x)" for model, count in counts.items())
            told.append(f"(!) {judge} was answered by several models, and their scores stand apart: {models}")
    return told

"""How what a judge says becomes a finding, for scores and for comparisons alike.

Whatever goes wrong with a judge is never the fault of the edit before it: the finding says who is to blame.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from motionedit_bench.errors import NotApplicable, StorageError, explain
from motionedit_bench.metrics.judge.base import STATUS_OF, Judge, Judgement, Preference
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


def changed(judge: Judge) -> str | None:
    """What to tell of a server that used several models; ``None`` where it did not, as far as it says."""
    said = judge.said()
    if len(said) < 2:
        return None
    models = ", ".join(f"{name} ({count} answers)" for name, count in sorted(said.items()))
    return f"(!) the server of {judge.spec} did not stay with one model: {models}; what they say stands apart"

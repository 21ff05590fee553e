"""How what a judge says becomes a finding, for scores and for comparisons alike."""

from collections.abc import Callable, Sequence
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
        return (), Finding("failed", reason=explain(error))
    for one in said:
        if one.outcome is not None:
            terms = {"outcome": one.outcome, **one.detail}
            return said, Finding(STATUS_OF[one.outcome], None, one.reason, terms, "judge")
    return said, None

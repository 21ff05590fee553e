"""What of a board's headline a submission has, for every item, of a standing that can be ranked."""

from collections.abc import Mapping, Sequence
from typing import Any

from motionedit_bench.leaderboard.outcomes import outcomes
from motionedit_bench.leaderboard.ranking import Shortcomings, Terms, headline, shortcomings
from motionedit_bench.leaderboard.submission.policy import Policy
from motionedit_bench.leaderboard.summary import summarise


def missing_of(
    rows: Sequence[Mapping[str, Any]], ids: Sequence[str], policy: Policy, flow: str
) -> Shortcomings:
    """What is not there for every item, and what is there but not of a standing that the policy takes.

    Rows have a ``standing``; ``flow`` is the estimator of the headline's motion. What has a rank is decided
    where the board's table decides it.
    """
    summaries = summarise(outcomes(rows, list(ids), standing=None), len(ids))
    terms = Terms(policy.headline, frozenset(policy.takes), flow)
    return shortcomings(summaries, headline([summaries], terms), terms.takes)

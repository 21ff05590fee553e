"""Whether what was submitted is what the board computes: as far as processors agree with each other.

A board shows its own values, so that a small difference gains nothing. Measured on twelve real items with
the vector units of a processor used and not: similarities to the target are the same to the last bit or
differ by less than 1e-6 of their range; what rests on optical flow (dis) differs by up to 3.7e-3 of it in
one item, either way, since single pixels of a flow end elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, pstdev
from typing import Any

from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics.catalogue import CATALOGUE

NOISE = 1e-4
"""So far a value may be from the board's, as a share of its metric's range."""
NOISE_OF_FLOW = 5e-3
"""The same for what rests on optical flow."""
RAISED = 2e-4
"""A column that is better than computed by at least this share of the range, on average, was raised"""
EVENLY = 2.0
"""if that is so many times what the differences spread: noise has no direction."""
FEWEST = 3
"""Items from which on a column can be looked at so."""

Row = Mapping[str, Any]


def compare(pairs: Iterable[tuple[Row, Row]], verdict: Verdict) -> None:
    """Name where submitted rows differ from the board's, each given as (submitted, computed).

    That something could not be computed elsewhere is no claim: such rows are passed over.
    """
    shifts: dict[Column, list[float]] = {}
    for told, ours in pairs:
        if told["status"] not in ("ok", "not_applicable"):
            continue
        if (told["status"], ours["status"]) == ("ok", "ok"):
            share = (told["value"] - ours["value"]) / CATALOGUE[ours["metric"]].range
            shifts.setdefault(Column.of(ours), []).append(share)
            same = abs(share) <= noise_of(ours)
        else:
            same = told["status"] == ours["status"]
        if not same:
            what = (
                f"submitted {told['value']} ({told['status']}), computed {ours['value']} ({ours['status']})"
            )
            verdict.find("recomputed", f"{ours['item_id']}, {ours['metric']}", what)
    for column, found in shifts.items():
        if _raised(column.metric, found):
            told_of = f"all its values differ from the computed ones by about {_typical(column, found):.3g}"
            verdict.find("recomputed", column.metric, told_of)
    _tell(shifts, verdict)


def noise_of(row: Row) -> float:
    """How far, as a share of the range, an honest value may be from the board's."""
    return NOISE_OF_FLOW if row["detail"].get("flow") is not None else NOISE


def _raised(metric: str, shifts: Sequence[float]) -> bool:
    """Whether a column's values are better than the computed ones by much the same everywhere."""
    if len(shifts) < FEWEST:
        return False
    better = {"higher": 1, "lower": -1}.get(CATALOGUE[metric].better or "", 0)
    mean = better * fmean(shifts)
    return mean >= RAISED and mean >= EVENLY * pstdev(shifts)


def _typical(column: Column, shifts: Sequence[float]) -> float:
    return fmean(shifts) * CATALOGUE[column.metric].range


def _tell(shifts: Mapping[Column, Sequence[float]], verdict: Verdict) -> None:
    differ = [abs(one) for found in shifts.values() for one in found if abs(one) > NOISE]
    if differ:
        told = f"{len(differ)} scores differ from the computed ones by up to {max(differ):.2g} of their range"
        verdict.note(f"{told}, as other processors round: the computed ones count")

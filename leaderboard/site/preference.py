"""What the page says of direct comparisons: strengths on an axis, judges, and kin; pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from motionedit_bench.leaderboard.preference.board import panels
from motionedit_bench.leaderboard.preference.conduct import conduct
from motionedit_bench.leaderboard.preference.families import Family
from motionedit_bench.leaderboard.preference.judges import agreement
from motionedit_bench.leaderboard.preference.kin import Kin, kin_of
from motionedit_bench.leaderboard.preference.order import Position, order
from motionedit_bench.leaderboard.preference.ratings import Rating, rate
from motionedit_bench.leaderboard.site.lines import MARGIN, Axis, with_ties
from motionedit_bench.leaderboard.site.subject import Subject
from motionedit_bench.leaderboard.tables import marks
from motionedit_bench.scoring.compared import by_judge
from motionedit_bench.texts import visible

Rows = Sequence[Mapping[str, Any]]


def preference(subject: Subject, families: Sequence[Family]) -> dict[str, Any] | None:
    """The section as its template takes it; ``None`` where nothing was compared."""
    rows = subject.compared
    if not rows:
        return None
    models = len(subject.rows)
    return {
        "panels": [
            {"answered_by": visible(name)} | _panel(some, families, subject) for name, some in panels(rows)
        ],
        "compared": len({(row["item_id"], row["model_a"], row["model_b"]) for row in rows}),
        "most": len(subject.items) * models * (models - 1) // 2,
    }


def _panel(rows: Rows, families: Sequence[Family], subject: Subject) -> dict[str, Any]:
    """One table of models, and one of those who judged."""
    judges, kin = by_judge(rows), kin_of(rows, families)
    found = rate(rows)
    each = {judge: order(own) for judge, own in judges.items()} if len(judges) > 1 else {}
    free = order(kin.free) if kin else {}
    rated = {one.model: one for one in found.models}
    axis = _axis(rated, [free, *each.values()])
    places = {row.model: place for place, row in enumerate(subject.rows)}
    lines = [
        {
            "place": places[name],
            "model": visible(name),
            "marks": [*marks(subject.rows[places[name]]), *(["(*)"] if kin and name in kin.models else [])],
            "rank": position.place,
            "rating": rated[name],
            "free": free.get(name, Position()),
            "each": [own.get(name, Position()) for own in each.values()],
            "drawn": _drawn(rated[name], [own[name] for own in each.values() if name in own], axis),
            "free_at": _at(free.get(name, Position()).share, axis),
        }
        for name, position in order(rows).items()
    ]
    return {
        "lines": with_ties(lines),
        "scale": _scale(axis, len(rated)),
        "each": [visible(judge) for judge in each],
        "judges": [_judge(judge, own, kin) for judge, own in judges.items()],
        "kin": [visible(line) for line in kin.told()] if kin else [],
        "agreement": agreement(judges),
        "reason": found.reason,
        "no_intervals": found.no_intervals,
    }


def _axis(rated: Mapping[str, Rating], others: Sequence[Mapping[str, Position]]) -> Axis | None:
    """From none to the most that any strength or interval reaches, per cent; ``None`` without strengths."""
    shares = [one.share for one in rated.values()]
    ends = [one.ci95[1] for one in rated.values() if one.ci95]
    told = [position.share for own in others for position in own.values()]
    known = [share for share in (*shares, *ends, *told) if share is not None]
    return Axis(0, 100 * (1 + MARGIN) * max(known)) if any(one is not None for one in shares) else None


def _at(share: float | None, axis: Axis | None) -> float | None:
    return None if share is None or axis is None else axis.at(100 * share)


def _drawn(rating: Rating, each: Sequence[Position], axis: Axis | None) -> dict[str, Any] | None:
    """Dot and whisker of a strength, and where each judge alone has it, per cent of the axis."""
    if rating.share is None or axis is None:
        return None
    whisker = [axis.at(100 * end) for end in rating.ci95] if rating.ci95 else None
    alone = [at for one in each if (at := _at(one.share, axis)) is not None]
    return {"dot": axis.at(100 * rating.share), "whisker": whisker, "partial": False, "alone": alone}


def _scale(axis: Axis | None, models: int) -> dict[str, Any] | None:
    """The head of the axis; its mark is what everybody has where no one is better."""
    if axis is None:
        return None
    even = 100 / models
    mark = {"kind": "even", "name": "all alike", "text": f"{even:.1f}", "at": axis.at(even)}
    return {"ticks": axis.ticks(), "marks": [mark]}


def _judge(name: str, rows: Rows, kin: Kin | None) -> dict[str, Any]:
    found = conduct(rows)
    answered = Counter(str(row["answered_by"]) for row in rows if row.get("answered_by"))
    own = {row["judge"] for row in rows}
    return {
        "name": visible(name),
        "found": found,
        "answered_by": [visible(f"{model} ({count})") for model, count in sorted(answered.items())],
        "akin": sorted(visible(model) for model, judge, _ in kin.met if judge in own) if kin else [],
    }

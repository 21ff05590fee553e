"""The item that opens the page: where models differ most, and what moves can be seen; by the figures."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from motionedit_bench.leaderboard.board import Row
from motionedit_bench.leaderboard.site import content
from motionedit_bench.leaderboard.site.gallery import Exhibit
from motionedit_bench.leaderboard.site.subject import Subject
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.functional.trust import SEEN

EDITS = 3


@dataclass(frozen=True)
class Striking:
    """An item, and some of its edits: (model, value of the leading column), best first."""

    item: int
    edits: tuple[tuple[int, float], ...]


def striking(subject: Subject, exhibits: list[Exhibit]) -> Striking | None:
    """Among the items with pictures of most models (up to three), that with the widest range of values of the
    leading column; the best edit, the worst, and the middle one.

    Items whose motion the flow sees come before others, and models with a rank before others. Baselines
    that give back the input or the target are left out: both stand beside the edits. ``None`` where no item
    has two edits with a value.
    """
    values = content.values(subject, subject.leading)
    pictured = np.array([[edit.picture is not None for edit in one.edits] for one in exhibits]).T
    own = [
        not _is_claimed(subject, row) and row.model not in subject.baselines.values() for row in subject.rows
    ]
    there = pictured & ~np.isnan(values) & np.array(own)[:, None]
    ranked = there & np.array([row.rank is not None for row in subject.rows])[:, None]
    if (ranked.sum(axis=0) >= 2).any():
        there = ranked
    counts = np.minimum(there.sum(axis=0), EDITS)
    if counts.max() < 2:
        return None
    seen = _seen(subject)
    spread = np.where(there, values, -np.inf).max(axis=0) - np.where(there, values, np.inf).min(axis=0)
    order = [
        (int(counts[k]), name in seen, float(spread[k]), -k)
        for k, (name, _) in enumerate(subject.items)
        if counts[k] >= 2
    ]
    item = -max(order)[-1]
    return Striking(item, _chosen(subject, values[:, item], there[:, item]))


def _is_claimed(subject: Subject, row: Row) -> bool:
    """Whether a model stands on its submitter's word, or its figures of the leading column do."""
    found = row.summaries.get(subject.board.columns[subject.leading])
    return row.source == "claimed" or (found is not None and found.standing == "claimed")


def _chosen(
    subject: Subject, values: content.Values, there: np.typing.NDArray[np.bool_]
) -> tuple[tuple[int, float], ...]:
    lower = CATALOGUE[subject.board.columns[subject.leading].metric].better == "lower"
    found = sorted(
        (int(k) for k in np.flatnonzero(there)), key=lambda k: (values[k] if lower else -values[k], k)
    )
    places = {0, len(found) // 2, len(found) - 1}
    return tuple((found[k], float(values[found[k]])) for k in sorted(places))


def _seen(subject: Subject) -> Collection[str]:
    """The items whose motion the flow of the leading column sees; all where nothing is known of it."""
    flow = dict(subject.board.columns[subject.leading].variant).get("flow")
    for sight in subject.board.sights:
        if sight.flow == flow:
            return {item for item, trust in sight.trusts.items() if trust >= SEEN}
    return {item for item, _ in subject.items}

"""Each model's win rate, from the Overall of each judge; pure."""

from collections.abc import Mapping, Sequence

import numpy as np

from motionedit_bench.leaderboard.clusters import Videos, clusters_of, summed
from motionedit_bench.leaderboard.preference.wins import wins
from motionedit_bench.leaderboard.statistics import ratio_interval
from motionedit_bench.leaderboard.summary import Column, Summaries, Summary, Values, table_of


def win_rates(
    values: Mapping[str, Values],
    summaries: Mapping[str, Summaries],
    ids: Sequence[str],
    videos: Videos | None = None,
) -> dict[str, dict[Column, Summary]]:
    """Each model's win rate by the Overall of each judge, over all items and other models (paper, 5.2).

    Only models whose Overall has the same standing are compared with each other, and one that is claimed
    with nobody: what a submitter says of itself changes no other's figure. Intervals are over items, or over
    the ``videos`` that they are of.
    """
    clusters = clusters_of(ids, videos) if videos else np.arange(len(ids))
    found: dict[str, dict[Column, Summary]] = {model: {} for model in values}
    groups: dict[tuple[Column, str], list[str]] = {}
    for model, own in values.items():
        for column in own:
            if column.metric == "overall" and summaries[model][column].standing != "claimed":
                groups.setdefault((column, summaries[model][column].standing), []).append(model)
    for (column, _), models in groups.items():
        compared = wins(table_of(values, models, column, ids).T)
        for place, model in enumerate(models):
            won, count = compared.won[:, place], compared.compared[:, place]
            scored = int(np.count_nonzero(count))
            rate = float(100 * won.sum() / count.sum()) if scored else None
            interval = ratio_interval(summed(100 * won, clusters), summed(count, clusters))
            statuses = {"ok": scored} | ({"unscored": len(ids) - scored} if scored < len(ids) else {})
            standing = summaries[model][column].standing
            summary = Summary(rate, interval, scored, len(ids), None, statuses, standing)
            found[model][Column("win_rate", column.variant)] = summary
    return found

"""How far people, judges and metrics agree; pure.

Whatever is undefined is ``None``: no agreement is invented where there is nothing to disagree on.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt


def fleiss_kappa(counts: npt.NDArray[np.int64]) -> float | None:
    """Fleiss' kappa: agreement beyond chance of equally many raters per subject, at most 1.

    ``counts`` (subjects, categories): how many raters chose which. 1 is full agreement, 0 what chance
    would give, below 0 less than that. ``None`` without a subject, for one rater, and where all ratings
    are in one category, so that chance alone agrees fully. Source: Fleiss 1971.

    Raises:
        ValueError: subjects have different numbers of raters.
    """
    if not len(counts):
        return None
    raters = int(counts[0].sum())
    if (counts.sum(axis=1) != raters).any():
        raise ValueError("every subject must have equally many raters")
    if raters < 2:
        return None
    agreed = float(((counts**2).sum(axis=1) - raters).mean()) / (raters * (raters - 1))
    chance = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def krippendorff_alpha(ratings: npt.NDArray[np.float64]) -> float | None:
    """Krippendorff's alpha at the interval level: 1 is full agreement, 0 what chance would give.

    ``ratings`` (raters, units), NaN where a rater gave none. ``None`` where no unit has two ratings, or
    all ratings are equal, so that there is nothing to disagree on.
    """
    import evalica
    import pandas as pd

    try:
        found = evalica.alpha(pd.DataFrame(ratings), distance="interval")
    except evalica.InsufficientRatingsError:
        return None
    return found.alpha if found.expected else None


def kendall_tau(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Kendall's tau-b of two rankings, -1 to 1; ``None`` for fewer than two, or where one is constant."""
    if len(first) < 2 or len(set(first)) < 2 or len(set(second)) < 2:
        return None
    from scipy import stats

    return float(stats.kendalltau(first, second).statistic)


def spread(ratings: npt.NDArray[np.float64]) -> float | None:
    """Mean over units of the highest minus the lowest rating; ``None`` where no unit has two."""
    shared = ratings[:, (~np.isnan(ratings)).sum(axis=0) > 1]
    if not shared.size:
        return None
    return float((np.nanmax(shared, axis=0) - np.nanmin(shared, axis=0)).mean())


def as_ratings(by_rater: Mapping[str, Mapping[str, float]]) -> npt.NDArray[np.float64]:
    """Ratings by rater and unit as an array (raters, units), NaN where there is none."""
    units = sorted({unit for ratings in by_rater.values() for unit in ratings})
    return np.array(
        [[ratings.get(unit, np.nan) for unit in units] for ratings in by_rater.values()], dtype=np.float64
    ).reshape(len(by_rater), len(units))


def spearman_rho(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float | None:
    """Spearman's rank correlation of two rows of values (n,) without NaN, -1 to 1, ties at their mean rank.

    ``None`` for fewer than three, of which two are always in full agreement or none, and where one is
    constant.
    """
    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    from scipy import stats

    return float(stats.spearmanr(first, second).statistic)

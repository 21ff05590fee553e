"""Where a subject is now, by single points: no dense flow is needed."""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

LEAST = 4
"""Points without which nothing is said of a place."""
SMALLEST = 0.01
"""A point moves if the target takes it further than this share of the diagonal."""
SUBJECT = 0.01
"""A point is the subject's if it lies further than this from where most points go, likewise."""


def subject(start: Points, goal: Points, followed: Points, diagonal: float) -> npt.NDArray[np.bool_]:
    """Which points are the subject's, (N,): those that move, and not with most of the picture.

    Where fewer than four leave the rest behind, as where a camera moves alone or the subject fills the
    picture, all that move are.

    Takes points (N, 2): where they start, where the target takes them, and where they would go with the
    largest group of points.
    """
    moving = np.linalg.norm(goal - start, axis=-1) > SMALLEST * diagonal
    apart = moving & (np.linalg.norm(goal - followed, axis=-1) > SUBJECT * diagonal)
    return np.asarray(apart if np.count_nonzero(apart) >= LEAST else moving)


def place(start: Points, goal: Points, found: Points) -> float:
    """How near an edit takes a subject to its place in the target, 0 to 1, higher is better.

    The median over the points that are found in the edit of ``1 - |found - goal| / |start - goal|``, and
    not below 0: 1 in the target's place, 0 where it was or as far off as that, 1/2 half the way. 0 where
    fewer than four points are found: then the subject is nowhere.

    Takes points (N, 2): where the subject's points start, where the target takes them, and where they are
    in the edit, NaN where they are not found.

    Raises:
        ValueError: fewer than four points, or one that the target leaves where it was.
    """
    motion = np.linalg.norm(goal - start, axis=-1)
    if len(motion) < LEAST or not motion.all():
        raise ValueError(f"a place needs {LEAST} points that move, but got {np.count_nonzero(motion)}")
    seen = np.isfinite(found).all(-1)
    if np.count_nonzero(seen) < LEAST:
        return 0.0
    off = np.linalg.norm(found[seen] - goal[seen], axis=-1) / motion[seen]
    return float(np.median(np.clip(1 - off, 0, 1)))

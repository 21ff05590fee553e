"""People's joints as the rows of `pose_alignment` hold them, for the gallery to draw; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from motionedit_bench.leaderboard.view.edit import POSE
from motionedit_bench.leaderboard.view.skeleton import side
from motionedit_bench.metrics.networks.blazepose import JOINTS, LIMBS
from motionedit_bench.metrics.networks.blazepose.people import SEEN
from motionedit_bench.travelling import travelling

PICTURES = ("input", "target", "edit")
FURTHEST = 10.0
"""No joint that is seen is further off the picture than this, in its sides."""
DIGITS = 4
"""Decimals of a share of a side: a tenth of a pixel of what is shown."""


@dataclass(frozen=True)
class Skeletons:
    """What the row of one edit holds of joints.

    Attributes:
        joints: (3, 33, 2), x and y as shares of the picture's sides, in input, target and edit; NaN where
            a joint is not seen. ``None`` where there are none.
        reason: why there are none.
    """

    joints: npt.NDArray[np.float64] | None
    reason: str | None = None

    def told(self, *pictures: str) -> dict[str, Any]:
        """The joints in some of `PICTURES`, by picture, as JSON values; or the reason why there are none."""
        if self.joints is None:
            return {"reason": self.reason}
        return {name: _told(self.joints[PICTURES.index(name)]) for name in pictures}


def skeletons_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Skeletons]:
    """Those of a model's rows, by item; of several rows the last one counts.

    A row may be a submitter's, and hold anything: what cannot be joints is none.
    """
    return {row["item_id"]: _read(row) for row in rows if row["metric"] == POSE}


def _read(row: Mapping[str, Any]) -> Skeletons:
    if row["status"] != "ok":
        return Skeletons(None, travelling(row["reason"]))
    joints = _joints(row["detail"])
    return Skeletons(joints, None if joints is not None else f"the row of {POSE} holds no joints")


def _joints(detail: Mapping[str, Any]) -> npt.NDArray[np.float64] | None:
    try:
        size = np.array(detail["input_size"], dtype=np.float64)
        poses = np.array([detail["poses"][name] for name in PICTURES], dtype=np.float64)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if size.shape != (2,) or not (size >= 1).all() or poses.shape != (len(PICTURES), len(JOINTS), 3):
        return None
    places = (poses[..., :2] + 0.5) / size  # the first pixel's centre is (0, 0)
    seen = poses[..., 2] >= SEEN
    if not (np.abs(places[seen]) <= FURTHEST).all():
        return None
    return np.where(seen[..., None], places, np.nan)


def _told(joints: npt.NDArray[np.float64]) -> list[list[float] | None]:
    return [None if np.isnan(x) else [x, y] for x, y in np.round(joints, DIGITS).tolist()]


def limbs() -> list[tuple[int, int, str]]:
    """What a drawing joins by lines: two joints' places in order, and whose limb it is."""
    return [(first, second, side(first, second)) for first, second in LIMBS]

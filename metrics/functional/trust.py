"""Whether an estimator saw a motion: does its flow come back, and does it explain the picture?

Both questions are asked where something happens: where the two pictures differ, or where the flow says
that something moves. A flow that loses a small subject in a still scene explains almost the whole
picture, and nothing of what matters.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.functional.pair import Region, check_pair
from motionedit_bench.metrics.functional.regions import diagonal, moved

Flow = npt.NDArray[np.floating]
Picture = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]

RETURN = 0.01
"""How far from where it started a pixel may come back, as a share of the diagonal."""
WINDOW = 0.006
"""Pictures are compared in windows of this deviation (Gaussian), as a share of the diagonal."""
STRUCTURE = 0.5
"""The likeness of two windows from which on they show the same; see `alike`."""
COLOUR = 60.0
"""The mean difference of two windows' colours, 0 to 255, from which on they do not."""
FAINT = (0.03 * 255) ** 2
"""The variance below which a window counts as plain; the constant of SSIM."""
SEEN = 0.5
"""The trust from which on a target's motion counts as seen; see the calibration in the documentation."""


@dataclass(frozen=True)
class Trust:
    """How far one flow can be trusted; regions are (H, W), bool, on the first picture's pixels.

    Attributes:
        trusted: the pixels whose flow comes back and leads to what looks the same.
        happening: where the pictures differ or the flow moves: where it matters.
        consistent: share of all pixels whose flow comes back, 0 to 1.
        explained: share of all pixels whose flow leads to what looks the same, 0 to 1.
        value: share of ``happening`` that is trusted, 0 to 1; 1 where nothing happens.
    """

    trusted: Region
    happening: Region
    consistent: float
    explained: float
    value: float

    @property
    def untrusted(self) -> Region:
        """Where something happens and the flow cannot be trusted."""
        return np.asarray(self.happening & ~self.trusted)

    @property
    def seen(self) -> bool:
        """Whether the value reaches `SEEN`."""
        return self.value >= SEEN


def flow_trust(forward: Flow, backward: Flow, first: Picture, second: Picture) -> Trust:
    """How far a flow can be trusted, from the flow back and from the pictures.

    A pixel comes back if ``|forward(x) + backward(x + forward(x))|`` is below 1 % of the diagonal, and
    leads to what looks the same if the first picture and the second, read at ``x + forward(x)``, are
    `alike` there. What leaves the picture does neither. What is covered in the second picture cannot come
    back: no estimator reaches 1 where subjects move far.

    Takes flows (H, W, 2), (dx, dy) in pixels, and RGB pictures (H, W, 3), uint8, all of one size.

    Raises:
        ValueError: they are of other shapes or types.
    """
    check_pair(first, second)
    for flow in (forward, backward):
        if flow.shape != (*first.shape[:2], 2):
            raise ValueError(f"a flow must be {(*first.shape[:2], 2)}, but got {flow.shape}")
    there = forward.astype(np.float32)
    goal = _grid(*first.shape[:2]) + there
    height, width = first.shape[:2]
    inside = ((goal >= 0) & (goal <= [width - 1, height - 1])).all(-1)
    astray = np.linalg.norm(there + _read(backward.astype(np.float32), goal), axis=-1)
    consistent = inside & (astray < RETURN * diagonal(forward))
    one, two = first.astype(np.float32), second.astype(np.float32)
    look = _Look.of(one)
    explained = inside & look.is_like(_Look.of(_read(two, goal)))
    happening = moved(forward) | ~look.is_like(_Look.of(two))
    trusted = consistent & explained
    count = np.count_nonzero(happening)
    value = np.count_nonzero(trusted & happening) / count if count else 1.0
    return Trust(trusted, happening, float(consistent.mean()), float(explained.mean()), value)


def alike(first: Plane, second: Plane) -> Region:
    """Where two RGB pictures (H, W, 3), 0..255, show the same, whatever the light on it; (H, W).

    In a window around each pixel, contrast and structure of the grey pictures must agree as in SSIM (Wang
    et al. 2004), ``(2 cov + c) / (var + var + c) > 1/2``, and the mean colours must not be far apart.
    """
    return _Look.of(first).is_like(_Look.of(second))


@dataclass(frozen=True)
class _Look:
    """A picture, grey and as its means over a window around each pixel."""

    grey: Plane
    mean: Plane
    square: Plane
    colours: Plane

    @classmethod
    def of(cls, picture: Plane) -> "_Look":
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
        return cls(grey, _mean(grey), _mean(grey * grey), _mean(picture))

    def is_like(self, other: "_Look") -> Region:
        """See `alike`."""
        variances = self.square - self.mean**2 + other.square - other.mean**2
        covariance = _mean(self.grey * other.grey) - self.mean * other.mean
        structure = (2 * covariance + FAINT) / (variances + FAINT)
        colours = np.abs(self.colours - other.colours).mean(-1)
        return np.asarray((structure > STRUCTURE) & (colours < COLOUR))


def _mean(values: Plane) -> Plane:
    """The means over a window around each pixel."""
    deviation = WINDOW * float(np.hypot(*values.shape[:2]))
    return np.asarray(cv2.GaussianBlur(values, (0, 0), deviation))


def _read(values: Plane, places: Plane) -> Plane:
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _grid(height: int, width: int) -> Plane:
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([columns, rows], -1)

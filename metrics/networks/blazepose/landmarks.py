"""What BlazePose's second network is shown, and what it answers, turned into joints."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motionedit_bench.metrics.networks.blazepose.detection import Detection

SIDE = 256
"""Side of the network's input, pixels."""
LANDMARKS = 39
"""Points in its answer: 33 joints, and six of its own."""
JOINT_COUNT = 33
GROWTH = 1.25
"""How much larger than the body's circle the crop is."""
WINDOW = 7
"""Side of the window of a heat map that refines a joint's place, cells."""
FIRM = 0.5
"""The heat in it from which on it does."""

Array = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Crop:
    """A square of a picture that stands as its person does.

    Attributes:
        centre: (x, y), pixels. side: pixels. angle: how far the person is turned clockwise, radians.
    """

    centre: Array
    side: float
    angle: float

    @classmethod
    def around(cls, found: Detection) -> "Crop":
        """The square that holds the whole body."""
        return cls.of_circle(found.hips, found.rim)

    @classmethod
    def of_circle(cls, centre: Array, rim: Array) -> "Crop":
        """The square around a circle, given by its centre and the point of it above the head."""
        x, y = rim - centre
        return cls(centre, 2 * GROWTH * float(np.hypot(x, y)), float(np.arctan2(x, -y)))

    @property
    def matrix(self) -> Array:
        """(2, 3): from shares (u, v, 1) of the crop to pixels of the picture."""
        cosine, sine = self.side * np.cos(self.angle), self.side * np.sin(self.angle)
        turned = np.array([[cosine, -sine], [sine, cosine]])
        return np.hstack([turned, (self.centre - turned @ [0.5, 0.5])[:, None]])

    def of(self, image: Pixels) -> npt.NDArray[np.float32]:
        """The network's input, (1, 256, 256, 3), 0 to 1; black where the picture ends."""
        scale = min(1.0, SIDE / self.side)
        size = max(1, round(scale * image.shape[1])), max(1, round(scale * image.shape[0]))
        shrunk = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if scale < 1 else image
        shares = np.array([image.shape[1] / size[0], image.shape[0] / size[1]])
        matrix = self.matrix @ np.array([[1 / SIDE, 0, 0.5 / SIDE], [0, 1 / SIDE, 0.5 / SIDE], [0, 0, 1]])
        matrix[:, :2] /= shares[:, None]
        matrix[:, 2] = (matrix[:, 2] + 0.5) / shares - 0.5
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(shrunk, matrix, (SIDE, SIDE), flags=flags)
        return np.asarray(warped[None] / np.float32(255))


@dataclass(frozen=True)
class Landmarks:
    """Places in pixels of the picture.

    Attributes:
        joints: (33, 2). visibility: (33,), how likely each is seen, 0 to 1.
        crop: the square that the body's circle, as this network sees it, would have.
    """

    joints: Array
    visibility: Array
    crop: Crop


def landmarks(values: Array, heat: Array, crop: Crop) -> Landmarks:
    """The joints of the person in a crop.

    Takes the network's answers: (195,), for each point x, y and z in pixels of its input and the logits of
    its visibility and presence, and (64, 64, 39), the logits of heat maps.
    """
    points = values.astype(np.float64).reshape(LANDMARKS, 5)
    places = refined(points[:, :2] / SIDE, sigmoid(heat.astype(np.float64)))
    placed = places @ crop.matrix[:, :2].T + crop.matrix[:, 2]
    visibility = sigmoid(points[:JOINT_COUNT, 3])
    return Landmarks(placed[:JOINT_COUNT], visibility, Crop.of_circle(placed[33], placed[34]))


def refined(places: Array, heat: Array) -> Array:
    """Places (N, 2), 0 to 1, drawn to the middle of the heat (H, W, N) around them, where it is firm."""
    rows, columns = heat.shape[:2]
    moved = places.copy()
    for number, (x, y) in enumerate(places):
        column, row = int(x * columns), int(y * rows)
        left, top = max(0, column - WINDOW // 2), max(0, row - WINDOW // 2)
        window = heat[top : max(0, row + WINDOW // 2 + 1), left : max(0, column + WINDOW // 2 + 1), number]
        if window.size and window.max() >= FIRM:
            ys, xs = np.mgrid[: window.shape[0], : window.shape[1]]
            middle = np.array([(window * (xs + left)).sum(), (window * (ys + top)).sum()]) / window.sum()
            moved[number] = middle / [columns, rows]
    return moved


def sigmoid(logits: Array) -> Array:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -100, 100))))

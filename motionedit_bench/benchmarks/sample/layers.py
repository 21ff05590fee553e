"""Layers of a picture: how they lie in the input and in the target, and the exact flow between the two.

A layer is a photograph, or what an outline encloses of one. It is laid twice: where it stands (the
input) and where its motion takes it (the target). Later layers lie over earlier ones.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates

from motionedit_bench.benchmarks.sample.motions import Motion, Pair, Points, Similarity, grid, inverse
from motionedit_bench.lazily import lazily

Photo = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Outline = tuple[Pair, ...]

EDGE = 0.8
"""Outlines are softened by a Gaussian of this many pixels (sigma)."""


@dataclass(frozen=True)
class Triplet:
    """An input, its target, and the truth between them.

    ``input`` and ``target`` are (H, W, 3), RGB, uint8. ``flow``, float32 (H, W, 2), is the motion (dx, dy)
    in pixels of what each pixel of the input shows, also where the target hides it; NaN where unknown.
    ``visible``, bool (H, W), marks the pixels of the input that the target shows; ``None`` where unknown.
    """

    input: Photo
    target: Photo
    flow: npt.NDArray[np.float32]
    visible: Mask | None = None


@dataclass(frozen=True)
class Layer:
    """One flat thing in a picture of ``size`` (height, width).

    ``texture`` (h, w, 3), 0 to 255, and ``cover`` (h, w), how much of each of its pixels belongs to the
    thing, lie in the picture as ``place`` says (``None``: pixel on pixel). ``cover`` is ``None`` for what
    fills the picture. In its own pixels the thing is bent by ``bend``; then it is carried, in the picture's
    pixels, by each of ``carries``. ``outline`` is what its cover was drawn from, in its own pixels, softened
    by ``soft`` of them. What is ``drawn`` is laid into the input already by an earlier layer.
    """

    size: tuple[int, int]
    texture: Pixels
    cover: Pixels | None = None
    outline: Outline | None = None
    soft: float = EDGE
    place: Similarity | None = None
    bend: Motion | None = None
    carries: tuple[Similarity, ...] = ()
    drawn: bool = False

    def motion(self, points: Points) -> Points:
        """Where its points (..., 2) go, in the picture's pixels."""
        if self.bend is not None:
            points = self._placed(self.bend(self._taken(points)))
        for carry in self.carries:
            points = carry(points)
        return points

    @lazily
    def standing(self) -> tuple[Pixels, Pixels]:
        """Its look (H, W, 3) and its cover (H, W) in the input."""
        if self.place is not None:
            return self._read(self._window(moved=False), moved=False)
        return self.texture, np.ones(self.size) if self.cover is None else self.cover

    @lazily
    def arrived(self) -> tuple[Pixels, Pixels]:
        """Its look (H, W, 3) and its cover (H, W) in the target."""
        if self.bend is None and not self.carries:
            return self.standing
        return self._read(self._window(moved=True), moved=True)

    def _read(self, window: tuple[slice, slice], moved: bool) -> tuple[Pixels, Pixels]:
        """Look and cover in a window of the picture, read where its pixels come from; empty elsewhere."""
        origin = grid(*self.size)[window]
        if moved:
            for carry in reversed(self.carries):
                origin = carry.back(origin)
        origin = self._taken(origin)
        if moved and self.bend is not None:
            origin = inverse(self.bend, origin)
        look, cover = np.zeros((*self.size, 3)), np.zeros(self.size)
        finest = self._scale(moved)
        look[window] = np.clip(sample(_smoothed(self.texture, finest), origin, order=3), 0, 255)
        if self.cover is None:
            cover[window] = 1
        else:
            cover[window] = sample(_smoothed(self.cover, finest), origin, order=1)
        return look, cover

    def _window(self, moved: bool) -> tuple[slice, slice]:
        """The part of the picture that holds it, soft edge included."""
        height, width = self.size
        if self.outline is None:
            return slice(0, height), slice(0, width)
        outline = self._placed(np.array(self.outline, np.float64))
        if moved:
            outline = self.motion(outline)
        margin = (3 * self.soft + 5) * max(self._scale(moved), 1)
        left, top = np.floor(outline.min(axis=0) - margin).astype(int).clip(0)
        right, bottom = np.ceil(outline.max(axis=0) + margin).astype(int).clip(-1)
        return slice(top, bottom + 1), slice(left, right + 1)

    def _scale(self, moved: bool) -> float:
        """How many pixels of the picture one of its own becomes."""
        similarities = (*([self.place] if self.place else []), *(self.carries if moved else ()))
        return float(np.prod([one.scale for one in similarities]))

    def _placed(self, points: Points) -> Points:
        return points if self.place is None else self.place(points)

    def _taken(self, points: Points) -> Points:
        return points if self.place is None else self.place.back(points)


def compose(layers: tuple[Layer, ...]) -> Triplet:
    """Input, target, flow and visibility of layers, the lowest first; that one fills the picture."""
    size = layers[0].size
    pixels, owner = grid(*size), np.zeros(size, int)
    before, after = np.zeros((*size, 3)), np.zeros((*size, 3))
    for number, layer in enumerate(layers):
        look, cover = layer.standing
        if not layer.drawn:
            _lay(before, look, cover)
        _lay(after, *layer.arrived)
        owner[cover > 0.5] = number

    flow, visible, above = np.zeros((*size, 2)), np.zeros(size, bool), np.zeros(size)
    for number, layer in reversed(list(enumerate(layers))):
        mine = owner == number
        goal = layer.motion(pixels[mine])
        flow[mine] = goal - pixels[mine]
        visible[mine] = _inside(goal, size) & (sample(above, goal, order=1) < 0.5)
        above += (1 - above) * layer.arrived[1]
    return Triplet(to_bytes(before), to_bytes(after), flow.astype(np.float32), visible)


def ellipse(centre: Pair, radii: Pair) -> Outline:
    """An upright ellipse as an outline of 72 points."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    xs, ys = centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)
    return tuple(zip(xs.tolist(), ys.tolist(), strict=True))


def coverage(outline: Outline | None, size: tuple[int, int], soft: float = EDGE) -> Pixels:
    """How much of each pixel lies inside an outline, 0 to 1, with a soft edge."""
    if outline is None:
        return np.ones(size)
    fraction = 4  # bits of a pixel that corners are rounded to
    corners = np.rint(np.array(outline) * 2**fraction).astype(np.int32)
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [corners], 255, lineType=cv2.LINE_AA, shift=fraction)
    reach = 2 * int(np.ceil(2.5 * soft)) + 1
    blurred = cv2.GaussianBlur(mask / 255.0, (reach, reach), soft, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float64)


def sample(values: Pixels, at: Points, order: int) -> Pixels:
    """Values (H, W) or (H, W, C) read at points by splines of that order; the rim continues outward."""
    if values.ndim == 3:
        return np.stack([sample(channel, at, order) for channel in np.moveaxis(values, -1, 0)], axis=-1)
    return np.asarray(map_coordinates(values, (at[..., 1], at[..., 0]), order=order, mode="nearest"))


def to_bytes(values: Pixels) -> Photo:
    """Values 0 to 255, rounded."""
    return np.rint(values).astype(np.uint8)


def _smoothed(values: Pixels, scale: float) -> Pixels:
    """What a picture at that scale can still show of them: none of the detail finer than its pixels."""
    if scale >= 1:
        return values
    sigma = 0.5 * np.sqrt(scale**-2 - 1)
    return np.asarray(gaussian_filter(values, (sigma, sigma, 0)[: values.ndim], mode="nearest"))


def _lay(below: Pixels, above: Pixels, cover: Pixels) -> None:
    below += cover[..., None] * (above - below)


def _inside(points: Points, size: tuple[int, int]) -> Mask:
    height, width = size
    return np.asarray(((points >= 0) & (points <= (width - 1, height - 1))).all(axis=-1))

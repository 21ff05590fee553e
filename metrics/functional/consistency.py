"""How far a flow can be trusted: there and back again.

Source: Sundaram, Brox and Keutzer, "Dense point trajectories by GPU-accelerated large displacement
optical flow" (ECCV 2010), equation 5: what is not occluded comes back to where it started.
"""

import cv2
import numpy as np
import numpy.typing as npt

Flow = npt.NDArray[np.float32]

RELATIVE, ABSOLUTE = 0.01, 0.5
"""The error that is tolerated: 0.01 (|forward|^2 + |backward|^2) + 0.5 square pixels."""


def confidence(forward: Flow, backward: Flow) -> npt.NDArray[np.float32]:
    """How far each pixel's flow is confirmed by the flow back, (H, W), 0 to 1.

    ``2 ^ (-e / t)``, where ``e = |forward(x) + backward(x + forward(x))|^2`` and ``t`` is the error that
    the source tolerates: 1 for a pixel that comes back exactly, 1/2 at the source's threshold. The flow
    back is read bilinearly. 0 for what leaves the picture, which nothing confirms.

    Takes flows (H, W, 2), (dx, dy) in pixels, first to second picture and second to first.

    Raises:
        ValueError: they differ in shape.
    """
    if forward.shape != backward.shape:
        raise ValueError(f"the flows differ in shape: {forward.shape} and {backward.shape}")
    height, width = forward.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = columns + forward[..., 0], rows + forward[..., 1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    back = cv2.remap(backward, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    error = _square(forward + back)
    tolerated = RELATIVE * (_square(forward) + _square(back)) + ABSOLUTE
    return np.asarray(np.where(inside, np.exp2(-error / tolerated), 0), dtype=np.float32)


def _square(flow: Flow) -> npt.NDArray[np.float32]:
    return np.asarray(flow[..., 0] ** 2 + flow[..., 1] ** 2)

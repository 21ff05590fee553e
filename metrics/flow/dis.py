"""Flow by OpenCV's dense inverse search: quick, needs no weights, the best of the classical ones here."""

import cv2
import numpy as np

from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.metrics.functional.pair import BYTES_OR_FLOATS, check_pair

SMALLEST = 16
"""Pixels a side: the finest pyramid level is at half size and must hold one patch of 8x8.

On some smaller images OpenCV reads outside its buffers and takes the process down.
"""


class Dis(FlowEstimator):
    """`cv2.DISOpticalFlow`, preset MEDIUM, on 8-bit grey (Kroeger et al. 2016).

    Exactly 0 for identical images, and the same whatever the number of OpenCV's threads.
    """

    name = "dis"
    smallest = SMALLEST

    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``; see `FlowEstimator.flow`. Floats are rounded to 8 bits.

        Raises:
            ValueError: not two RGB images of one shape, or a side below 16 pixels.
        """
        check_pair(first, second, SMALLEST, BYTES_OR_FLOATS)
        # A new one each time: on small images an estimator changes its own settings, and keeps them.
        estimator = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        return np.asarray(estimator.calc(_grey(first), _grey(second), None), dtype=np.float32)

    def version(self) -> str:
        return f"opencv {cv2.__version__}, DISOpticalFlow, preset MEDIUM"


def _grey(image: Array) -> Array:
    pixels = image if image.dtype == np.uint8 else np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY))

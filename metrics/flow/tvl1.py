"""Flow by total variation and L1 norm: slow, needs no weights, good for small smooth motion."""

import numpy as np
from skimage.color import rgb2gray
from skimage.registration import optical_flow_tvl1

from motionedit_bench.metrics.flow.base import Array, Flow, FlowEstimator
from motionedit_bench.metrics.functional.pair import BYTES_OR_FLOATS, check_pair
from motionedit_bench.provenance import package_version

SMALLEST = 2
"""Pixels a side: what a gradient needs."""


class TvL1(FlowEstimator):
    """`skimage.registration.optical_flow_tvl1` with its own settings, on float grey (Zach et al. 2007).

    Grey is `skimage.color.rgb2gray` of the image in 0..1. Exactly 0 for identical images.
    """

    name = "tvl1"
    smallest = SMALLEST

    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``; see `FlowEstimator.flow`.

        Raises:
            ValueError: not two RGB images of one shape, or a side below 2 pixels.
        """
        check_pair(first, second, SMALLEST, BYTES_OR_FLOATS)
        rows, columns = optical_flow_tvl1(_grey(first), _grey(second))
        return np.stack([columns, rows], axis=-1).astype(np.float32)

    def version(self) -> str:
        library = f"scikit-image {package_version('scikit-image')}"
        return f"{library}, optical_flow_tvl1, default settings, rgb2gray"


def _grey(image: Array) -> Array:
    return np.asarray(rgb2gray(image.astype(np.float32) / 255))

"""What a flow estimator is."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Flow = npt.NDArray[np.float32]


class FlowEstimator(ABC):
    """Dense optical flow from one image to another.

    Construction may load weights.

    Raises (on construction):
        WeightsUnavailable: learned weights are not on this machine and cannot be fetched.
    """

    name: ClassVar[str]
    takes_weights: ClassVar[bool] = False
    """Whether the constructor takes a file as ``weights``."""

    def __init__(self, device: str = "auto") -> None:
        self.device = device

    @abstractmethod
    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``.

        Both have shape (H, W, 3), RGB, range 0..255, uint8 or float32. The result has shape
        (H, W, 2), float32, (dx, dy) in pixels. Equal arguments give equal results.
        """

    @abstractmethod
    def version(self) -> str:
        """All that the numbers depend on besides the images: library, preset, weights."""

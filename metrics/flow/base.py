"""What a flow estimator is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
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
    options: ClassVar[tuple[str, ...]] = ()
    """What the constructor takes besides the device; `unimatch`: ``weights``, ``precision``, ``batch``."""

    smallest: ClassVar[int] = 1
    """Pixels that each side of an image must have."""

    def __init__(self, device: str = "auto") -> None:
        self.device = device

    @abstractmethod
    def flow(self, first: Array, second: Array) -> Flow:
        """Motion from ``first`` to ``second``.

        Both have shape (H, W, 3), RGB, range 0..255, uint8 or float32. The result has shape
        (H, W, 2), float32, (dx, dy) in pixels. Equal arguments give equal results.
        """

    def flows(self, first: Array, seconds: Sequence[Array]) -> list[Flow]:
        """Motion from ``first`` to each of ``seconds``, all of one shape; see `flow`."""
        return [self.flow(first, second) for second in seconds]

    @abstractmethod
    def version(self) -> str:
        """All that the numbers depend on besides the images: library, preset, weights."""

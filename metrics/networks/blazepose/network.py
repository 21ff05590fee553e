"""BlazePose's two networks, and the people that they find in a picture."""

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.metrics.networks.blazepose.detection import detections, letterboxed
from motionedit_bench.metrics.networks.blazepose.landmarks import GROWTH, Crop, landmarks
from motionedit_bench.metrics.networks.blazepose.people import Array, Person, confirmed
from motionedit_bench.provenance import package_version
from motionedit_bench.records import digest
from motionedit_bench.weights import locate

PRESENT = 0.5
"""The second network's own certainty that somebody is there, from which on it is a person."""
LOOKS = 2
"""How often the second network looks."""
REMEMBERED = 64
"""Pictures whose people are kept: an item's own are asked for by every model."""

Pixels = npt.NDArray[np.uint8]


class BlazePose:
    """Finds people and their joints; it runs on the CPU.

    Raises (on construction):
        WeightsUnavailable: the weights or the package `ai-edge-litert` are not on this machine.
    """

    def __init__(self) -> None:
        try:
            from ai_edge_litert.interpreter import Interpreter, OpResolverType
        except ImportError as error:
            raise WeightsUnavailable(
                "poses need the package ai-edge-litert: run `pip install 'motionedit-bench[pose]'`",
                "the package ai-edge-litert was not there",
            ) from error
        paths = [locate(name) for name in ("pose_detection", "pose_landmarks")]
        # Without the delegates that it takes by itself, one of which announces itself on standard error.
        plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        self._detector, self._marker = (
            Interpreter(str(path), num_threads=1, experimental_op_resolver_type=plain) for path in paths
        )
        for network in (self._detector, self._marker):
            network.allocate_tensors()
        self._digests = [_digest(path) for path in paths]
        self._kept: OrderedDict[str, list[Person]] = OrderedDict()
        self._lock = threading.Lock()

    def people(self, image: Pixels) -> list[Person]:
        """The people in an RGB picture (H, W, 3), uint8, the most certain first; see `confirmed`."""
        key = f"{image.shape} {digest(image.tobytes())}"
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                mirrored = np.ascontiguousarray(image[:, ::-1])
                found = confirmed(self._found(image), self._found(mirrored), image.shape[1])
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return found

    def _found(self, image: Pixels) -> list[Person]:
        """The people as they are seen without the mirror."""
        values, logits = _run(self._detector, letterboxed(image), (2254, 12), (2254, 1))
        height, width = image.shape[:2]
        found = detections(values, logits[:, 0], width, height)
        people = (self._person(image, Crop.around(one)) for one in found)
        return [one for one in people if one.certainty >= PRESENT]

    def _person(self, image: Pixels, crop: Crop) -> Person:
        """Who is in a crop, and then in the better one that the joints ask for, as in a film."""
        for _ in range(LOOKS):
            values, certainty, heat = _run(self._marker, crop.of(image), (195,), (1,), (64, 64, 39))
            found = landmarks(values, heat, crop)
            crop = found.crop
        return Person(found.joints, found.visibility, crop.side / GROWTH, float(certainty[0]))

    def version(self) -> str:
        """All that the joints depend on besides the pictures."""
        package = package_version("ai-edge-litert")
        return f"blazepose full {' '.join(self._digests)}, ai-edge-litert {package}"


def _run(network: Any, tensor: npt.NDArray[np.float32], *shapes: tuple[int, ...]) -> list[Array]:
    """The network's answers to one picture of those shapes."""
    network.set_tensor(network.get_input_details()[0]["index"], tensor)
    network.invoke()
    places = {tuple(one["shape"][1:]): one["index"] for one in network.get_output_details()}
    return [network.get_tensor(places[shape])[0] for shape in shapes]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

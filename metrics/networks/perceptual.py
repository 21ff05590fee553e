"""How alike two pictures look: LPIPS."""

import warnings

import numpy as np
import numpy.typing as npt
import torch

from motionedit_bench import alexnet
from motionedit_bench.metrics.functional.pair import check_pair
from motionedit_bench.metrics.networks.network import batch, exact, place
from motionedit_bench.provenance import package_version
from motionedit_bench.weights import locate

SMALLEST = 31
"""Side of the smallest picture that AlexNet's convolutions and poolings leave a pixel of."""


class Lpips:
    """Learned perceptual image patch similarity by AlexNet, version 0.1 (Zhang et al. 2018).

    The heads are those that the ``lpips`` package ships.

    Raises (on construction):
        WeightsUnavailable: AlexNet's weights are not on this machine and cannot be fetched.
        UsageError: no such device.
    """

    def __init__(self, device: str = "auto") -> None:
        features = alexnet.load(locate("lpips"))
        self._digest = alexnet.digest(features)
        self._device = place(device)
        self._network = build(features).to(self._device)
        self._spatial = build(features, spatial=True).to(self._device)

    def distance(self, a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8]) -> float:
        """Perceptual distance, from 0 up, lower is better; 0 for identical pictures.

        Takes two RGB arrays (H, W, 3), uint8, of the same shape; symmetric in them.

        Raises:
            ValueError: another shape or type, or a side below 31 pixels.
        """
        check_pair(a, b, SMALLEST)
        first, second = (batch(image, self._device) / 127.5 - 1 for image in (a, b))
        with exact():
            return float(self._network(first, second))

    def distance_map(self, a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """The same at each pixel, (H, W): every layer's distances, brought to the pictures' size bilinearly.

        Its mean differs a little from `distance`, which takes the mean before layers are enlarged.

        Raises:
            ValueError: another shape or type, or a side below 31 pixels.
        """
        check_pair(a, b, SMALLEST)
        first, second = (batch(image, self._device) / 127.5 - 1 for image in (a, b))
        with exact():
            found = self._spatial(first, second)[0, 0]
        return np.asarray(found.cpu().numpy(), dtype=np.float32)

    def version(self) -> str:
        """All that the numbers depend on besides the images."""
        package = package_version("lpips")
        return f"lpips {package}, net alex, version 0.1; AlexNet arrays {self._digest[:12]}"


def build(features: alexnet.Features, spatial: bool = False) -> torch.nn.Module:
    """The LPIPS network with these convolutions and the heads of the ``lpips`` package.

    ``spatial`` makes it answer with a distance at each pixel instead of their mean.
    """
    import lpips  # brings torchvision, which takes seconds

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's, about how lpips asks for a network without weights
        network = lpips.LPIPS(net="alex", version="0.1", pnet_rand=True, spatial=spatial, verbose=False)
    state = {
        f"slice{number}.{layer}.{part}": features[f"{layer}.{part}"]
        for number, layer in enumerate(alexnet.CONVOLUTIONS, start=1)
        for part in ("weight", "bias")
    }
    network.net.load_state_dict(state)
    found: torch.nn.Module = network.eval().requires_grad_(False)
    return found

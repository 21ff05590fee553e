"""Metrics that compare the edited picture with the target picture, at the input's size."""

from motionedit_bench.metrics.base import Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.functional.similarity import PSNR_CAP, SSIM_WINDOW, psnr, ssim
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.perceptual import SMALLEST, Lpips
from motionedit_bench.provenance import package_version


class Ssim(Metric):
    """Structural similarity to the target, -1 to 1, higher is better; see `similarity.ssim`."""

    name = "ssim"

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self.implementation["scikit-image"] = str(package_version("scikit-image"))

    def measure(self, comparison: Comparison) -> Measurement:
        comparison.scene.needs(SSIM_WINDOW, self.name)
        return Measurement(ssim(comparison.edited, comparison.scene.target))


class Psnr(Metric):
    """Peak signal-to-noise ratio to the target, dB, higher is better; see `similarity.psnr`."""

    name = "psnr"

    def measure(self, comparison: Comparison) -> Measurement:
        value = psnr(comparison.edited, comparison.scene.target)
        return Measurement(value, {"cap": PSNR_CAP, "capped": value >= PSNR_CAP})


class LpipsDistance(Metric):
    """Learned perceptual distance to the target (AlexNet), 0 and up, lower is better; see `perceptual`."""

    name = "lpips"
    weights = "lpips"

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self._network = Lpips(instruments.device)
        self.implementation["network"] = self._network.version()

    def measure(self, comparison: Comparison) -> Measurement:
        comparison.scene.needs(SMALLEST, self.name)
        return Measurement(self._network.distance(comparison.edited, comparison.scene.target))

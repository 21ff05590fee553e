"""How alike two pictures are, pixel by pixel: SSIM and PSNR."""

import numpy as np
import numpy.typing as npt
from skimage.metrics import structural_similarity

from motionedit_bench.metrics.functional.pair import Region, check_pair, check_region

Pixels = npt.NDArray[np.uint8]

PSNR_CAP = 100.0
"""Highest PSNR given, dB; identical pictures would get infinity."""

SSIM_WINDOW = 11
"""Side of SSIM's window, pixels: sigma 1.5 cut off at 3.5 sigma."""

SSIM_SETTINGS = {
    "gaussian_weights": True,
    "sigma": 1.5,
    "use_sample_covariance": False,
    "data_range": 255,
    "channel_axis": 2,
}


def ssim(a: Pixels, b: Pixels, where: Region | None = None) -> float:
    """Structural similarity, -1 to 1, higher is better; 1 for identical pictures.

    The mean over pixels and over R, G and B of the index of Wang et al. 2004, with their settings:
    Gaussian window of sigma 1.5, population covariance, K1 0.01, K2 0.03, range 255. The border of
    5 pixels, where the window would leave the picture, does not count.

    Takes two RGB arrays (H, W, 3), uint8, of the same shape; symmetric in them. ``where`` (H, W)
    says which pixels count (all by default); their windows also look at what is around them.

    Raises:
        ValueError: another shape or type, a side below 11 pixels, or no pixel that counts.

    >>> black, white = np.zeros((2, 16, 16, 3), np.uint8) + np.uint8([[[[0]]], [[[255]]]])
    >>> ssim(black, black), round(ssim(black, white), 4)
    (1.0, 0.0001)
    """
    check_pair(a, b, SSIM_WINDOW)
    if where is None:
        return float(structural_similarity(a, b, **SSIM_SETTINGS))
    border = SSIM_WINDOW // 2
    inner = (slice(border, -border), slice(border, -border))
    check_region(where, a, inner)
    _, index = structural_similarity(a, b, full=True, **SSIM_SETTINGS)
    return float(index[inner][where[inner]].mean())


def psnr(a: Pixels, b: Pixels, where: Region | None = None) -> float:
    """Peak signal-to-noise ratio, dB, 0 to `PSNR_CAP`, higher is better.

    ``10 log10(255^2 / mean squared difference)`` over pixels and channels, and never more than
    `PSNR_CAP`, which is what identical pictures get. 0 is black against white.

    Takes two RGB arrays (H, W, 3), uint8, of the same shape; symmetric in them. ``where`` (H, W)
    says which pixels count (all by default).

    Raises:
        ValueError: another shape or type, or no pixel that counts.
    """
    check_pair(a, b)
    if where is not None:
        check_region(where, a)
        a, b = a[where], b[where]
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return min(10 * float(np.log10(255**2 / error)), PSNR_CAP) if error else PSNR_CAP

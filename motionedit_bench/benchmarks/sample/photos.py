"""The photographs that scikit-image installs with itself."""

from importlib.metadata import version
from importlib.resources import files
from io import BytesIO

from PIL import Image

from motionedit_bench.errors import BenchmarkError


def open_photo(name: str) -> Image.Image:
    """A photograph.

    Raises:
        BenchmarkError: scikit-image does not bring it.
    """
    return Image.open(BytesIO(read(name)))


def read(name: str) -> bytes:
    """A file that scikit-image installs, read without `skimage.data`, which may look on the network.

    Raises:
        BenchmarkError: scikit-image does not bring it.
    """
    try:
        return (files("skimage") / "data" / name).read_bytes()
    except FileNotFoundError as error:
        raise BenchmarkError(
            f"scikit-image {version('scikit-image')} does not install {name}, which an embedded benchmark "
            "is made from: reinstall scikit-image 0.24 or later from its wheel"
        ) from error

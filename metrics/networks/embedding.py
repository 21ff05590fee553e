"""Image encoders of the `transformers` library: a picture becomes a vector of length 1."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
import torch
import transformers
from PIL import Image
from transformers.utils import logging

from motionedit_bench.alexnet import digest as digest_arrays
from motionedit_bench.errors import AdapterError, UsageError, WeightsUnavailable
from motionedit_bench.hub import fetch, split_revision
from motionedit_bench.metrics.functional.pair import Region
from motionedit_bench.metrics.networks.network import exact, place
from motionedit_bench.records import digest, digest_of

KINDS = {"clip": ("clip",), "dino": ("dinov2", "dinov2_with_registers", "dinov3_vit", "vit")}
"""The types of model that each encoder may be, as in their ``config.json``."""
FILES = ("config.json", "preprocessor_config.json")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
REMEMBERED = 64
"""Pictures whose embeddings are kept: an item's own are asked for by every model and metric."""


class Encoder:
    """A picture's embedding by one network, with the preprocessing that is published beside it.

    ``clip`` gives CLIP's projected image embedding, ``dino`` the class token of the last layer.
    ``model`` is a hub id, ``ID@REVISION``, or a local folder.

    Raises (on construction):
        WeightsUnavailable: the model is not on this machine and cannot be fetched.
        UsageError: it is of another type or damaged; no such device.
    """

    def __init__(self, kind: str, model: str, device: str = "auto") -> None:
        self.kind = kind
        folder, self._named = locate(model, f"--{kind}-model")
        self._device = place(device)
        network, self._prepare = _load(kind, model, folder)
        self._digest = digest_arrays(network.state_dict())
        self._network = network.eval().to(self._device)
        self._kept: OrderedDict[str, npt.NDArray[np.float64]] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """The embedding of an RGB array (H, W, 3), uint8: (D,), of length 1."""
        return self._remembered(f"{image.shape} {digest(image.tobytes())}", partial(self._whole, image))

    def embed_region(self, image: npt.NDArray[np.uint8], region: Region) -> npt.NDArray[np.float64]:
        """The embedding of a region (H, W), bool, of such a picture: (D,), of length 1. By ``dino`` alone.

        Mean of the last layer's patches, each as far as the region covers it. The patches see all of the
        picture.
        """
        key = f"{image.shape} {digest(image.tobytes())} {digest(region.tobytes())}"
        return self._remembered(key, partial(self._part, image, region))

    def _remembered(self, key: str, compute: Callable[[], torch.Tensor]) -> npt.NDArray[np.float64]:
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            vector = compute().double().cpu().numpy()
            found = vector / np.linalg.norm(vector)
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return found

    def _whole(self, image: npt.NDArray[np.uint8]) -> torch.Tensor:
        pixels = self._pixels(image)
        with exact():
            if self.kind == "clip":
                pooled = self._network.vision_model(pixels).pooler_output
                vector: torch.Tensor = self._network.visual_projection(pooled)[0]
            else:
                vector = self._network(pixels).last_hidden_state[0, 0]
        return vector.float()

    def _part(self, image: npt.NDArray[np.uint8], region: Region) -> torch.Tensor:
        covered = np.repeat(region[..., None], 3, axis=-1).astype(np.uint8) * 255
        side = self._network.config.patch_size
        with exact():
            share = self._pixels(covered, do_normalize=False)[:, :1].clamp(0, 1)
            weights = torch.nn.functional.avg_pool2d(share, side).flatten()
            patches = self._network(self._pixels(image)).last_hidden_state[0, -len(weights) :].float()
            mean: torch.Tensor = (weights[:, None] * patches).sum(0) / weights.sum()
        return mean

    def _pixels(self, image: npt.NDArray[np.uint8], **how: bool) -> torch.Tensor:
        """The picture as the network takes it."""
        pixels: torch.Tensor = self._prepare(images=Image.fromarray(image), return_tensors="pt", **how)[
            "pixel_values"
        ]
        return pixels.to(self._device)

    def version(self) -> str:
        """All that the embeddings depend on besides the images."""
        prepared = digest_of(json.loads(self._prepare.to_json_string()))
        return (
            f"{self._named}, arrays {self._digest[:12]}, {type(self._prepare).__name__} {prepared[:12]}, "
            f"transformers {transformers.__version__}"
        )


def locate(model: str, option: str) -> tuple[Path, str]:
    """The model's folder, and its name: of the folder, or id and commit."""
    folder = Path(model)
    if folder.is_dir():
        return folder, folder.resolve().name
    repository, revision = split_revision(model)
    try:
        for name in FILES:
            found = fetch(repository, revision, name)
            if found is None:
                raise UsageError(f"{model} has no {name}: give {option} a model of the transformers library")
            revision = found.commit
        for name in WEIGHTS:
            if found := fetch(repository, revision, name):
                return found.path.parent, f"{repository}@{found.commit[:12]}"
    except AdapterError as error:
        told = f"{repository} was not there, and could not be fetched"
        raise WeightsUnavailable(f"{error} ({option})", told) from error
    raise UsageError(f"{model} has none of {', '.join(WEIGHTS)}: give {option} a model that is in one file")


def _load(kind: str, model: str, folder: Path) -> tuple[Any, Any]:
    """The network and its preprocessing, from a folder."""
    try:
        with _quiet():
            found = transformers.AutoConfig.from_pretrained(folder, local_files_only=True).model_type
            if found not in KINDS[kind]:
                raise UsageError(
                    f"{model} is a model of type {found}: --{kind}-model takes {', '.join(KINDS[kind])}"
                )
            network, report = transformers.AutoModel.from_pretrained(
                folder, local_files_only=True, output_loading_info=True
            )
            prepare = transformers.AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, UnpicklingError, safetensors.SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(f"{model} cannot be loaded ({reason}): give --{kind}-model another copy") from error
    missing = sorted(name for name in report["missing_keys"] if not name.startswith("pooler."))
    if missing:
        raise UsageError(
            f"{model} lacks {len(missing)} of its arrays ({missing[0]}): give --{kind}-model a whole copy"
        )
    return network.float(), prepare


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's reports and progress bars."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()

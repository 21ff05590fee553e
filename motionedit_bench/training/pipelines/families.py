"""What FLUX.1 Kontext and Qwen-Image-Edit do differently around their denoisers; all else is in `editor`."""

from collections.abc import Mapping
from typing import Any, Protocol

from torch import Tensor

from motionedit_bench.adapters.base import Adapter
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext
from motionedit_bench.adapters.diffusers.families.qwen import QwenImageEdit
from motionedit_bench.adapters.diffusers.families.sizes import MEGAPIXEL
from motionedit_bench.errors import UsageError

SHIFTS = {"base_image_seq_len": 256, "max_image_seq_len": 4096, "base_shift": 0.5, "max_shift": 1.15}
"""What the pipelines take where the scheduler's configuration says nothing of it."""


LATENT_AREA = 16 * 16
"""Pixels of one packed latent."""


class Family(Protocol):
    """A family of pipelines whose denoiser has its arguments by name, ``hidden_states`` among them."""

    settings: Mapping[str, Any]
    """What the release sets otherwise in training than its inference script does: settings of the adapter."""

    call: Mapping[str, Any]
    """What the release passes to the pipeline besides."""

    def lengths(self, area: int) -> tuple[int, int]:
        """Packed latents, of edit and reference, and tokens of text, for an edit of that area; about."""

    def grid(self, call: Mapping[str, Any]) -> tuple[int, int]:
        """Rows and columns of the edit's packed latents, by the denoiser's arguments."""

    def spread(self, call: Mapping[str, Any], images: int) -> dict[str, Any]:
        """The denoiser's arguments for one edit, made those for so many of the same item."""

    def pixels(self, pipeline: Any, latents: Tensor, size: tuple[int, int]) -> Tensor:
        """Pictures (B, 3, H, W), -1..1, of packed latents; ``size`` is their width and height."""


class Kontext:
    """FLUX.1 Kontext: guidance is an input of the denoiser; the reference's ids have 1 in column 0."""

    settings: Mapping[str, Any] = {"guidance": 2.5}
    call: Mapping[str, Any] = {"max_sequence_length": 128}

    def lengths(self, area: int) -> tuple[int, int]:
        return 2 * area // LATENT_AREA, 128

    def grid(self, call: Mapping[str, Any]) -> tuple[int, int]:
        ids = call["img_ids"]
        rows, columns = (ids[ids[:, 0] == 0][:, 1:].amax(dim=0) + 1).int().tolist()
        return rows, columns

    def spread(self, call: Mapping[str, Any], images: int) -> dict[str, Any]:
        return {
            name: _repeated(value, images)
            if name in ("encoder_hidden_states", "pooled_projections", "guidance")
            else value
            for name, value in call.items()
        }

    def pixels(self, pipeline: Any, latents: Tensor, size: tuple[int, int]) -> Tensor:
        vae = pipeline.vae
        width, height = size
        spatial = pipeline._unpack_latents(latents, height, width, pipeline.vae_scale_factor).to(vae.dtype)
        decoded: Tensor = vae.decode(
            spatial / vae.config.scaling_factor + vae.config.shift_factor, return_dict=False
        )[0]
        return decoded


class Qwen:
    """Qwen-Image-Edit: no guidance; each edit's and reference's shape is listed."""

    settings: Mapping[str, Any] = {"true_cfg_scale": 1.0}
    call: Mapping[str, Any] = {}

    def lengths(self, area: int) -> tuple[int, int]:
        return (area + MEGAPIXEL) // LATENT_AREA, 320  # the reference is seen at one megapixel; text about

    def grid(self, call: Mapping[str, Any]) -> tuple[int, int]:
        _, rows, columns = call["img_shapes"][0][0]
        return rows, columns

    def spread(self, call: Mapping[str, Any], images: int) -> dict[str, Any]:
        alike = ("encoder_hidden_states", "encoder_hidden_states_mask", "guidance")
        found = {name: _repeated(value, images) if name in alike else value for name, value in call.items()}
        return {**found, "img_shapes": list(call["img_shapes"]) * images}

    def pixels(self, pipeline: Any, latents: Tensor, size: tuple[int, int]) -> Tensor:
        vae = pipeline.vae
        width, height = size
        spatial = pipeline._unpack_latents(latents, height, width, pipeline.vae_scale_factor).to(vae.dtype)
        mean, std = (
            spatial.new_tensor(values).view(1, -1, 1, 1, 1)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        decoded: Tensor = vae.decode(spatial * std + mean, return_dict=False)[0][:, :, 0]
        return decoded


def family_of(adapter: type[Adapter]) -> Family:
    """The family of an adapter's pipelines.

    Raises:
        UsageError: it is of neither.
    """
    if issubclass(adapter, FluxKontext):
        return Kontext()
    if issubclass(adapter, QwenImageEdit):
        return Qwen()
    raise UsageError(
        f"{adapter.__name__} cannot be trained: take flux_kontext, qwen_image_edit or qwen_image_edit_first"
    )


def _repeated(value: Tensor | None, images: int) -> Tensor | None:
    return None if value is None else value.expand(images, *value.shape[1:])

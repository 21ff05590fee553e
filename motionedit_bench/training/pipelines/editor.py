"""A pipeline of diffusers as the training's editor; see `motionedit_bench.training.editor.Editor`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.quiet import quiet
from motionedit_bench.images import decode
from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Pixels
from motionedit_bench.training.pipelines.families import SHIFTS, Family, family_of
from motionedit_bench.training.pipelines.recording import first_call

ANY_SEED = 0
"""Of the noise of a call that is stopped before any edit is made."""

TOLD = ("model", "revision", "revision_is", "pipeline", "scheduler", "dtype", "corrections", "size")
"""What an adapter's provenance and a training's ``run.json`` have in common."""


@dataclass(frozen=True)
class Recorded:
    """What the pipeline gives its denoiser for one item.

    Attributes:
        call: the denoiser's arguments but for those that change from step to step.
        reference: the packed latents of the input picture, (1, R, D), which follow the edit's.
        grid: rows and columns of the edit's packed latents, each of 16 x 16 pixels.
    """

    call: Mapping[str, Any]
    reference: Tensor
    grid: tuple[int, int]

    @property
    def tokens(self) -> int:
        """How many packed latents the edit has."""
        return self.grid[0] * self.grid[1]


class PipelineEditor:
    """An adapter's pipeline, loaded by the harness as for its runs, whose classes stay as they are.

    Conditions are recorded from the pipeline's own call, times come from its own scheduler, pictures from
    its own autoencoder. An edit is made at the size that the adapter's run makes it at.
    """

    def __init__(self, adapter: DiffusersAdapter) -> None:
        self._adapter = adapter
        self._pipeline = adapter.pipeline
        self._family: Family = family_of(type(adapter))

    @property
    def transformer(self) -> nn.Module:
        """The pipeline's denoiser."""
        transformer: nn.Module = getattr(self._pipeline, self._adapter.denoiser)
        return transformer

    def condition(self, item: Item) -> Recorded:
        """What the pipeline gives its denoiser for this item.

        Raises:
            ImageError: the item's picture cannot be used.
        """
        image, size = self._adapter.fit(decode(item.input.read()))
        arguments = {**self._adapter.arguments(), **self._family.call, **size}
        generator = torch.Generator("cpu").manual_seed(ANY_SEED)
        with quiet():
            call = first_call(
                self.transformer,
                lambda: self._pipeline(
                    prompt=item.instruction, image=image, generator=generator, **arguments
                ),
            )
        states = call.pop("hidden_states")
        call.pop("timestep")
        grid = self._family.grid(call)
        return Recorded(call, states[:, grid[0] * grid[1] :], grid)

    def noise(self, condition: Recorded, generator: torch.Generator) -> Tensor:
        """The start of one edit, (N, D), float32 on the CPU."""
        return torch.randn(condition.tokens, condition.reference.shape[-1], generator=generator)

    def sigmas(self, condition: Recorded, steps: int) -> list[float]:
        """The times of the pipeline's own scheduler for an edit of this size, falling, 0 the last."""
        scheduler = self._pipeline.scheduler
        shifts = {name: scheduler.config.get(name, default) for name, default in SHIFTS.items()}
        slope = (shifts["max_shift"] - shifts["base_shift"]) / (
            shifts["max_image_seq_len"] - shifts["base_image_seq_len"]
        )
        shift = shifts["base_shift"] + slope * (condition.tokens - shifts["base_image_seq_len"])
        scheduler.set_timesteps(sigmas=np.linspace(1, 1 / steps, steps), mu=shift)
        return [float(sigma) for sigma in scheduler.sigmas]

    def velocity(self, x: Tensor, t: Tensor, condition: Recorded) -> Tensor:
        """The velocity at ``x`` (B, N, D) at times ``t`` (B,), as the pipeline asks its denoiser for it.

        The pipeline rounds the scheduler's time, which runs to 1,000, to its own number type: so does this.
        """
        images, tokens, _ = x.shape
        dtype = condition.reference.dtype
        reference = condition.reference.expand(images, -1, -1)
        found: Tensor = self.transformer(
            hidden_states=torch.cat([x.to(dtype), reference], dim=1),
            timestep=(t * 1000).to(dtype) / 1000,
            **self._family.spread(condition.call, images),
        )[0]
        return found[:, :tokens].to(x.dtype)

    @torch.no_grad()
    def decode(self, x: Tensor, condition: Recorded) -> list[Pixels]:
        """The pictures of clean latents (B, N, D), as the pipeline makes them, one after the other."""
        processor = self._pipeline.image_processor
        side = 2 * self._pipeline.vae_scale_factor
        size = condition.grid[1] * side, condition.grid[0] * side
        pictures = []
        for latents in x.to(condition.reference.dtype):
            pixels = self._family.pixels(self._pipeline, latents[None], size)
            [unit] = processor.postprocess(pixels, output_type="np")
            pictures.append(np.asarray(processor.numpy_to_pil(unit)[0]))
        return pictures

    def facts(self) -> dict[str, Any]:
        """What was loaded and how it is called, wherever it runs; JSON values."""
        told = self._adapter.provenance()
        call = {**told["call"], **self._family.call}
        return {name: told[name] for name in TOLD} | {"call": call}

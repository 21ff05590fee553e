"""The engine behind every adapter that is a diffusers pipeline: load, edit, and say what was loaded.

Importing this imports neither torch nor diffusers; `DiffusersAdapter.load` does.
"""

import gc
import logging
from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from PIL import Image
from pydantic import Field

from motionedit_bench.adapters.base import Adapter, Settings
from motionedit_bench.adapters.diffusers.compared import not_compared
from motionedit_bench.adapters.diffusers.quiet import quiet
from motionedit_bench.errors import AdapterError, EditRefused, UsageError
from motionedit_bench.images import decode
from motionedit_bench.pinning import on_hub
from motionedit_bench.provenance import package_version
from motionedit_bench.records import Item

if TYPE_CHECKING:
    from motionedit_bench.adapters.diffusers.lora import Lora

log = logging.getLogger(__name__)

SEEDING = "torch.Generator('cpu').manual_seed(the item's seed), a new one for each edit"


class DiffusersSettings(Settings):
    steps: int = Field(28, ge=1, description="denoising steps")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="number type; auto: float32 on the CPU, half precision on a GPU"
    )
    offload: Literal["auto", "none", "model", "sequential", "balanced"] = Field(
        "auto",
        description="how much is on the GPU at a time: all, one component, one layer; "
        "balanced: all, spread over the visible GPUs; auto: the first of these that fits",
    )
    lora: str | None = Field(
        None, min_length=1, description="a LoRA: FILE, FOLDER or ORG/NAME[@REVISION][/FILE.safetensors]"
    )
    lora_weight: float = Field(1.0, description="weight of the LoRA")
    lora_scale: float = Field(
        1.0,
        description="factor in place of the lora_alpha / r that a LoRA declares; the released scripts use 1",
    )


class DiffusersAdapter(Adapter):
    """An image editing pipeline of diffusers, from a hub id ``ORG/NAME[@REVISION]`` or a local folder.

    A subclass is a declaration: `default_model`, the class variables below, `Settings`, and the
    arguments of the pipeline's call. Every edit has its own random generator, on the CPU, so that
    its noise depends on the seed alone. Calls run one at a time, as a pipeline is
    not safe for concurrent ones, with one item each: in a batch, the results depend on the batch. A subclass
    whose pipeline takes several items says so by `batches`.

    Attributes:
        pipelines: the diffusers classes that the call suits; the checkpoint says which of them it is.
        size_rule: what size the edited image has.
        sources: for each setting, where its value is from.
        half: the number type on a GPU.
        scheduler: the diffusers class that replaces the checkpoint's scheduler, if any.
        replaced: arguments of the pipeline's constructor, such as components to leave out.
        denoiser: the component that a LoRA is for.
        needs_lora: why a LoRA has to be named, where it has to be.
    """

    Settings: ClassVar[type[Settings]] = DiffusersSettings
    settings: DiffusersSettings
    default_model: ClassVar[str]
    model: str
    samples = True

    pipelines: ClassVar[tuple[str, ...]]
    size_rule: ClassVar[str]
    sources: ClassVar[Mapping[str, str]]
    half: ClassVar[str] = "bfloat16"
    scheduler: ClassVar[str | None] = None
    replaced: ClassVar[Mapping[str, Any]] = {}
    denoiser: ClassVar[str] = "transformer"
    needs_lora: ClassVar[str | None] = None

    _pipeline: Any
    _loaded: dict[str, Any]

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """What every call of the pipeline gets, besides prompt, image, size and generator; JSON values."""

    def fit(self, image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
        """The input as the pipeline gets it, and the arguments that depend on its size."""
        return image, {}

    @classmethod
    def state(cls) -> str:
        """Whether the weights are here, or what is missing; nothing is asked of the hub."""
        from huggingface_hub import try_to_load_from_cache

        if cls.needs_lora and cls.Settings.model_fields["lora"].default is None:
            return "needs --set lora=FILE_OR_ID"
        if cls.needs_lora and not package_version("peft"):
            return "needs the extra [lora]"
        here = isinstance(try_to_load_from_cache(str(cls.default_model), "model_index.json"), str)
        state = "ready" if here else "downloads on first use"
        return "; ".join(filter(None, (state, not_compared())))

    def repositories(self) -> list[str]:
        return on_hub([self.model, self.settings.lora])

    def fetch(self) -> None:
        """Bring the checkpoint and the LoRA to this machine.

        Raises:
            AdapterError: they cannot be fetched, or the checkpoint is incomplete.
        """
        from motionedit_bench.adapters.diffusers import checkpoint, loading, lora

        if self.settings.lora is not None:
            lora.find(self.settings.lora)
        checkpoint.inspect(loading.find(self.model, self.pipelines).folder, self.replaced)

    def is_fetched(self) -> bool:
        """Whether checkpoint and LoRA are on this machine, the checkpoint whole."""
        from motionedit_bench.adapters.diffusers import checkpoint, loading, lora

        folder = loading.found_here(self.model)
        if folder is None or not (self.settings.lora is None or lora.is_here(self.settings.lora)):
            return False
        try:
            checkpoint.inspect(folder, self.replaced)
        except AdapterError:
            return False
        return True

    def load(self) -> None:
        """Find, check, fetch and load the weights and the LoRA, and place them.

        Raises:
            AdapterError: the checkpoint, the LoRA, the device or the memory will not do.
            UsageError: no LoRA is named where one has to be, or an impossible device.
        """
        from motionedit_bench.adapters.diffusers import checkpoint, corrections, loading, lora, placement
        from motionedit_bench.adapters.diffusers.kernels import in_use

        if self.needs_lora and self.settings.lora is None:
            raise UsageError(
                f"{self.needs_lora}: name it with --set lora=FOLDER or lora=ORG/NAME/FILE.safetensors"
            )
        device = placement.pick_device(self.device)
        dtype = placement.pick_dtype(self.settings.dtype, device, self.half)
        if device.type != "cuda":  # a wrong choice fails here, before anything is fetched
            placement.pick_offload(self.settings.offload, device, {}, None)
        low_rank = lora.obtain(self.settings.lora) if self.settings.lora is not None else None
        source = loading.find(self.model, self.pipelines)
        parts = checkpoint.inspect(source.folder, self.replaced)
        placement.check_main_memory(parts.bytes_needed(dtype.itemsize), self.model)
        if not_compared():
            log.warning("%s", not_compared())
        log.info("loading %s (%s) as %s for %s", self.model, source.pipeline, dtype, device)
        spread = {"device_map": "balanced"} if self.settings.offload == "balanced" else {}
        pipeline = loading.build(self.model, source, dtype, self.scheduler, {**self.replaced, **spread})
        loading.check_complete(pipeline, parts, self.model)
        corrected = corrections.correct(pipeline)
        attached = self._attach(low_rank, pipeline) if low_rank is not None else None
        sizes = {
            part.name: sum(p.numel() * p.element_size() for p in getattr(pipeline, part.name).parameters())
            for part in parts.components
        }
        placed = placement.pick_offload(self.settings.offload, device, sizes, placement.free_on(device))
        log.info("offload %s: %s", placed.offload, placed.reason)
        placement.place(pipeline, device, placed.offload, self.model)
        pipeline.set_progress_bar_config(disable=True)
        self._pipeline = pipeline
        self._loaded = {
            "revision": source.commit or checkpoint.digest_folder(parts),
            "revision_is": "commit on the hub" if source.commit else checkpoint.DIGEST_IS,
            "pipeline": source.pipeline,
            "scheduler": type(pipeline.scheduler).__name__,
            "dtype": str(dtype).removeprefix("torch."),
            "device": str(device),
            "offload": asdict(placed),
            "corrections": corrected,
            "kernels": in_use(pipeline),
            "lora": attached,
        }

    @property
    def pipeline(self) -> Any:
        """The pipeline that `load` has loaded, placed on its device."""
        return self._pipeline

    def shape(self, item: Item) -> Hashable:
        """The size of the input as the pipeline gets it, and that of the edit."""
        image, size = self.fit(decode(item.input.read()))
        return (image.size, tuple(size.items()))

    def edit(self, item: Item, seed: int) -> Image.Image:
        """The edited image; its size is as `size_rule` says.

        Raises:
            EditRefused: the checkpoint's safety checker withheld the image.
            MemoryError: the memory did not suffice for this edit; the next one may run.
            FloatingPointError: the pipeline's numbers overflowed.
        """
        (edited,) = self.edit_together([item], [seed])
        return edited

    def edit_together(self, items: Sequence[Item], seeds: Sequence[int]) -> list[Image.Image]:
        """The edited images of one call; raises what `edit` raises where any of them would not do."""
        import numpy as np
        import torch

        from motionedit_bench.adapters.diffusers.loading import one_line
        from motionedit_bench.adapters.diffusers.placement import is_out_of_memory

        fitted = [self.fit(decode(item.input.read())) for item in items]
        image, size = fitted[0]
        given: dict[str, list[Any]] = {
            "prompt": [item.instruction for item in items],
            "image": [one for one, _ in fitted],
            "generator": [torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        }
        try:
            with quiet():
                result = self._pipeline(
                    **({name: one for name, (one,) in given.items()} if len(items) == 1 else given),
                    output_type="np",
                    **self.arguments(),
                    **size,
                )
        except Exception as error:
            # A component left on the GPU by a call that ended early would crowd the next edit.
            self._pipeline.maybe_free_model_hooks()
            if not is_out_of_memory(error):
                raise
            shortage = one_line(error)
        else:
            if any(getattr(result, "nsfw_content_detected", None) or ()):
                raise EditRefused("the checkpoint's safety checker withheld the image")
            pixels = result.images
            if not np.isfinite(pixels).all():
                raise FloatingPointError(
                    "the pipeline returned numbers that are not finite: try dtype=float32"
                )
            edited: list[Image.Image] = self._pipeline.image_processor.numpy_to_pil(pixels)
            return edited
        # Here, past the handler, the error is gone, and with it the tensors that its traceback held.
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise MemoryError(
            f"out of memory for an input of {image.width}x{image.height} ({shortage}): "
            f"try offload={self._more_offload()}, dtype=bfloat16, or a GPU that nothing else uses"
        )

    def provenance(self) -> dict[str, Any]:
        """What `load` really loaded and how it is called; JSON values."""
        chosen = {*self.settings.model_fields_set, *({"model"} if self.model != self.default_model else ())}
        return {
            "model": self.model,
            **self._loaded,
            "call": self.arguments(),
            "size": self.size_rule,
            "seeding": SEEDING,
            "sources": {
                name: "set for this run" if name in chosen else source
                for name, source in self.sources.items()
            },
        }

    def _attach(self, low_rank: "Lora", pipeline: Any) -> dict[str, Any]:
        """Add the LoRA to the denoiser; what to record of it."""
        from motionedit_bench.adapters.diffusers import lora

        strength = self.settings.lora_weight * self.settings.lora_scale
        lora.check_fits(low_rank, getattr(pipeline, self.denoiser), str(self.settings.lora))
        lora.attach(low_rank, pipeline, self.denoiser, strength)
        if low_rank.declared_scale not in (None, self.settings.lora_scale):
            log.info(
                "the LoRA declares lora_alpha / r = %g; applied is lora_scale = %g",
                low_rank.declared_scale,
                self.settings.lora_scale,
            )
        return {
            "source": self.settings.lora,
            **lora.facts(low_rank),
            "weight": self.settings.lora_weight,
            "scale": self.settings.lora_scale,
            "applied": strength,
            "declared_scale": low_rank.declared_scale,
        }

    def _more_offload(self) -> str:
        """What to try when memory ran out: the next thriftier way than the one in use."""
        return "model" if self._loaded["offload"]["offload"] in ("none", "balanced") else "sequential"

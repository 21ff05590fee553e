"""The engine behind every adapter that is a diffusers pipeline: load, edit, and say what was loaded.

Importing this imports neither torch nor diffusers; `DiffusersAdapter.load` does.
"""

import gc
import logging
from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, ClassVar

from PIL import Image

from motionedit_bench.adapters.base import Adapter, Settings
from motionedit_bench.adapters.diffusers import extras
from motionedit_bench.adapters.diffusers.compared import not_compared
from motionedit_bench.adapters.diffusers.quiet import quiet
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings
from motionedit_bench.errors import AdapterError, UsageError
from motionedit_bench.images import decode
from motionedit_bench.pinning import on_hub
from motionedit_bench.provenance import package_version
from motionedit_bench.records import Item

if TYPE_CHECKING:
    from motionedit_bench.adapters.diffusers.lora import Lora

log = logging.getLogger(__name__)

SEEDING = (
    "torch.Generator('cpu').manual_seed(the item's seed), a new one for each edit; "
    "PyTorch's own generators too, which some pipelines draw from besides"
)


class DiffusersAdapter(Adapter):
    """An image editing pipeline of diffusers, from a hub id ``ORG/NAME[@REVISION]`` or a local folder.

    A subclass is a declaration: `default_model`, the class variables below, `Settings`, and the
    arguments of the pipeline's call. Every edit has its own random generator, on the CPU, so that
    its noise depends on the seed alone. Calls run one at a time, as a pipeline is not safe for concurrent
    ones, with one item each: in a batch, the results depend on the batch. A subclass whose pipeline takes
    several items says so by `batches`.

    Attributes:
        pipelines: the diffusers classes that the call suits; the checkpoint says which of them it is.
        packages: what the pipeline needs to be installed besides, each an extra of that name.
        runs_as: the class that runs it, where the checkpoint declares another one.
        classes: the diffusers classes of components that the checkpoint declares otherwise.
        image_argument: the name under which the call takes the input.
        image_listed: whether it takes a list of pictures an item, here of one.
        result: the field of what the call returns that holds the pictures, or the videos.
        frame: which frame of a video is the edit, -1 the last; ``None`` where pictures are returned.
        float32: the components whose numbers have that type whatever the others have.
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
    packages: ClassVar[tuple[str, ...]] = ()
    runs_as: ClassVar[str | None] = None
    classes: ClassVar[Mapping[str, str]] = {}
    image_argument: ClassVar[str] = "image"
    image_listed: ClassVar[bool] = False
    result: ClassVar[str] = "images"
    frame: ClassVar[int | None] = None
    float32: ClassVar[tuple[str, ...]] = ()
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

    def word(self, instruction: str) -> str:
        """The prompt that says the instruction."""
        return instruction

    @classmethod
    def state(cls) -> str:
        """Whether the weights are here, or what is missing; nothing is asked of the hub."""
        from motionedit_bench import hub

        if cls.needs_lora and cls.Settings.model_fields["lora"].default is None:
            return "needs --set lora=FILE_OR_ID"
        if cls.needs_lora and not package_version("peft"):
            return "needs the extra [lora]"
        if lacking := extras.missing(cls.packages):
            return f"needs the extra [{lacking}]"
        here = hub.cached(*hub.split_revision(cls.default_model), "model_index.json")
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
        with suppress(AdapterError):
            if folder and (self.settings.lora is None or lora.is_here(self.settings.lora)):
                checkpoint.inspect(folder, self.replaced)
                return True
        return False

    def load(self) -> None:
        """Find, check, fetch and load the weights and the LoRA, and place them.

        Raises:
            AdapterError: the checkpoint, the LoRA, the device or the memory will not do.
            UsageError: no LoRA is named where one has to be, or an impossible device.
        """
        from motionedit_bench.adapters.diffusers import checkpoint, corrections, kernels, loading, placement

        if self.needs_lora and self.settings.lora is None:
            raise UsageError(f"{self.needs_lora}: name it with --set lora=FOLDER|ORG/NAME/FILE.safetensors")
        extras.check_installed(self.packages, self.pipelines[0])
        device = placement.pick_device(self.device)
        dtype = placement.pick_dtype(self.settings.dtype, device, self.half)
        if device.type != "cuda":  # a wrong choice fails here, before anything is fetched
            placement.pick_offload(self.settings.offload, device, {}, None)
        low_rank = self._fitting_lora(self.settings.lora) if self.settings.lora is not None else None
        source = loading.find(self.model, self.pipelines)
        source = replace(source, pipeline=self.runs_as or source.pipeline)
        parts = checkpoint.inspect(source.folder, self.replaced)
        placement.check_main_memory(parts.bytes_needed(dtype.itemsize, self.float32), self.model)
        if not_compared():
            log.warning("%s", not_compared())
        log.info("loading %s (%s) as %s for %s", self.model, source.pipeline, dtype, device)
        spread = {"device_map": "balanced"} if self.settings.offload == "balanced" else {}
        dtypes = loading.number_types(dtype, self.float32)
        options = {**self.replaced, **loading.components(self.model, source.folder, self.classes, dtypes)}
        pipeline = loading.build(self.model, source, dtypes, self.scheduler, options | spread)
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
        checker = getattr(pipeline, "safety_checker", None)
        self._pipeline = pipeline
        self._loaded = {
            "revision": source.commit or checkpoint.digest_folder(parts),
            "revision_is": "commit on the hub" if source.commit else checkpoint.DIGEST_IS,
            "pipeline": source.pipeline,
            "scheduler": type(pipeline.scheduler).__name__,
            "dtype": str(dtype).removeprefix("torch."),
            "float32": list(self.float32),
            "device": str(device),
            "offload": asdict(placed),
            "corrections": corrected,
            "safety_checker": type(checker).__name__ if checker is not None else None,
            "kernels": kernels.in_use(pipeline),
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
        return self.edit_together([item], [seed])[0]

    def edit_together(self, items: Sequence[Item], seeds: Sequence[int]) -> list[Image.Image]:
        """The edited images of one call; raises what `edit` raises where any of them would not do."""
        import torch

        from motionedit_bench.adapters.diffusers import loading, pictures, placement

        fitted = [self.fit(decode(item.input.read())) for item in items]
        image, size = fitted[0]
        given: dict[str, list[Any]] = {
            "prompt": [self.word(item.instruction) for item in items],
            self.image_argument: [[one] if self.image_listed else one for one, _ in fitted],
            "generator": [torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        }
        torch.manual_seed(seeds[0])
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
            if not placement.is_out_of_memory(error):
                raise
            shortage = loading.one_line(error)
        else:
            return pictures.pictures(result, self.result, self.frame)
        # Here, past the handler, the error is gone, and with it the tensors that its traceback held.
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        less = placement.thriftier(self._loaded["offload"]["offload"])
        raise MemoryError(
            f"out of memory for an input of {image.width}x{image.height} ({shortage}): "
            f"try offload={less}, dtype=bfloat16, or a GPU that nothing else uses"
        )

    def cut(self, item: Item) -> dict[str, dict[str, int]]:
        from motionedit_bench.adapters.diffusers.cuts import cuts

        return cuts(self._pipeline, self.word(item.instruction))

    def provenance(self) -> dict[str, Any]:
        """What `load` really loaded and how it is called; JSON values."""
        chosen = {*self.settings.model_fields_set, *({"model"} if self.model != self.default_model else ())}
        return {
            "model": self.model,
            **self._loaded,
            "prompt": self.word("{instruction}"),
            "call": self.arguments(),
            "size": self.size_rule,
            "frame": self.frame,
            "seeding": SEEDING,
            "sources": {k: "set for this run" if k in chosen else v for k, v in self.sources.items()},
        }

    def _fitting_lora(self, reference: str) -> "Lora":
        """The LoRA, found to fit the model before its weights are fetched."""
        from motionedit_bench.adapters.diffusers import fitting, loading, lora

        low_rank = lora.obtain(reference)
        fitting.check_fits(low_rank, loading.blank(self.model, self.pipelines, self.denoiser), reference)
        return low_rank

    def _attach(self, low_rank: "Lora", pipeline: Any) -> dict[str, Any]:
        """Add the LoRA to the denoiser; what to record of it."""
        from motionedit_bench.adapters.diffusers import fitting, lora

        weight, scale, declared = self.settings.lora_weight, self.settings.lora_scale, low_rank.declared_scale
        fitting.attach(low_rank, pipeline, self.denoiser, weight * scale)
        if declared not in (None, scale):
            log.info("the LoRA declares lora_alpha / r = %g; applied is lora_scale = %g", declared, scale)
        return {
            "source": self.settings.lora,
            **lora.facts(low_rank),
            **{"weight": weight, "scale": scale, "applied": weight * scale, "declared_scale": declared},
        }

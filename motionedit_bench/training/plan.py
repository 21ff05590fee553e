"""What a training will do and take, said before anything is loaded."""

from pathlib import Path
from typing import Any

from motionedit_bench import hub
from motionedit_bench.adapters.diffusers.placement import gib
from motionedit_bench.errors import UsageError, one_line
from motionedit_bench.training.extra import needed
from motionedit_bench.training.memory import FP32, Footprint, Load, parts
from motionedit_bench.training.pipelines.families import LATENT_AREA
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.request import Request

LATENT_NUMBERS = 64
"""In one packed latent of either family."""
KEPT = ("theta", "old", "ema", "first moments", "second moments")
"""What a checkpoint has of the LoRA's size."""


def work(recipe: Recipe, items: int) -> list[str]:
    """How much is computed, step by step."""
    prompts = min(recipe.prompts, items)
    edits = prompts * recipe.images
    learned = edits * recipe.trained_times
    again = ", and once more forward, for activations are computed again" if recipe.checkpointing else ""
    return [
        f"{recipe.steps} steps of {prompts} items x {recipe.images} edits = {edits} edits",
        f"a step: {edits * recipe.sampling_steps:,} forwards of a picture to edit,",
        f"        {3 * learned:,} forwards and {learned:,} backwards to learn{again}",
    ]


def disc(recipe: Recipe, lora_parameters: int) -> str:
    """What the checkpoints take."""
    each = len(KEPT) * lora_parameters * FP32
    count = 1 + -(-recipe.steps // recipe.save_every)
    return f"disc: {count} checkpoints of {gib(each)} = {gib(count * each)}, and the held-out pictures"


def memory(network: Footprint, load: Load, recipe: Recipe) -> list[str]:
    """What a GPU has to hold, part by part."""
    found = parts(network, load, recipe.micro_batch, recipe.checkpointing)
    total = sum(found.values())
    return [
        f"memory on each GPU, estimated, without rewards' networks: {gib(total)}",
        *(f"  {name:26s}{gib(size):>10s}" for name, size in found.items()),
    ]


def plan(request: Request, items: int, held_out: int, processes: int) -> list[str]:
    """All lines of it; where the weights are not here yet, what they take is all that is said of memory."""
    recipe = request.recipe
    lines = [f"would train {request.adapter} on {items} items into {request.folder} ({held_out} held out)"]
    lines += work(recipe, items)
    folder = here(request)
    if folder is None:
        return [
            *lines,
            f"memory: the weights take {request.made.memory}; the rest is said once they are here",
        ]
    network, frozen = _measured(request, folder)
    edits = min(recipe.prompts, items) * recipe.images
    load = Load(frozen, -(-edits // processes), area_of(request) // LATENT_AREA * LATENT_NUMBERS, processes)
    return [*lines, *memory(network, load, recipe), disc(recipe, network.lora_parameters)]


def here(request: Request) -> Path | None:
    """The checkpoint's folder, if it is on this machine."""
    model = request.made.model
    if Path(model).expanduser().is_dir():
        return Path(model).expanduser()
    found = hub.cached(*hub.split_revision(model), "model_index.json")
    return found.parent if found is not None else None


def _measured(request: Request, folder: Path) -> tuple[Footprint, int]:
    """The denoiser's footprint, and how many parameters all else has.

    Raises:
        AdapterError: the checkpoint is incomplete, or of another class than the adapter's.
        UsageError: no layer bears a name that the recipe targets.
    """
    needed("peft")
    import torch

    from motionedit_bench.adapters.diffusers import checkpoint, loading
    from motionedit_bench.training.memory import footprint

    name = request.made.denoiser
    blank: Any = loading.blank(str(folder), request.made.pipelines, name)
    whole = checkpoint.inspect(folder)
    with torch.device("meta"):
        denoiser = type(blank).from_config(blank.config)
    lengths = request.family.lengths(area_of(request))
    try:
        network = footprint(denoiser, request.recipe.targets, request.recipe.rank, *lengths)
    except ValueError as error:
        raise UsageError(f"the LoRA finds no layer: {one_line(error)}") from error
    frozen = sum(part.parameters or 0 for part in whole.components if part.name != name)
    return network, frozen


def area_of(request: Request) -> int:
    """Pixels of an edit, about."""
    area: int = request.made.settings.model_dump()["max_area"]
    return area

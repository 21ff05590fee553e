"""A training as a user asks for it, and all that becomes of the request before anything is trained."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from motionedit_bench.adapters import find_adapter, parse_settings
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.placement import is_out_of_memory
from motionedit_bench.adapters.diffusers.settings import DiffusersSettings
from motionedit_bench.errors import AdapterError, UsageError, one_line, unknown_name
from motionedit_bench.pinning import check_named
from motionedit_bench.rewards.base import Reward
from motionedit_bench.training.data import DEFAULT, HELD_OUT, TrainingSet, open_training_set
from motionedit_bench.training.extra import needed
from motionedit_bench.training.pipelines.families import Family, family_of
from motionedit_bench.training.recipe import Recipe

AREA = 512 * 512
"""Pixels of an edit, about; the release trains at 512 x 512, and here pictures keep their proportions."""

TRAINED_WITH = {
    "steps": "a training's edits are made in as many steps as --recipe sampling_steps=N says",
    "true_cfg_scale": "the training asks the model once for each edit, without a negative prompt: leave it 1",
}
"""Settings of runs that a training has otherwise, and why."""


@dataclass(frozen=True)
class Request:
    """Which model is trained on what; what is ``None`` is chosen for the user.

    Attributes:
        adapter: a name; ``settings``: ``KEY=VALUE`` texts for it; ``model``, ``device``: as for runs.
        bench: the training set. not_in: a benchmark that must not be in it. held_out: how many items are
            looked at alone.
        recipe: see there. out: the training's folder.
    """

    adapter: str
    recipe: Recipe
    bench: str | None = None
    not_in: str | None = None
    held_out: int = HELD_OUT
    model: str | None = None
    settings: tuple[str, ...] = ()
    out: Path | None = None
    device: str = "auto"

    @cached_property
    def family(self) -> Family:
        """Raises UsageError where the adapter's models cannot be trained."""
        kind = find_adapter(self.adapter)
        return family_of(kind)

    @cached_property
    def made(self) -> DiffusersAdapter:
        """The adapter, with nothing loaded yet.

        Raises:
            UsageError: there is none of that name, it cannot be trained, or is set as no training can be.
            AdapterError: its model is neither a folder here nor a hub id.
        """
        family, kind = self.family, find_adapter(self.adapter)
        preset = {"max_area": AREA, "offload": "none", "steps": self.recipe.sampling_steps, **family.settings}
        texts = (*(f"{key}={value}" for key, value in preset.items()), *self.settings)
        settings = parse_settings(kind.Settings, texts)
        assert isinstance(settings, DiffusersSettings)
        if settings.lora is not None:
            raise UsageError(
                "a LoRA is trained on a model that has none: take flux_kontext or qwen_image_edit"
            )
        if settings.offload != "none":
            raise UsageError(
                f"training needs the whole model on the GPU: offload={settings.offload} cannot be set"
            )
        for name in preset.keys() & TRAINED_WITH.keys():
            if getattr(settings, name) != preset[name]:
                raise UsageError(f"--set {name}: {TRAINED_WITH[name]}")
        made = kind(settings, self.model, own_device(self.device))
        assert isinstance(made, DiffusersAdapter)
        check_named(made.model)
        return made

    @property
    def folder(self) -> Path:
        return self.out or Path("trained") / self.adapter

    @cached_property
    def data(self) -> TrainingSet:
        """The training set, opened and held against the benchmark."""
        return open_training_set(self.bench or DEFAULT, self.not_in, self.held_out)

    def run(self, reward: Reward) -> Path:
        """Train, or go on; returns the folder of the LoRA, which is written at the end.

        Raises:
            AdapterError: the model cannot be loaded, or memory ran out.
            UsageError: a package of the extra ``train`` is not installed.
            UsageError, StorageError: see `motionedit_bench.training.train.train`.
        """
        from motionedit_bench.training import peers
        from motionedit_bench.training.pipelines.editor import PipelineEditor
        from motionedit_bench.training.pipelines.lora_file import FOLDER, export_lora
        from motionedit_bench.training.train import Task, train

        for package in ("peft", "tensorboard"):  # said before anything is loaded
            needed(package)
        made, data = self.made, self.data
        made.load()
        task = Task(PipelineEditor(made), reward, data.items, data.held_out, data.told())
        with _enough_memory():
            train(task, self.recipe, self.folder)
        return export_lora(self.folder) if peers.is_first() else self.folder / FOLDER


def chosen_recipe(assignments: Iterable[str]) -> Recipe:
    """The released recipe with some of it set otherwise, by ``NAME=VALUE`` texts; ``targets`` by commas.

    Raises:
        UsageError: no ``=``, an unknown name (with the known ones), or a value of another type or range.
    """
    values: dict[str, object] = {}
    known = [field.name for field in fields(Recipe)]
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise UsageError(f"--recipe takes NAME=VALUE, but got {one_line(assignment)!r}")
        if name not in known:
            raise unknown_name("setting of the recipe", name, known)
        values[name] = tuple(text.split(",")) if name == "targets" else text
    try:
        return TypeAdapter(Recipe).validate_python(values)
    except ValidationError as error:
        found = error.errors()[0]
        raise UsageError(f"--recipe {found['loc'][0]}={one_line(found['input'])}: {found['msg']}") from error


def own_device(asked: str) -> str:
    """The device of this process: of several that share a training, each has its own GPU."""
    local = os.environ.get("LOCAL_RANK")
    if asked != "auto" or local is None:
        return asked
    import torch

    from motionedit_bench.training.peers import started

    if started() == 1:
        return asked
    return f"cuda:{local}" if torch.cuda.is_available() else asked


@contextmanager
def _enough_memory() -> Iterator[None]:
    """Tell in one line where memory ran out.

    Raises:
        AdapterError: it did.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise AdapterError(
            f"memory ran out ({one_line(error, most=100)}): go on with --recipe micro_batch=1 or --recipe "
            "checkpointing=true, or begin another training with a smaller --set max_area="
        ) from error

"""From the name of a checkpoint to a pipeline in the main memory, with all of its weights."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import torch
from accelerate import init_empty_weights
from torch import nn

from motionedit_bench import hub
from motionedit_bench.adapters.diffusers.checkpoint import INDEX, Checkpoint, pipeline_class
from motionedit_bench.adapters.diffusers.placement import is_out_of_memory, too_large
from motionedit_bench.errors import AdapterError


@dataclass(frozen=True)
class Source:
    """Where a checkpoint was found: ``commit`` on the hub, ``None`` for a folder."""

    folder: Path
    pipeline: str
    commit: str | None


def find(model: str, pipelines: tuple[str, ...]) -> Source:
    """The checkpoint's folder, fetched from the hub if need be, of one of these classes.

    Raises:
        AdapterError: there is none, it cannot be fetched, or it is of another class.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return Source(folder, _one_of(pipelines, pipeline_class(folder), model), None)
    repository, revision = hub.split_revision(model)
    index = hub.fetch(repository, revision, INDEX)
    if index is None:
        raise AdapterError(f"{repository} is not a diffusers pipeline: it has no {INDEX}")
    name = _one_of(pipelines, pipeline_class(index.path.parent), model)
    if index.offline:
        return Source(index.path.parent, name, index.commit)
    with hub.hub_errors(repository, revision):
        folder = Path(getattr(diffusers, name).download(repository, revision=index.commit))
    return Source(folder, name, index.commit)


def blank(model: str, pipelines: tuple[str, ...], component: str) -> nn.Module:
    """A component of a checkpoint as its configuration describes it, without weights; little is fetched.

    Raises:
        AdapterError: the checkpoint is none, of another class than these, or lacks such a component.
    """
    folder, commit, kind = Path(model).expanduser(), None, f"{component}/config.json"
    repository, revision = (None, None) if folder.is_dir() else hub.split_revision(model)
    if repository is not None:
        index = hub.fetch(repository, revision, INDEX)
        if index is None:
            raise AdapterError(f"{repository} is not a diffusers pipeline: it has no {INDEX}")
        folder, commit = index.path.parent, index.commit
    _one_of(pipelines, pipeline_class(folder), model)
    if repository is not None:
        hub.fetch(repository, commit, kind)
    try:
        described = json.loads((folder / kind).read_bytes())
        with init_empty_weights():
            made: nn.Module = getattr(diffusers, described["_class_name"]).from_config(described)
    except Exception as error:  # foreign code on a file that may hold anything
        raise AdapterError(f"{model} has no {component} that can be read: {one_line(error)}") from error
    return made


def found_here(model: str) -> Path | None:
    """The checkpoint's folder if it was fetched before, whole or in part; nobody is asked."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    index = hub.cached(*hub.split_revision(model), INDEX)
    return index.parent if index is not None else None


def _one_of(pipelines: tuple[str, ...], name: str, model: str) -> str:
    if name not in pipelines:
        raise AdapterError(
            f"{model} is a {name}, but this adapter runs {' or '.join(pipelines)}: "
            "take the adapter that fits, or another --model"
        )
    return name


def number_types(dtype: torch.dtype, float32: Collection[str]) -> dict[str, torch.dtype]:
    """The number types that `build` takes: float32 for components of those names, ``dtype`` for others."""
    return {"default": dtype, **dict.fromkeys(float32, torch.float32)}


def components(
    model: str, folder: Path, classes: Mapping[str, str], dtypes: Mapping[str, torch.dtype]
) -> dict[str, Any]:
    """The components that load as other diffusers classes than the checkpoint declares, by name.

    Raises:
        AdapterError: one of them cannot be loaded.
    """
    made = {}
    for name, kind in classes.items():
        dtype = dtypes.get(name, dtypes["default"])
        try:
            made[name] = getattr(diffusers, kind).from_pretrained(folder, subfolder=name, dtype=dtype)
        except Exception as error:  # foreign code on a folder that may hold anything
            raise _not_loaded(model, f"has a {name} that cannot be loaded as {kind}", error) from error
    return made


def build(
    model: str,
    source: Source,
    dtypes: Mapping[str, torch.dtype],
    scheduler: str | None,
    options: Mapping[str, Any],
) -> Any:
    """The pipeline, with another scheduler of diffusers if one is named; ``options`` go to its constructor.

    ``dtypes`` has the number type of each component that has one of its own, and that of all others
    under ``default``.

    Raises:
        AdapterError: the folder holds no such pipeline, or the memory does not suffice.
    """
    try:
        pipeline = getattr(diffusers, source.pipeline).from_pretrained(
            source.folder, dtype=dict(dtypes), **options
        )
        if scheduler:
            pipeline.scheduler = getattr(diffusers, scheduler).from_config(pipeline.scheduler.config)
    except Exception as error:  # foreign code on a folder that may hold anything
        raise _not_loaded(model, f"cannot be loaded as {source.pipeline}", error) from error
    return pipeline


def _not_loaded(model: str, what: str, error: Exception) -> AdapterError:
    return (
        too_large(model, error)
        if is_out_of_memory(error)
        else AdapterError(f"{model} {what}: {one_line(error)}")
    )


def check_complete(pipeline: Any, parts: Checkpoint, model: str) -> None:
    """Make sure that no weight was made up: where some are missing, the libraries draw them at random.

    Raises:
        AdapterError: a component has more parameters than its files.
    """
    for part in parts.components:
        weights = list(getattr(pipeline, part.name).parameters())
        held = sum(weight.numel() for weight in weights)
        if any(weight.is_meta for weight in weights) or (
            part.parameters is not None and part.parameters < held
        ):
            raise AdapterError(
                f"the checkpoint {model} is incomplete: some of the {held:,} parameters of {part.name} "
                "are not in its files; fetch or copy it again"
            )


def one_line(error: BaseException) -> str:
    """An error's text on one line, cut after 300 characters; its type where it has no text."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else text[:297] + "..."

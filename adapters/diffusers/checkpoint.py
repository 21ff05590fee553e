"""A diffusers checkpoint folder, looked through before any weight is loaded."""

import hashlib
import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motionedit_bench.errors import AdapterError

INDEX = "model_index.json"

STEMS = (
    "diffusion_pytorch_model.safetensors",
    "model.safetensors",
    "diffusion_pytorch_model.bin",
    "pytorch_model.bin",
)
"""The names under which diffusers and transformers save weights; the first present is what they load."""

ENDS = 2**20
"""Bytes at each end of a weight file that go into the digest."""

DIGEST_IS = "SHA-256 over the folder's JSON files and each weight file's size, first and last MiB"


@dataclass(frozen=True)
class Component:
    """One part of a pipeline that has weights, such as ``transformer``.

    ``parameters`` counts the numbers its safetensors files hold, ``None`` for other formats.
    """

    name: str
    files: tuple[Path, ...]
    parameters: int | None


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint folder that is complete as far as names and sizes tell."""

    folder: Path
    pipeline: str
    components: tuple[Component, ...]

    def bytes_needed(self, itemsize: int, float32: Collection[str] = ()) -> int:
        """Memory for all the weights: ``itemsize`` bytes a number, 4 in the components of ``float32``."""
        return sum(
            (4 if part.name in float32 else itemsize) * part.parameters
            if part.parameters is not None
            else sum(file.stat().st_size for file in part.files)
            for part in self.components
        )


def pipeline_class(folder: Path) -> str:
    """The name of the pipeline class that the folder's ``model_index.json`` declares.

    Raises:
        AdapterError: it is missing, damaged, or declares none.
    """
    declared = _index(folder).get("_class_name")
    if not isinstance(declared, str):
        raise AdapterError(
            f"{folder / INDEX} declares no pipeline class: it is not from a diffusers pipeline"
        )
    return declared


def inspect(folder: Path, replaced: Collection[str] = ()) -> Checkpoint:
    """The checkpoint in that folder; ``replaced`` names components that will not be loaded from it.

    Raises:
        AdapterError: a component's folder or a weight file is missing, or a weight file is cut short.
    """
    parts = []
    for name, kind in _index(folder).items():
        if name.startswith("_") or name in replaced or not (isinstance(kind, list) and kind[0]):
            continue
        place = folder / name
        if not place.is_dir() or not any(place.iterdir()):
            raise _incomplete(folder, f"no {name}/")
        if (place / "config.json").is_file():
            files = _weight_files(folder, place)
            counts = [_count(file) for file in files if file.suffix == ".safetensors"]
            parts.append(Component(name, files, sum(counts) if len(counts) == len(files) else None))
    return Checkpoint(folder, pipeline_class(folder), tuple(parts))


def digest_folder(checkpoint: Checkpoint) -> str:
    """A cheap stand-in for a revision: `DIGEST_IS`."""
    total = hashlib.sha256()
    weights = {file for part in checkpoint.components for file in part.files}
    for file in sorted({*checkpoint.folder.glob("*.json"), *checkpoint.folder.glob("*/*.json"), *weights}):
        total.update(f"{file.relative_to(checkpoint.folder).as_posix()}:{file.stat().st_size}\n".encode())
        if file not in weights:
            total.update(file.read_bytes())
            continue
        with file.open("rb") as stream:
            total.update(stream.read(ENDS))
            stream.seek(max(ENDS, file.stat().st_size - ENDS))
            total.update(stream.read(ENDS))
    return total.hexdigest()


def _index(folder: Path) -> dict[str, Any]:
    path = folder / INDEX
    if not path.is_file():
        raise AdapterError(f"{folder} is not a diffusers pipeline: it has no {INDEX}")
    return _json(path)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise AdapterError(f"{path} is damaged ({error}): fetch the checkpoint again") from error
    if not isinstance(content, dict):
        raise AdapterError(f"{path} is damaged (not a JSON object): fetch the checkpoint again")
    return content


def _weight_files(folder: Path, place: Path) -> tuple[Path, ...]:
    for stem in STEMS:
        sharding = place / f"{stem}.index.json"
        if sharding.is_file():
            shards = tuple(
                place / name for name in sorted(set(_json(sharding).get("weight_map", {}).values()))
            )
            for shard in shards:
                if not shard.is_file():
                    raise _incomplete(folder, f"no {shard.relative_to(folder).as_posix()}")
            return shards
        if (place / stem).is_file():
            return (place / stem,)
    raise _incomplete(folder, f"no weights in {place.name}/ (such as {STEMS[0]} or {STEMS[1]})")


def _incomplete(folder: Path, what: str) -> AdapterError:
    return AdapterError(f"the checkpoint {folder} is incomplete: {what}; fetch or copy it again")


def _count(file: Path) -> int:
    """How many numbers a safetensors file holds, by its header; the file must be as long as that says.

    The format: the header's length in 8 bytes, little-endian; the header, in JSON; the tensors.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if 8 + length > size:
            raise AdapterError(f"{file} is cut short, or no safetensors file: fetch or copy it again")
        text = stream.read(length)
    try:
        tensors = [entry for name, entry in json.loads(text).items() if name != "__metadata__"]
    except ValueError as error:
        raise AdapterError(f"{file} has a damaged header: fetch or copy it again") from error
    expected = 8 + length + max((entry["data_offsets"][1] for entry in tensors), default=0)
    if size != expected:
        raise AdapterError(f"{file} is cut short: {size:,} bytes of {expected:,}; fetch or copy it again")
    return sum(math.prod(entry["shape"]) for entry in tensors)

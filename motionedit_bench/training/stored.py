"""The files of a checkpoint: matrices and what is told beside them, read again only as they were written.

``state.json`` has the hash of each other file, and one of itself: a bit that flipped on a disc, or a file of
another checkpoint, would else go on as a policy that nobody trained.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from motionedit_bench.errors import StorageError, explain
from motionedit_bench.files import json_bytes, read_json, write_whole
from motionedit_bench.records import digest, digest_of

STATE = "state.json"


def write(folder: Path, weights: Mapping[str, Mapping[str, Tensor]], told: Mapping[str, Any]) -> None:
    """Write ``NAME.safetensors`` for each of the weights, and ``state.json`` with what is told.

    Raises:
        StorageError: it cannot be written.
    """
    files = {}
    for name, tensors in weights.items():
        content = save({key: tensor.detach().contiguous() for key, tensor in tensors.items()})
        write_whole(folder / f"{name}.safetensors", content)
        files[name] = digest(content)
    told = {**told, "files": files}
    write_whole(folder / STATE, json_bytes({**told, "digest": digest_of(told)}, indent=2))


def read_told(folder: Path) -> dict[str, Any]:
    """What is told in ``state.json``.

    Raises:
        StorageError: it is absent or damaged.
    """
    try:
        told: dict[str, Any] = read_json((folder / STATE).read_bytes())
        if told.pop("digest") != digest_of(told):
            raise ValueError(f"{STATE} is not what was written")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder, error) from error
    return told


def read_weights(folder: Path, name: str) -> dict[str, Tensor]:
    """The weights of that name.

    Raises:
        StorageError: a file is absent or damaged, or is of another checkpoint.
    """
    expected = read_told(folder)["files"]
    try:
        content = (folder / f"{name}.safetensors").read_bytes()
        if digest(content) != expected[name]:
            raise ValueError(f"{name}.safetensors is not what was written")
        found: dict[str, Tensor] = load(content)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _damaged(folder, error) from error
    return found


def _damaged(folder: Path, error: Exception) -> StorageError:
    return StorageError(f"checkpoint {folder} is damaged, remove it: {explain(error)}")

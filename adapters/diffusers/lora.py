"""Low-rank adapters (LoRA) for a pipeline's denoiser, in both key styles, checked before use.

diffusers writes ``transformer.LAYER.lora_A.weight`` (``unet.`` for a UNet), PEFT
``base_model.model.LAYER.lora_A.weight``; either gives the same image here. The product B A is added
at scale 1: the ``lora_alpha / r`` that an ``adapter_config.json`` declares is reported and not applied,
as in the inference script released with the paper, since diffusers does not read that file. What the header
of the file itself declares, diffusers does apply, and so it is applied here.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from safetensors import SafetensorError, safe_open
from torch import Tensor

from motionedit_bench.adapters.diffusers.lora_header import scales_of
from motionedit_bench.errors import AdapterError
from motionedit_bench.files import json_bytes, read_json
from motionedit_bench.hub import HubUnreachable, cached, fetch
from motionedit_bench.pinning import ON_HUB
from motionedit_bench.records import digest

NAMES = ("pytorch_lora_weights.safetensors", "adapter_model.safetensors")
"""How diffusers and PEFT name their files; looked for, in this order, where no file is named."""

TRAINING = "training.json"
"""What a LoRA that was trained by the harness says of its training; it lies beside the file."""

KEY = re.compile(
    r"(?P<style>base_model\.model\.|transformer\.|unet\.)(?P<layer>.+)\.lora_(?P<half>[AB])\.weight"
)

Layers = Mapping[str, tuple[Tensor, Tensor]]
"""A layer's name to its (A, B)."""


@dataclass(frozen=True)
class LoraFile:
    """A LoRA's file on this machine; ``revision`` is the hub's commit, ``None`` for a local file."""

    path: Path
    revision: str | None


@dataclass(frozen=True)
class Lora:
    """A LoRA as read: ``layers`` maps a layer's name to its (A, B), of shapes (r, in) and (out, r).

    ``header_scales`` are the factors by which the file's header has B multiplied, ascending; none where it
    declares nothing. They are in B already.

    ``alpha``, ``declared_scale`` (which is ``lora_alpha / r``) and ``base``, the model it was trained on, are
    what the configuration beside the file says, if any; ``file`` is where it was read.
    """

    file: LoraFile
    style: Literal["diffusers", "peft"]
    layers: Layers
    alpha: float | None = None
    declared_scale: float | None = None
    base: str | None = None
    header_scales: tuple[float, ...] = ()

    @property
    def ranks(self) -> list[int]:
        """The ranks that occur, ascending."""
        return sorted({down.shape[0] for down, _ in self.layers.values()})


def check_installed() -> None:
    """Make sure that the package peft is there, without which diffusers takes no LoRA.

    Raises:
        AdapterError: it is not installed.
    """
    try:
        import_module("peft")
    except ImportError as error:
        raise AdapterError("a LoRA needs the package peft: pip install 'motionedit-bench[lora]'") from error


def find(reference: str) -> LoraFile:
    """The file of a LoRA: a file, a folder, or ``ORG/NAME[@REVISION][/FILE.safetensors]`` on the hub.

    Raises:
        AdapterError: there is none, or several and no file is named.
    """
    path = Path(reference).expanduser()
    if path.is_file():
        return LoraFile(path, None)
    if path.is_dir():
        return LoraFile(_in_folder(path), None)
    match = ON_HUB.fullmatch(reference)
    if match is None:
        raise AdapterError(
            f"no LoRA at {reference!r}: give a file or folder that exists, "
            "or ORG/NAME[@REVISION][/FILE.safetensors]"
        )
    names = (match["file"],) if match["file"] else NAMES
    for name in names:
        found = fetch(match["id"], match["revision"], name)
        if found is not None:
            fetch(match["id"], found.commit, "adapter_config.json")  # lies beside it, where there is one
            with suppress(HubUnreachable):  # a copy that was cached without it serves as before
                fetch(match["id"], found.commit, TRAINING)
            return LoraFile(found.path, found.commit)
    raise AdapterError(
        f"the LoRA repository {match['id']} has no {' or '.join(names)}: "
        f"name its file, as {match['id']}/FILE.safetensors"
    )


def is_here(reference: str) -> bool:
    """Whether a LoRA can be found without asking the hub."""
    match = ON_HUB.fullmatch(reference)
    if Path(reference).expanduser().exists() or match is None:
        return True
    names = (match["file"],) if match["file"] else NAMES
    return any(cached(match["id"], match["revision"], name) for name in names)


def obtain(reference: str) -> Lora:
    """The LoRA that a reference names; see `find`, which says what may be named.

    Raises:
        AdapterError: peft is not installed, there is no such LoRA, or it cannot be read.
    """
    check_installed()
    return read(find(reference))


def facts(lora: Lora) -> dict[str, Any]:
    """What a manifest says of a LoRA by itself, and what it says of its training; JSON values.

    Raises:
        AdapterError: what it says of its training is damaged, or of other weights.
    """
    sha256 = digest(lora.file.path.read_bytes())
    return {
        "file": lora.file.path.name,
        "revision": lora.file.revision,
        "sha256": sha256,
        "keys": lora.style,
        "layers": len(lora.layers),
        "ranks": lora.ranks,
        "alpha": lora.alpha,
        "base": lora.base,
        **({"header_scales": list(lora.header_scales)} if lora.header_scales else {}),
        **({"training": told} if (told := _training(lora.file.path, sha256)) else {}),
    }


def read(file: LoraFile) -> Lora:
    """The LoRA in a safetensors file.

    Raises:
        AdapterError: not such a file, keys of another style, a half without its other half, matrices that no
            LoRA has, numbers that are not finite, or a header that is damaged.
    """
    path = file.path
    try:
        with safe_open(path, "pt") as content:
            header = content.metadata() or {}
            tensors = {key: content.get_tensor(key) for key in content.keys()}  # noqa: SIM118 (no dict)
    except (SafetensorError, OSError) as error:
        raise AdapterError(
            f"{path} is not a whole safetensors file ({error}): fetch or copy it again"
        ) from error
    halves: dict[str, dict[str, Tensor]] = {}
    styles = set()
    for key, tensor in tensors.items():
        match = KEY.fullmatch(key)
        if match is None:
            raise AdapterError(
                f"the LoRA {path} has a key {key!r}: keys must be transformer.LAYER.lora_A.weight "
                "(or unet., or base_model.model.) and lora_B likewise"
            )
        styles.add("peft" if match["style"] == "base_model.model." else "diffusers")
        halves.setdefault(match["layer"], {})[match["half"]] = tensor
    for layer, pair in halves.items():
        if len(pair) < 2:
            raise AdapterError(
                f"the LoRA {path} has lora_{''.join(pair)} alone for layer {layer}: fetch it again"
            )
    if len(styles) != 1:
        raise AdapterError(f"the LoRA {path} is empty or mixes key styles: fetch it again")
    layers: Layers = {layer: (pair["A"], pair["B"]) for layer, pair in sorted(halves.items())}
    for layer, (down, up) in layers.items():
        if why := _no_lora(down, up):
            raise AdapterError(f"the LoRA {path} {why} in layer {layer}: fetch or export it again")
    layers, scales = _scaled(layers, header, path)
    return _declared(Lora(file, "peft" if styles == {"peft"} else "diffusers", layers, header_scales=scales))


def _no_lora(down: Tensor, up: Tensor) -> str | None:
    """What is wrong with the two halves of a layer, if anything."""
    if not (down.is_floating_point() and up.is_floating_point()):
        return "has numbers that are not real"
    if down.ndim not in (2, 4) or down.ndim != up.ndim or 0 in (*down.shape, *up.shape):
        return f"has matrices of shapes {tuple(down.shape)} and {tuple(up.shape)}"
    if not all(bool(half.float().isfinite().all()) for half in (down, up)):
        return "has numbers that are not finite"
    return None


def _scaled(layers: Layers, header: Mapping[str, str], path: Path) -> tuple[Layers, tuple[float, ...]]:
    """The layers with what the file's header declares in B, and the factors that occur."""
    try:
        scales = scales_of(header, {layer: down.shape[0] for layer, (down, _) in layers.items()})
    except ValueError as error:
        raise AdapterError(f"the header of {path} is damaged ({error}): fetch it again") from error
    if not scales:
        return layers, ()
    made = {layer: (down, (up.float() * scales[layer]).to(up.dtype)) for layer, (down, up) in layers.items()}
    return made, tuple(sorted(set(scales.values())))


def _in_folder(folder: Path) -> Path:
    for name in NAMES:
        if (folder / name).is_file():
            return folder / name
    found = sorted(path.name for path in folder.glob("*.safetensors"))
    if len(found) != 1:
        listed = (
            f"has several files ({', '.join(found)}): name one"
            if found
            else "has no .safetensors file: give one"
        )
        raise AdapterError(f"the LoRA folder {folder} {listed}, as {folder}/FILE.safetensors")
    return folder / found[0]


def _declared(lora: Lora) -> Lora:
    """The LoRA with what the configuration beside it says; where it names a rank, that is the tensors'."""
    config = lora.file.path.parent / "adapter_config.json"
    try:
        content = read_json(config.read_bytes())
        base = content.get("base_model_name_or_path")
        lora = replace(lora, base=str(base) if base else None)
        rank, alpha = float(content["r"]), float(content["lora_alpha"])
        if not isfinite(alpha / rank):
            raise ValueError(f"lora_alpha / r is {alpha:g} / {rank:g}")
        lora = replace(lora, alpha=alpha, declared_scale=alpha / rank)
    except (FileNotFoundError, KeyError):
        return lora
    except (OSError, ValueError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise AdapterError(f"{config} is damaged ({error}): fetch the LoRA again") from error
    if lora.ranks != [rank] and not content.get("rank_pattern"):
        raise AdapterError(
            f"{config} says rank {rank:g}, and the LoRA {lora.file.path} has {lora.ranks}: "
            "they are not of one training; fetch the LoRA again"
        )
    return lora


def _training(path: Path, sha256: str) -> dict[str, Any] | None:
    """What the LoRA says of its training, as it stands beside it; ``None`` where it says nothing."""
    card = path.parent / TRAINING
    try:
        content = read_json(card.read_bytes())
        json_bytes(content)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise AdapterError(f"{card} is damaged ({error}): fetch the LoRA again") from error
    if not isinstance(content, dict) or not isinstance(content.get("trained_on"), dict):
        raise AdapterError(f"{card} does not say what the LoRA was trained on: fetch the LoRA again")
    if content.get("weights", sha256) != sha256:
        raise AdapterError(f"{card} is of other weights than {path.name}: export or fetch the LoRA again")
    return content

"""What is known of a LoRA before its base is fetched."""

import json
from pathlib import Path

import pytest
import torch
from diffusers import DiffusionPipeline
from helpers.tiny_checkpoints import build_lora

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers.families.kontext import MotionNFTFlux
from motionedit_bench.adapters.diffusers.lora import LoraFile, facts, read
from motionedit_bench.errors import AdapterError

PEFT = "base_model.model."


def denoiser(folder: Path, name: str) -> torch.nn.Module:
    module: torch.nn.Module = getattr(DiffusionPipeline.from_pretrained(folder), name)
    return module


@pytest.fixture(scope="module")
def transformer(checkpoints: dict[str, Path]) -> torch.nn.Module:
    return denoiser(checkpoints["FluxKontextPipeline"], "transformer")


def test_what_does_not_fit_is_refused_before_the_base_is_fetched(
    checkpoints: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the denoiser's configuration alone, without its weights."""
    unet = denoiser(checkpoints["StableDiffusionInstructPix2PixPipeline"], "unet")
    file = build_lora(unet, tmp_path / "unet", prefix="unet.")
    folder = tmp_path / "described"
    (folder / "transformer").mkdir(parents=True)
    for name in ("model_index.json", "transformer/config.json"):
        (folder / name).write_bytes((checkpoints["FluxKontextPipeline"] / name).read_bytes())
    settings = parse_settings(MotionNFTFlux.Settings, [f"lora={file}"])
    with pytest.raises(AdapterError, match="is for another model"):
        MotionNFTFlux(settings, str(folder), "cpu").load()
    (folder / "transformer" / "config.json").unlink()
    with pytest.raises(AdapterError, match="has no transformer that can be read"):
        MotionNFTFlux(settings, str(folder), "cpu").load()


def test_what_the_configuration_beside_it_says_is_recorded(
    transformer: torch.nn.Module, tmp_path: Path
) -> None:
    file = build_lora(transformer, tmp_path / "lora", prefix=PEFT, rank=4, alpha=8)
    config = tmp_path / "lora" / "adapter_config.json"
    said = json.loads(config.read_text())
    config.write_text(json.dumps(said | {"base_model_name_or_path": "org/base"}))
    told = facts(read(LoraFile(file, None)))
    assert (told["alpha"], told["base"], told["ranks"]) == (8.0, "org/base", [4])
    assert facts(read(LoraFile(build_lora(transformer, tmp_path / "bare"), None)))["alpha"] is None

    config.write_text(json.dumps(said | {"r": 16}))
    with pytest.raises(AdapterError, match=r"says rank 16, and the LoRA .* has \[4\]"):
        read(LoraFile(file, None))
    config.write_text(json.dumps(said | {"r": 16, "rank_pattern": {"to_q": 4}}))
    assert read(LoraFile(file, None)).ranks == [4]

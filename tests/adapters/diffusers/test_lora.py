import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import DiffusionPipeline
from helpers.checkpoints.of_adapters import shrink
from helpers.tiny_checkpoints import build_lora
from safetensors.torch import load_file, save_file

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext, MotionNFTFlux
from motionedit_bench.adapters.diffusers.families.pix2pix import InstructPix2Pix
from motionedit_bench.adapters.diffusers.families.qwen import QwenImageEdit
from motionedit_bench.adapters.diffusers.lora import NAMES, LoraFile, facts, read
from motionedit_bench.errors import AdapterError
from motionedit_bench.records import Item, digest

AREA = 128 * 96
PEFT = "base_model.model."

Make = Callable[..., Item]


def edited(
    kind: type[DiffusersAdapter], folder: Path, item: Item, *settings: str
) -> tuple[bytes, DiffusersAdapter]:
    size = [] if kind is InstructPix2Pix else [f"max_area={AREA}"]
    adapter = kind(parse_settings(kind.Settings, ["steps=1", *size, *settings]), str(folder), "cpu")
    adapter.load()
    return adapter.edit(item, 7).tobytes(), adapter


def denoiser(folder: Path, name: str) -> torch.nn.Module:
    module: torch.nn.Module = getattr(DiffusionPipeline.from_pretrained(folder), name)
    return module


@pytest.fixture(scope="module")
def transformer(checkpoints: dict[str, Path]) -> torch.nn.Module:
    return denoiser(checkpoints["FluxKontextPipeline"], "transformer")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FluxKontext, QwenImageEdit, InstructPix2Pix])
def test_both_key_styles_change_the_image_to_the_same_bytes(
    kind: type[DiffusersAdapter],
    checkpoints: dict[str, Path],
    tmp_path: Path,
    make_item: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shrink(monkeypatch)
    folder, item = checkpoints[kind.pipelines[0]], make_item()
    model = denoiser(folder, kind.denoiser)
    ours = build_lora(model, tmp_path / "a", NAMES[0], prefix=f"{kind.denoiser}.")
    theirs = build_lora(model, tmp_path / "b", NAMES[1], prefix=PEFT)
    plain, _ = edited(kind, folder, item)
    changed, first = edited(kind, folder, item, f"lora={ours}")
    assert changed != plain
    assert edited(kind, folder, item, f"lora={theirs.parent}")[0] == changed
    assert first.provenance()["lora"]["keys"] == "diffusers"


def test_strength_is_weight_times_scale_and_alpha_is_not_applied(
    checkpoints: dict[str, Path],
    transformer: torch.nn.Module,
    tmp_path: Path,
    make_item: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder, item = checkpoints["FluxKontextPipeline"], make_item()
    file = build_lora(transformer, tmp_path / "lora", prefix=PEFT, rank=4, alpha=8)
    with caplog.at_level(logging.INFO):
        at_one, adapter = edited(FluxKontext, folder, item, f"lora={file}")
    assert "declares lora_alpha / r = 2; applied is lora_scale = 1" in caplog.text
    facts = json.loads(json.dumps(adapter.provenance()["lora"]))
    assert facts["ranks"] == [4]
    assert (facts["weight"], facts["scale"], facts["applied"], facts["declared_scale"]) == (
        1.0,
        1.0,
        1.0,
        2.0,
    )
    scalings = {
        module.scaling["lora"]
        for module in adapter._pipeline.transformer.modules()
        if hasattr(module, "lora_A")
    }
    assert scalings == {1.0}

    stronger, _ = edited(FluxKontext, folder, item, f"lora={file}", "lora_weight=2")
    assert stronger != at_one
    assert edited(FluxKontext, folder, item, f"lora={file}", "lora_scale=2")[0] == stronger
    assert edited(FluxKontext, folder, item, f"lora={file}", "lora_weight=0.5", "lora_scale=2")[0] == at_one
    assert (
        edited(FluxKontext, folder, item, f"lora={file}", "lora_weight=0")[0]
        == edited(FluxKontext, folder, item)[0]
    )


def test_it_is_the_sum_of_the_weights_and_their_low_rank_product(
    checkpoints: dict[str, Path], transformer: torch.nn.Module, tmp_path: Path, make_item: Make
) -> None:
    """Against W + B A, added up by hand, with ranks that differ from layer to layer."""
    import shutil

    small = build_lora(transformer, tmp_path / "small", layers=("to_q", "to_k"), rank=2)
    large = build_lora(transformer, tmp_path / "large", layers=("to_v",), rank=6)
    both = tmp_path / "both.safetensors"
    save_file(load_file(small) | load_file(large), both)
    merged = Path(shutil.copytree(checkpoints["FluxKontextPipeline"], tmp_path / "merged"))
    path = merged / "transformer" / "diffusion_pytorch_model.safetensors"
    weights, low_rank = load_file(path), read(LoraFile(both, None))
    for layer, (down, up) in low_rank.layers.items():
        weights[f"{layer}.weight"] += up @ down
    save_file(weights, path, metadata={"format": "pt"})
    assert low_rank.ranks == [2, 6]
    item = make_item()
    by_hand = torch.tensor(list(edited(FluxKontext, merged, item)[0]))
    by_lora = torch.tensor(
        list(edited(FluxKontext, checkpoints["FluxKontextPipeline"], item, f"lora={both}")[0])
    )
    assert (by_hand - by_lora).abs().max() <= 1


def test_a_preset_that_needs_a_lora_takes_one(
    checkpoints: dict[str, Path], transformer: torch.nn.Module, tmp_path: Path, make_item: Make
) -> None:
    folder, item = checkpoints["FluxKontextPipeline"], make_item()
    file = build_lora(transformer, tmp_path / "lora")
    assert (
        edited(MotionNFTFlux, folder, item, f"lora={file}")[0]
        == edited(FluxKontext, folder, item, f"lora={file}")[0]
    )


def refusal(checkpoints: dict[str, Path], lora: Path | str) -> str:
    adapter = FluxKontext(
        parse_settings(FluxKontext.Settings, [f"lora={lora}"]), str(checkpoints["FluxKontextPipeline"]), "cpu"
    )
    with pytest.raises(AdapterError) as refused:
        adapter.load()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_lora_for_another_model(
    checkpoints: dict[str, Path], transformer: torch.nn.Module, tmp_path: Path
) -> None:
    unet = denoiser(checkpoints["StableDiffusionInstructPix2PixPipeline"], "unet")
    file = build_lora(unet, tmp_path / "unet", prefix="unet.")
    assert "layers are not in this FluxTransformer2DModel, such as down_blocks" in refusal(checkpoints, file)

    tensors = load_file(build_lora(transformer, tmp_path / "size"))
    layer = min(tensors).removesuffix(".lora_A.weight")
    for half, axis in (("A", 1), ("B", 0)):
        wide = dict(tensors)
        key = f"{layer}.lora_{half}.weight"
        wide[key] = torch.cat([tensors[key]] * 2, dim=axis)
        save_file(wide, tmp_path / f"{half}.safetensors")
        text = refusal(checkpoints, tmp_path / f"{half}.safetensors")
        assert f"layer {layer.removeprefix('transformer.')} is 32x32 in this FluxTransformer2DModel" in text
        assert ("32x64" if half == "A" else "64x32") in text


def test_ranks_that_do_not_meet(
    checkpoints: dict[str, Path], transformer: torch.nn.Module, tmp_path: Path
) -> None:
    tensors = load_file(build_lora(transformer, tmp_path / "lora", rank=4))
    key = max(tensors)
    tensors[key] = tensors[key][:, :3].contiguous()
    save_file(tensors, tmp_path / "ranks.safetensors")
    assert "(ranks 4, 3) in the LoRA" in refusal(checkpoints, tmp_path / "ranks.safetensors")


def test_a_layer_that_takes_no_lora(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    halves = {"A": torch.zeros(2, 8), "B": torch.zeros(8, 2)}
    tensors = {f"transformer.norm_out.norm.lora_{half}.weight": value for half, value in halves.items()}
    save_file(tensors, tmp_path / "norm.safetensors")
    assert "norm_out.norm of this FluxTransformer2DModel is no linear" in refusal(
        checkpoints, tmp_path / "norm.safetensors"
    )


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["lora_unet_blocks_0.lora_down.weight"], "has a key 'lora_unet_blocks_0.lora_down.weight'"),
        (["text_encoder.q.lora_A.weight"], "has a key 'text_encoder.q.lora_A.weight'"),
        (["transformer.q.alpha"], "has a key 'transformer.q.alpha'"),
        (["transformer.q.lora_A.weight"], "has lora_A alone for layer q"),
        (["transformer.q.lora_A.weight", f"{PEFT}q.lora_B.weight"], "mixes key styles"),
        ([], "is empty"),
    ],
)
def test_keys_of_neither_style(tmp_path: Path, keys: list[str], message: str) -> None:
    file = tmp_path / "odd.safetensors"
    save_file({key: torch.zeros(2, 2) for key in keys}, file)
    with pytest.raises(AdapterError, match=message):
        read(LoraFile(file, None))


def test_a_file_that_is_not_whole(transformer: torch.nn.Module, tmp_path: Path) -> None:
    file = build_lora(transformer, tmp_path / "lora")
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(AdapterError, match="is not a whole safetensors file"):
        read(LoraFile(file, None))


@pytest.mark.parametrize(
    ("down", "up", "said"),
    [
        (torch.zeros(0, 3), torch.zeros(3, 0), "has matrices of shapes"),
        (torch.zeros(3), torch.zeros(3), "has matrices of shapes"),
        (torch.zeros(2, 3), torch.zeros(3, 2, 1, 1), "has matrices of shapes"),
        (torch.zeros(2, 3), torch.full((3, 2), torch.nan), "has numbers that are not finite"),
        (torch.full((2, 3), torch.inf, dtype=torch.bfloat16), torch.zeros(3, 2), "not finite"),
        (torch.zeros(2, 3, dtype=torch.int64), torch.zeros(3, 2), "has numbers that are not real"),
    ],
)
def test_halves_that_no_lora_has(tmp_path: Path, down: torch.Tensor, up: torch.Tensor, said: str) -> None:
    file = tmp_path / "odd.safetensors"
    save_file({"transformer.q.lora_A.weight": down, "transformer.q.lora_B.weight": up}, file)
    with pytest.raises(AdapterError, match=said + ".* in layer q: fetch or export it again"):
        read(LoraFile(file, None))


@pytest.mark.parametrize(
    "config",
    [
        "{", '{"r": 0, "lora_alpha": 4}', '{"r": "x", "lora_alpha": 4}', '{"r": 4, "lora_alpha": NaN}',
        '{"r": 1e-300, "lora_alpha": 1e300}', "[" * 9999,
    ],
)  # fmt: skip
def test_a_damaged_configuration(transformer: torch.nn.Module, tmp_path: Path, config: str) -> None:
    file = build_lora(transformer, tmp_path / "lora")
    (file.parent / "adapter_config.json").write_text(config)
    with pytest.raises(AdapterError, match=r"adapter_config.json is damaged"):
        read(LoraFile(file, None))


def test_an_incomplete_configuration_declares_nothing(transformer: torch.nn.Module, tmp_path: Path) -> None:
    file = build_lora(transformer, tmp_path / "lora")
    assert read(LoraFile(file, None)).declared_scale is None
    (file.parent / "adapter_config.json").write_text("{}")
    assert read(LoraFile(file, None)).declared_scale is None


def test_what_a_lora_says_of_its_training_goes_into_the_manifest(
    transformer: torch.nn.Module, tmp_path: Path
) -> None:
    file = build_lora(transformer, tmp_path / "lora")
    assert "training" not in facts(read(LoraFile(file, None)))
    card = {"format": 1, "trained_on": {"name": "some/set", "items": 3}}
    (file.parent / "training.json").write_text(json.dumps(card))
    assert facts(read(LoraFile(file, None)))["training"] == card
    for damaged in ("{", "[]", "{}", '{"trained_on": 3}', '{"trained_on": {"items": NaN}}', "[" * 9999):
        (file.parent / "training.json").write_text(damaged)
        with pytest.raises(AdapterError, match=r"training.json (is damaged|does not say)"):
            facts(read(LoraFile(file, None)))
    (file.parent / "training.json").write_text(json.dumps(card | {"weights": digest(b"others")}))
    with pytest.raises(AdapterError, match=r"training.json is of other weights than"):
        facts(read(LoraFile(file, None)))


def test_without_peft(checkpoints: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        sys.modules, "peft", None
    )  # what Python itself holds for a module that may not be imported
    assert (
        refusal(checkpoints, tmp_path)
        == "a LoRA needs the package peft: pip install 'motionedit-bench[lora]'"
    )

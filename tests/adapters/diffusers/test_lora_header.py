"""What a LoRA's own header declares acts here as it does in the released pipelines."""

import json
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, inject_adapter_in_model
from safetensors.torch import save_file
from torch import nn

from motionedit_bench.adapters.diffusers.lora import LoraFile, facts, read
from motionedit_bench.adapters.diffusers.lora_header import HEADER, scales_of
from motionedit_bench.errors import AdapterError

RANKS = {"block.0.to_q": 4, "block.1.to_q": 2, "to_out": 4}
CONFIGS = [
    {"r": 4, "lora_alpha": 8},
    {"r": 4, "lora_alpha": 8, "use_rslora": True},
    {
        "r": 4,
        "lora_alpha": 6,
        "alpha_pattern": {"block.1.to_q": 5, "to_o.t": 7},
        "rank_pattern": {"1.to_q": 2},
    },
    {"r": 4, "lora_alpha": 6, "alpha_pattern": {"to_q": 3}},
]


def header(config: object, part: str = "transformer") -> dict[str, str]:
    told = {f"{part}.{name}": value for name, value in config.items()} if isinstance(config, dict) else config
    return {HEADER: json.dumps(told)}


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.block = nn.ModuleList(nn.ModuleDict({"to_q": nn.Linear(3, 3)}) for _ in range(2))
        self.to_out = nn.Linear(3, 3)


@pytest.mark.parametrize("config", CONFIGS)
def test_factors_are_those_of_peft(config: dict[str, object]) -> None:
    model = inject_adapter_in_model(LoraConfig(target_modules=list(RANKS), **config), Model())
    layers = {name: module for name, module in model.named_modules() if name in RANKS}
    ranks = {name: layer.r["default"] for name, layer in layers.items()}
    expected = {name: layer.scaling["default"] for name, layer in layers.items()}
    assert scales_of(header(config), ranks) == expected
    assert scales_of(header(config, "unet"), ranks) == expected


def test_without_a_declaration_there_are_none() -> None:
    for told in ({}, {"format": "pt"}, {HEADER: ""}, header({"r": 4, "lora_alpha": 8}, "text_encoder")):
        assert scales_of(told, RANKS) == {}


@pytest.mark.parametrize(
    "config",
    [3, [], {"r": 4}, {"lora_alpha": "x"}, {"lora_alpha": None}, {"lora_alpha": float("nan")},
     {"lora_alpha": 1, "alpha_pattern": {"(": 1}}, {"lora_alpha": 1, "alpha_pattern": 3}],
)  # fmt: skip
def test_a_damaged_declaration_is_refused(config: object, tmp_path: Path) -> None:
    file = tmp_path / "lora.safetensors"
    halves = {f"transformer.to_q.lora_{half}.weight": torch.ones(2, 2) for half in "AB"}
    save_file(halves, file, header(config))
    with pytest.raises(AdapterError, match=r"the header of .*lora.safetensors is damaged") as refused:
        read(LoraFile(file, None))
    assert "\n" not in str(refused.value)


def test_the_factor_is_in_b_and_is_told(tmp_path: Path) -> None:
    file = tmp_path / "lora.safetensors"
    halves = {f"transformer.to_q.lora_{half}.weight": torch.ones(2, 2) for half in "AB"}
    save_file(halves, file, header({"r": 2, "lora_alpha": 4}))
    found = read(LoraFile(file, None))
    down, up = found.layers["to_q"]
    assert down.eq(1).all()
    assert up.eq(2).all()
    assert facts(found)["header_scales"] == [2.0]
    save_file(halves, file)
    assert "header_scales" not in facts(read(LoraFile(file, None)))


@pytest.mark.parametrize("told", [None, header({"r": 2, "lora_alpha": 4})])
def test_numbers_of_eight_bits_are_taken(tmp_path: Path, told: dict[str, str] | None) -> None:
    file = tmp_path / "lora.safetensors"
    one = torch.ones(2, 2, dtype=torch.float8_e4m3fn)
    save_file({f"transformer.to_q.lora_{half}.weight": one.clone() for half in "AB"}, file, told)
    _, up = read(LoraFile(file, None)).layers["to_q"]
    assert (up.dtype, up.float().mean()) == (one.dtype, 2 if told else 1)

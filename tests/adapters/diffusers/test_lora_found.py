from pathlib import Path

import pytest
import torch
from helpers.tiny_checkpoints import build_lora

from motionedit_bench.adapters.diffusers.lora import NAMES, find
from motionedit_bench.errors import AdapterError


@pytest.fixture(scope="module")
def transformer() -> torch.nn.Module:
    return torch.nn.ModuleDict({"to_q": torch.nn.Linear(4, 4)})


def test_where_a_lora_is_found(transformer: torch.nn.Module, tmp_path: Path) -> None:
    odd = build_lora(transformer, tmp_path, "odd.safetensors")
    assert find(str(odd)).path == find(str(tmp_path)).path == odd
    other = build_lora(transformer, tmp_path, "other.safetensors")
    with pytest.raises(AdapterError, match=r"several files \(odd.safetensors, other.safetensors\): name one"):
        find(str(tmp_path))
    usual = build_lora(transformer, tmp_path, NAMES[1])
    assert find(str(tmp_path)).path == usual
    assert find(str(other)).path == other


@pytest.mark.parametrize("reference", ["nowhere", "a/b/c", "/no/such/file.safetensors"])
def test_no_lora_there(reference: str) -> None:
    with pytest.raises(AdapterError, match="no LoRA at"):
        find(reference)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="has no .safetensors file: give one"):
        find(str(tmp_path))

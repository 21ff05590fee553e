"""A checkpoint's files are read as they were written, or not at all."""

import json

import pytest
import torch

from motionedit_bench.errors import StorageError
from motionedit_bench.training import stored

WEIGHTS = {name: {"q.lora_A.weight": torch.arange(6.0).reshape(2, 3)} for name in ("theta", "ema")}


@pytest.fixture
def folder(tmp_path):
    stored.write(tmp_path, WEIGHTS, {"step": 7, "banned": ["a"]})
    return tmp_path


def test_what_was_written_is_read(folder):
    assert {k: v for k, v in stored.read_told(folder).items() if k != "files"} == {"step": 7, "banned": ["a"]}
    (tensor,) = stored.read_weights(folder, "ema").values()
    assert torch.equal(tensor, WEIGHTS["ema"]["q.lora_A.weight"])


@pytest.mark.parametrize("place", [-1, 20])
def test_a_flipped_bit_is_found(folder, place):
    path = folder / "theta.safetensors"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(
        StorageError, match="is damaged, remove it: .*theta.safetensors is not what was written"
    ):
        stored.read_weights(folder, "theta")


def test_a_file_of_another_checkpoint_is_found(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    stored.write(other, {"theta": {"q.lora_A.weight": torch.zeros(2, 3)}}, {"step": 7})
    (folder / "theta.safetensors").write_bytes((other / "theta.safetensors").read_bytes())
    with pytest.raises(StorageError, match="is not what was written"):
        stored.read_weights(folder, "theta")


@pytest.mark.parametrize("content", ["", "{", "[]", "5", "{}", '{"digest": 3}', "[" * 9999])
def test_a_damaged_state_is_one_line(folder, content):
    (folder / "state.json").write_text(content)
    with pytest.raises(StorageError, match="is damaged, remove it") as damaged:
        stored.read_weights(folder, "theta")
    assert "\n" not in str(damaged.value)


def test_another_number_in_the_state_is_found(folder):
    told = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps(told | {"step": 8}))
    with pytest.raises(StorageError, match="state.json is not what was written"):
        stored.read_told(folder)


def test_an_absent_file_is_one_line(folder):
    (folder / "ema.safetensors").unlink()
    with pytest.raises(StorageError, match="is damaged, remove it: FileNotFoundError"):
        stored.read_weights(folder, "ema")

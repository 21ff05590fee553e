"""Weights for `unimatch`: which files are read, and which are refused."""

import os

import numpy as np
import pytest
import torch
from helpers.pictures import scene
from torch import Tensor

from motionedit_bench.errors import UsageError, WeightsUnavailable
from motionedit_bench.metrics.flow.unimatch import (
    UniMatch,
    random_checkpoint,
    read_weights,
)
from motionedit_bench.weights import CATALOGUE


def test_random_weights_are_always_the_same(checkpoint, state, tmp_path):
    random_checkpoint(tmp_path / "again.pth")
    again = read_weights(tmp_path / "again.pth")[1]
    assert all(torch.equal(again[name], value) for name, value in state.items())


@pytest.mark.parametrize("form", ["under model", "bare", "old file format"])
def test_checkpoints_are_read_in_the_forms_in_which_they_exist(state, estimator, tmp_path, form):
    path = tmp_path / "weights.pth"
    content = state if form == "bare" else {"model": state, "step": 1}
    torch.save(content, path, _use_new_zipfile_serialization=form != "old file format")
    first, second = scene(32, 32), scene(32, 32, dx=2)
    assert np.array_equal(UniMatch("cpu", path).flow(first, second), estimator.flow(first, second))


def without(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value for name, value in state.items() if not name.startswith("refine_proj")}


WRONG = {
    "2 missing (refine_proj.weight, refine_proj.bias)": without,
    "1 unexpected (upsampler.0.weight)": lambda state: state | {"upsampler.0.weight": torch.zeros(1)},
    "1 of another shape (refine_proj.bias)": lambda state: state | {"refine_proj.bias": torch.zeros(255)},
    "1 not floating (refine_proj.bias)": lambda state: state | {"refine_proj.bias": torch.zeros(256).int()},
    "152 missing": lambda state: {},
    "holds no network's tensors": lambda state: {"model": {"a": 1}, "step": 2},
}


@pytest.mark.parametrize("told", WRONG)
def test_a_file_of_another_network_is_an_error_that_names_what_is_wrong(state, tmp_path, told):
    path = tmp_path / "wrong.pth"
    torch.save({"model": WRONG[told](state)}, path)
    with pytest.raises(UsageError) as raised:
        UniMatch("cpu", path)
    assert told in str(raised.value)
    assert str(path) in str(raised.value)
    assert CATALOGUE["unimatch"].file in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"", b"not a checkpoint", b"PK\x03\x04", b"\x80\x02c__builtin__\neval\n.", b"\x80\x02K\x01."]
)
def test_a_file_that_is_no_checkpoint_is_an_error(tmp_path, content):
    path = tmp_path / "wrong.pth"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="checkpoint|holds no network"):
        UniMatch("cpu", path)


def test_a_truncated_checkpoint_is_an_error(checkpoint, tmp_path):
    path = tmp_path / "half.pth"
    path.write_bytes(checkpoint.read_bytes()[: checkpoint.stat().st_size // 2])
    with pytest.raises(UsageError, match="no PyTorch checkpoint"):
        UniMatch("cpu", path)


def test_a_checkpoint_cannot_run_code(tmp_path):
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "made"),)

    torch.save({"model": Evil()}, tmp_path / "evil.pth")
    with pytest.raises(UsageError, match="no PyTorch checkpoint"):
        UniMatch("cpu", tmp_path / "evil.pth")
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        UniMatch("cpu", tmp_path / "none.pth")
    with pytest.raises(UsageError, match="directory"):
        UniMatch("cpu", tmp_path)


def test_a_file_of_the_official_name_must_have_the_official_digest(checkpoint, tmp_path):
    path = tmp_path / "gmflow-scale2-regrefine6-mixdata-train320x576-4e7b215d.pth"
    path.write_bytes(checkpoint.read_bytes())
    with pytest.raises(UsageError, match="SHA-256 begins .*, not 4e7b215d"):
        UniMatch("cpu", path)


def test_without_weights_it_is_unavailable_and_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    damaged = tmp_path / "cache" / "weights" / CATALOGUE["unimatch"].file
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"half a file")
    with pytest.raises(WeightsUnavailable, match="damaged.*--flow-weights FILE"):
        UniMatch("cpu")

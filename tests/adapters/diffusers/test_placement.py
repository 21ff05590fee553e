import pytest
import torch

from motionedit_bench.adapters.diffusers.placement import (
    HEADROOM,
    check_main_memory,
    free_on,
    is_out_of_memory,
    pick_device,
    pick_dtype,
    pick_offload,
    too_large,
)
from motionedit_bench.errors import AdapterError, UsageError

GIB = 2**30
CPU, GPU = torch.device("cpu"), torch.device("cuda:0")
SIZES = {"transformer": 24 * GIB, "text_encoder": 10 * GIB, "vae": GIB}


def test_devices() -> None:
    assert pick_device("cpu") == CPU
    assert pick_device("auto").type in ("cuda", "mps", "cpu")


@pytest.mark.parametrize("name", ["gpu", "", "cuda:x", "meta", "xla"])
def test_names_of_no_device(name: str) -> None:
    with pytest.raises(UsageError, match="device must be auto, cpu, cuda, cuda:N or mps"):
        pick_device(name)


def test_absent_devices() -> None:
    with pytest.raises(AdapterError, match="there is no device cuda:99: PyTorch sees"):
        pick_device("cuda:99")
    if not torch.backends.mps.is_available():
        with pytest.raises(AdapterError, match="there is no device mps"):
            pick_device("mps")


def test_number_types() -> None:
    assert pick_dtype("auto", CPU, "bfloat16") == torch.float32
    assert pick_dtype("auto", GPU, "bfloat16") == torch.bfloat16
    assert pick_dtype("float16", CPU, "bfloat16") == torch.float16


@pytest.mark.parametrize(
    ("free", "offload", "reason"),
    [
        (39 * GIB, "none", "all 35.0 GiB fit into the 39.0 GiB free on cuda:0"),
        (39 * GIB - 1, "model", "the largest component (transformer, 24.0 GiB) fits"),
        (28 * GIB, "model", "all 35.0 GiB exceed the 28.0 GiB free"),
        (28 * GIB - 1, "sequential", "the largest component (transformer, 24.0 GiB) exceeds"),
        (0, "sequential", "the 0.0 GiB free"),
    ],
)
def test_auto_takes_the_first_that_fits(free: int, offload: str, reason: str) -> None:
    assert HEADROOM == 4 * GIB
    placed = pick_offload("auto", GPU, SIZES, free)
    assert placed.offload == offload
    assert reason in placed.reason


@pytest.mark.parametrize("offload", ["none", "model", "sequential", "balanced"])
def test_what_is_asked_for_is_taken(offload: str) -> None:
    assert pick_offload(offload, GPU, SIZES, 0).offload == offload


@pytest.mark.parametrize("offload", ["auto", "none"])
def test_nothing_to_offload_from_the_cpu(offload: str) -> None:
    assert pick_offload(offload, CPU, SIZES, None).offload == "none"


@pytest.mark.parametrize("device", [CPU, torch.device("mps")])
@pytest.mark.parametrize("offload", ["model", "sequential", "balanced"])
def test_offloading_needs_a_gpu(offload: str, device: torch.device) -> None:
    with pytest.raises(AdapterError, match=f"offload={offload} needs a CUDA GPU"):
        pick_offload(offload, device, SIZES, None)


def test_a_choice_needs_the_free_memory() -> None:
    assert free_on(CPU) is None
    with pytest.raises(ValueError, match="free memory"):
        pick_offload("auto", GPU, SIZES, None)


def test_main_memory() -> None:
    check_main_memory(1, "tiny")
    with pytest.raises(
        AdapterError, match=r"huge needs 1048576.0 GiB of main memory to load, and .* are available"
    ):
        check_main_memory(2**50, "huge")


def test_what_counts_as_out_of_memory() -> None:
    with pytest.raises(RuntimeError) as refused:
        torch.empty(2**55)
    assert is_out_of_memory(refused.value)
    assert "too little memory to load x" in str(too_large("x", refused.value))
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(ValueError("out of memory"))

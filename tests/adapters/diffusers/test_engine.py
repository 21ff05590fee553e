"""What the engine refuses, and how it goes on after a failed edit."""

import json
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from helpers.tiny_checkpoints import add_safety_checker
from safetensors.torch import load_file, save_file

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers import placement
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext
from motionedit_bench.adapters.diffusers.families.pix2pix import InstructPix2Pix, MagicBrush
from motionedit_bench.errors import AdapterError, EditRefused, ImageError
from motionedit_bench.records import Item, Picture

AREA = 128 * 96
WEIGHTS = "diffusion_pytorch_model.safetensors"

Make = Callable[..., Item]


@pytest.fixture
def kontext(checkpoints: dict[str, Path], tmp_path: Path) -> Path:
    """A checkpoint of one's own, to break."""
    return Path(shutil.copytree(checkpoints["FluxKontextPipeline"], tmp_path / "kontext"))


def refusal(folder: Path, *settings: str) -> str:
    """What loading that folder is refused with: one line."""
    adapter = FluxKontext(parse_settings(FluxKontext.Settings, settings), model=str(folder), device="cpu")
    with pytest.raises(AdapterError) as refused:
        adapter.load()
    text = str(refused.value)
    assert "\n" not in text
    return text


def test_a_folder_that_is_no_pipeline(tmp_path: Path) -> None:
    assert "not a diffusers pipeline" in refusal(tmp_path)


def test_a_pipeline_of_another_class(checkpoints: dict[str, Path]) -> None:
    text = refusal(checkpoints["QwenImageEditPipeline"])
    assert "QwenImageEditPipeline" in text
    assert "runs FluxKontextPipeline" in text


def test_a_missing_weight_file(kontext: Path) -> None:
    (kontext / "transformer" / WEIGHTS).unlink()
    text = refusal(kontext)
    assert "no weights in transformer/" in text
    assert "fetch or copy it again" in text


def test_weights_that_lack_one_tensor_are_not_made_up(kontext: Path) -> None:
    for component, file in (("transformer", WEIGHTS), ("text_encoder", "model.safetensors")):
        path = kontext / component / file
        whole = path.read_bytes()
        tensors = load_file(path)
        del tensors[max(tensors)]
        save_file(tensors, path, metadata={"format": "pt"})
        assert f"parameters of {component} are not in its files" in refusal(kontext)
        path.write_bytes(whole)


def test_a_tensor_of_another_shape(kontext: Path) -> None:
    path = kontext / "transformer" / WEIGHTS
    tensors = load_file(path)
    tensors["context_embedder.bias"] = torch.zeros(3, 3)
    save_file(tensors, path, metadata={"format": "pt"})
    assert "cannot be loaded as FluxKontextPipeline" in refusal(kontext)


def test_a_damaged_configuration(kontext: Path) -> None:
    (kontext / "transformer" / "config.json").write_text("{")
    assert "cannot be loaded as FluxKontextPipeline" in refusal(kontext)


def test_too_little_memory_to_load(kontext: Path) -> None:
    path = kontext / "transformer" / WEIGHTS
    size = 8 * 2**40
    header = json.dumps({"w": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}}).encode()
    with path.open("wb") as stream:  # a sparse file of 8 TiB: it takes no space
        stream.write(len(header).to_bytes(8, "little") + header)
        stream.truncate(8 + len(header) + size)
    text = refusal(kontext)
    assert "8192.0 GiB of main memory" in text
    assert "dtype=bfloat16" in text
    assert "4096.0 GiB" in refusal(kontext, "dtype=bfloat16")


@pytest.mark.parametrize("offload", ["model", "sequential", "balanced"])
def test_offload_without_a_gpu(kontext: Path, offload: str) -> None:
    assert f"offload={offload} needs a CUDA GPU" in refusal(kontext, f"offload={offload}")


@contextmanager
def address_space(spare: int) -> Iterator[None]:
    """This process may map that many more bytes, and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + spare, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_out_of_memory_fails_one_item_and_the_next_runs(
    checkpoints: dict[str, Path], make_item: Make
) -> None:
    folder = checkpoints["StableDiffusionInstructPix2PixPipeline"]
    adapter = InstructPix2Pix(parse_settings(InstructPix2Pix.Settings, ["steps=1"]), str(folder), "cpu")
    adapter.load()
    small = make_item()
    before = adapter.edit(small, 7).tobytes()
    with (
        address_space(2**29),
        pytest.raises(MemoryError, match=r"3200x3200 .* try offload=model, dtype=bfloat16"),
    ):
        adapter.edit(make_item(size=(3200, 3200)), 7)
    assert adapter.edit(small, 7).tobytes() == before


def test_another_failure_keeps_its_own_type(checkpoints: dict[str, Path], make_item: Make) -> None:
    adapter = FluxKontext(model=str(checkpoints["FluxKontextPipeline"]), device="cpu")
    adapter.load()
    with pytest.raises(ImageError):
        adapter.edit(Item("a", "jump", Picture("a.png", lambda: b"")), 7)
    with pytest.raises(ValueError, match="prompt"):
        adapter.edit(Item("a", 5, make_item().input), 7)  # type: ignore[arg-type]


def test_numbers_that_are_not_finite_are_no_image(
    checkpoints: dict[str, Path], tmp_path: Path, make_item: Make
) -> None:
    folder = shutil.copytree(checkpoints["FluxKontextPipeline"], tmp_path / "nan")
    path = folder / "vae" / WEIGHTS
    tensors = load_file(path)
    tensors["decoder.conv_out.bias"].fill_(float("nan"))
    save_file(tensors, path, metadata={"format": "pt"})
    adapter = FluxKontext(
        parse_settings(FluxKontext.Settings, ["steps=1", f"max_area={AREA}"]), str(folder), "cpu"
    )
    adapter.load()
    with pytest.raises(FloatingPointError, match="dtype=float32"):
        adapter.edit(make_item(), 7)


def test_what_the_safety_checker_withholds_is_a_refusal(
    checkpoints: dict[str, Path], tmp_path: Path, make_item: Make
) -> None:
    folder = shutil.copytree(checkpoints["StableDiffusionInstructPix2PixPipeline"], tmp_path / "checked")
    add_safety_checker(folder)
    strict = MagicBrush(parse_settings(MagicBrush.Settings, ["steps=1"]), str(folder), "cpu")
    strict.load()
    with pytest.raises(EditRefused, match="safety checker"):
        strict.edit(make_item(), 7)
    without = InstructPix2Pix(parse_settings(InstructPix2Pix.Settings, ["steps=1"]), str(folder), "cpu")
    without.load()
    assert without.edit(make_item(), 7).mode == "RGB"


@pytest.mark.parametrize("kind", [FluxKontext, InstructPix2Pix])
def test_offloading_changes_no_byte(
    kind: type[DiffusersAdapter], checkpoints: dict[str, Path], make_item: Make
) -> None:
    """Component by component, with the CPU in the place of the GPU: the hooks are the same."""
    settings = parse_settings(
        kind.Settings, ["steps=1"] + ([f"max_area={AREA}"] if kind is FluxKontext else [])
    )
    adapter = kind(settings, str(checkpoints[kind.pipelines[0]]), "cpu")
    adapter.load()
    item = make_item()
    whole = adapter.edit(item, 7).tobytes()
    placement.place(adapter._pipeline, torch.device("cpu"), "model", "tiny")
    assert adapter.edit(item, 7).tobytes() == whole
    with pytest.raises(ValueError, match="prompt"):
        adapter.edit(Item("a", 5, item.input), 7)  # type: ignore[arg-type]
    assert adapter.edit(item, 7).tobytes() == whole


def test_nothing_heavy_until_loaded() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from motionedit_bench.adapters import ADAPTERS; "
        "[ADAPTERS.get(name) for name in ADAPTERS]; ADAPTERS.get('flux_kontext')(); "
        "sys.exit(', '.join({'torch', 'diffusers', 'transformers'} & sys.modules.keys()) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from motionedit_bench.adapters.diffusers.checkpoint import ENDS, digest_folder, inspect, pipeline_class
from motionedit_bench.errors import AdapterError

WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture
def folder(checkpoints: dict[str, Path], tmp_path: Path) -> Path:
    """A checkpoint of one's own, to break."""
    return Path(shutil.copytree(checkpoints["FluxKontextPipeline"], tmp_path / "kontext"))


def shard(place: Path) -> list[Path]:
    """Split a component's weights over two files with an index, as large checkpoints come."""
    tensors = load_file(place / WEIGHTS)
    (place / WEIGHTS).unlink()
    names = sorted(tensors)
    where = {}
    for number, part in enumerate((names[::2], names[1::2]), start=1):
        file = f"diffusion_pytorch_model-0000{number}-of-00002.safetensors"
        save_file({name: tensors[name] for name in part}, place / file, metadata={"format": "pt"})
        where |= dict.fromkeys(part, file)
    (place / f"{WEIGHTS}.index.json").write_text(json.dumps({"metadata": {}, "weight_map": where}))
    return [place / file for file in sorted(set(where.values()))]


def test_what_a_whole_checkpoint_holds(folder: Path) -> None:
    found = inspect(folder)
    assert found.pipeline == pipeline_class(folder) == "FluxKontextPipeline"
    assert [part.name for part in found.components] == [
        "text_encoder",
        "text_encoder_2",
        "transformer",
        "vae",
    ]
    assert found.bytes_needed(4) == 2 * found.bytes_needed(2)
    transformer = found.components[2]
    assert transformer.parameters == sum(
        t.numel() for t in load_file(folder / "transformer" / WEIGHTS).values()
    )


def test_shards_count_together(folder: Path) -> None:
    whole = inspect(folder).bytes_needed(4)
    files = shard(folder / "transformer")
    assert inspect(folder).bytes_needed(4) == whole
    files[1].unlink()
    with pytest.raises(
        AdapterError, match=r"incomplete: no transformer/diffusion_pytorch_model-00002-of-00002"
    ):
        inspect(folder)


def test_other_formats_count_by_their_size(folder: Path) -> None:
    (folder / "vae" / WEIGHTS).rename(folder / "vae" / "diffusion_pytorch_model.bin")
    part = inspect(folder).components[-1]
    assert part.parameters is None
    assert inspect(folder).bytes_needed(2) > part.files[0].stat().st_size


@pytest.mark.parametrize("component", ["vae", "tokenizer", "scheduler"])
def test_a_missing_component(folder: Path, component: str) -> None:
    shutil.rmtree(folder / component)
    with pytest.raises(AdapterError, match=f"incomplete: no {component}/; fetch or copy it again"):
        inspect(folder)
    assert inspect(folder, replaced=[component]).pipeline == "FluxKontextPipeline"


def test_an_empty_component(folder: Path) -> None:
    shutil.rmtree(folder / "tokenizer")
    (folder / "tokenizer").mkdir()
    with pytest.raises(AdapterError, match="incomplete: no tokenizer/"):
        inspect(folder)


def test_missing_weights(folder: Path) -> None:
    (folder / "text_encoder" / "model.safetensors").unlink()
    with pytest.raises(AdapterError, match="no weights in text_encoder/"):
        inspect(folder)


@pytest.mark.parametrize("kept", [0, 5, 100, -1000, -1])
def test_weights_cut_short(folder: Path, kept: int) -> None:
    path = folder / "transformer" / WEIGHTS
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(AdapterError, match=r"transformer/diffusion_pytorch_model.safetensors is cut short"):
        inspect(folder)


def test_a_damaged_header(folder: Path) -> None:
    path = folder / "transformer" / WEIGHTS
    content = bytearray(path.read_bytes())
    content[8] = ord("?")
    path.write_bytes(content)
    with pytest.raises(AdapterError, match="has a damaged header"):
        inspect(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "is damaged"), ("[]", "is damaged"), ("{}", "declares no pipeline class")],
)
def test_a_damaged_index(folder: Path, content: str, message: str) -> None:
    (folder / "model_index.json").write_text(content)
    with pytest.raises(AdapterError, match=message):
        pipeline_class(folder)


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="not a diffusers pipeline"):
        inspect(tmp_path)


def test_the_digest_follows_configuration_and_weights(folder: Path, tmp_path: Path) -> None:
    first = digest_folder(inspect(folder))
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "README.md").write_text("not part of the model")
    assert digest_folder(inspect(copy)) == first
    path = folder / "vae" / WEIGHTS
    whole = path.read_bytes()
    assert len(whole) < ENDS
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert digest_folder(inspect(folder)) != first
    path.write_bytes(whole)
    assert digest_folder(inspect(folder)) == first
    config = copy / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text().replace("3.0", "2.0"))
    assert digest_folder(inspect(copy)) != first

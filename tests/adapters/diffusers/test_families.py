"""Every declaration through the engine, on tiny random checkpoints of the real classes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.checkpoints.of_adapters import shrink

from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext, MotionNFTFlux, UniWorldV2Flux
from motionedit_bench.adapters.diffusers.families.pix2pix import InstructPix2Pix, MagicBrush
from motionedit_bench.adapters.diffusers.families.qwen import QwenImageEdit, QwenImageEditFirst
from motionedit_bench.adapters.diffusers.families.sizes import scaled
from motionedit_bench.errors import UsageError
from motionedit_bench.records import Item

AREA = 128 * 96

Make = Callable[..., Item]


def loaded(kind: type[DiffusersAdapter], folder: Path, *settings: str) -> DiffusersAdapter:
    adapter = kind(parse_settings(kind.Settings, settings), model=str(folder), device="cpu")
    adapter.load()
    return adapter


@pytest.fixture(scope="module")
def kontext(checkpoints: dict[str, Path]) -> DiffusersAdapter:
    return loaded(FluxKontext, checkpoints["FluxKontextPipeline"], "steps=2", f"max_area={AREA}")


@pytest.fixture(scope="module")
def pix2pix(checkpoints: dict[str, Path]) -> DiffusersAdapter:
    return loaded(InstructPix2Pix, checkpoints["StableDiffusionInstructPix2PixPipeline"], "steps=2")


@pytest.fixture(scope="module")
def qwen(checkpoints: dict[str, Path]) -> DiffusersAdapter:
    return loaded(QwenImageEdit, checkpoints["QwenImageEditPlusPipeline"], "steps=1", f"max_area={AREA}")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kontext", "pix2pix", "qwen"])
def test_seed_decides_the_bytes(
    name: str, request: pytest.FixtureRequest, make_item: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    adapter, item = request.getfixturevalue(name), make_item()
    first = adapter.edit(item, 7)
    assert (first.mode, first.size) == ("RGB", (128, 96))
    assert adapter.edit(item, 7).tobytes() == first.tobytes()
    assert adapter.edit(item, 8).tobytes() != first.tobytes()


@pytest.mark.parametrize("name", ["kontext", "pix2pix"])
@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_any_mode_reaches_the_pipeline_as_rgb(
    name: str, mode: str, request: pytest.FixtureRequest, make_item: Make
) -> None:
    assert request.getfixturevalue(name).edit(make_item(mode=mode), 7).mode == "RGB"


def test_a_grey_input_reaches_qwen_as_rgb(qwen: DiffusersAdapter, make_item: Make) -> None:
    assert qwen.edit(make_item(mode="L"), 7).mode == "RGB"


def test_odd_sizes(kontext: DiffusersAdapter, pix2pix: DiffusersAdapter, make_item: Make) -> None:
    odd = make_item(size=(101, 67))
    assert pix2pix.edit(odd, 7).size == (96, 64)
    width, height = kontext.edit(odd, 7).size
    assert (width % 16, height % 16) == (0, 0)
    assert width * height == pytest.approx(AREA, rel=0.25)


def test_the_instruction_matters(kontext: DiffusersAdapter, make_item: Make) -> None:
    assert (
        kontext.edit(make_item(instruction="sit down"), 7).tobytes()
        != kontext.edit(make_item(instruction="jump, with both feet off the ground"), 7).tobytes()
    )


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (FluxKontext, "steps=3"),
        (FluxKontext, "guidance=1.5"),
        (FluxKontext, "dtype=bfloat16"),
        (InstructPix2Pix, "steps=3"),
        (InstructPix2Pix, "guidance=9"),
        (InstructPix2Pix, "image_guidance=3"),
    ],
)
def test_settings_are_honoured(
    kind: type[DiffusersAdapter], setting: str, checkpoints: dict[str, Path], make_item: Make
) -> None:
    folder, item = checkpoints[kind.pipelines[0]], make_item()
    small = ["steps=2"] + ([f"max_area={AREA}"] if kind is FluxKontext else [])
    usual = loaded(kind, folder, *small).edit(item, 7)
    changed = [text for text in small if text.partition("=")[0] != setting.partition("=")[0]]
    assert loaded(kind, folder, *changed, setting).edit(item, 7).tobytes() != usual.tobytes()


@pytest.mark.slow
def test_qwen_guidance_is_honoured(
    qwen: DiffusersAdapter, checkpoints: dict[str, Path], make_item: Make
) -> None:
    folder, item = checkpoints["QwenImageEditPlusPipeline"], make_item()
    weaker = loaded(QwenImageEdit, folder, "steps=1", f"max_area={AREA}", "true_cfg_scale=1.5")
    assert weaker.edit(item, 7).tobytes() != qwen.edit(item, 7).tobytes()


@pytest.mark.slow
def test_defaults_give_the_pipelines_own_size(checkpoints: dict[str, Path], make_item: Make) -> None:
    edited = loaded(FluxKontext, checkpoints["FluxKontextPipeline"], "steps=1").edit(make_item(), 7)
    assert edited.size == (1168, 880)  # 4:3 at one megapixel, in multiples of 16
    edited = loaded(QwenImageEdit, checkpoints["QwenImageEditPlusPipeline"], "steps=1").edit(make_item(), 7)
    assert edited.size == (1184, 896)  # in multiples of 32


@pytest.mark.slow
@pytest.mark.parametrize("kind", [QwenImageEdit, QwenImageEditFirst])
def test_the_first_release_runs_under_either_name(
    kind: type[DiffusersAdapter], checkpoints: dict[str, Path], make_item: Make
) -> None:
    adapter = loaded(kind, checkpoints["QwenImageEditPipeline"], "steps=1", f"max_area={AREA}")
    assert adapter.edit(make_item(), 7).size == (128, 96)
    assert adapter.provenance()["pipeline"] == "QwenImageEditPipeline"


def test_magicbrush_is_instruct_pix2pix_with_other_settings(
    pix2pix: DiffusersAdapter, checkpoints: dict[str, Path], make_item: Make
) -> None:
    folder, item = checkpoints["StableDiffusionInstructPix2PixPipeline"], make_item()
    brush = loaded(MagicBrush, folder, "steps=2")
    assert brush.arguments() == {"num_inference_steps": 2, "guidance_scale": 7.0, "image_guidance_scale": 1.5}
    assert brush.edit(item, 7).tobytes() != pix2pix.edit(item, 7).tobytes()


# The table of the models: name, id, classes, arguments of the call.
CALLS = {
    "flux_kontext": (
        "black-forest-labs/FLUX.1-Kontext-dev",
        {"num_inference_steps": 28, "guidance_scale": 3.5, "max_area": 1024 * 1024},
    ),
    "qwen_image_edit": (
        "Qwen/Qwen-Image-Edit-2509",
        {"num_inference_steps": 28, "true_cfg_scale": 4.0, "guidance_scale": 1.0, "negative_prompt": " "},
    ),
    "instruct_pix2pix": (
        "timbrooks/instruct-pix2pix",
        {"num_inference_steps": 28, "guidance_scale": 3.5, "image_guidance_scale": 1.5},
    ),
    "magicbrush": (
        "vinesmsuic/magicbrush-jul7",
        {"num_inference_steps": 20, "guidance_scale": 7.0, "image_guidance_scale": 1.5},
    ),
}
BASES = {
    "qwen_image_edit_first": "qwen_image_edit",
    "motionnft_qwen": "qwen_image_edit",
    "motionnft_flux": "flux_kontext",
    "uniworld_v2_qwen": "qwen_image_edit",
    "uniworld_v2_flux": "flux_kontext",
}


@pytest.mark.parametrize("name", [*CALLS, *BASES])
def test_the_declared_calls(name: str) -> None:
    kind = ADAPTERS.get(name)
    assert issubclass(kind, DiffusersAdapter)
    model, arguments = CALLS[BASES.get(name, name)]
    adapter = kind()
    assert adapter.arguments() == arguments
    assert name == "qwen_image_edit_first" or adapter.model == model
    assert (adapter.settings.lora_weight, adapter.settings.lora_scale) == (1.0, 1.0)
    assert {"model", "steps", "size", "dtype"} <= kind.sources.keys()


def test_the_declared_loras() -> None:
    assert ADAPTERS.get("motionnft_qwen")().settings.model_dump()["lora"] == (
        "elaine1wan/motionedit/adapter_model_converted.safetensors"
    )
    assert ADAPTERS.get("uniworld_v2_qwen")().settings.model_dump()["lora"] == (
        "chestnutlzj/Edit-R1-Qwen-Image-Edit-2509/adapter_model.safetensors"
    )


@pytest.mark.parametrize("kind", [MotionNFTFlux, UniWorldV2Flux])
def test_a_lora_without_a_known_place_must_be_named(kind: type[DiffusersAdapter]) -> None:
    with pytest.raises(UsageError, match="name it with --set lora="):
        kind(device="cpu").load()


def test_provenance_says_what_ran(kontext: DiffusersAdapter, checkpoints: dict[str, Path]) -> None:
    facts = json.loads(json.dumps(kontext.provenance()))
    assert facts["model"] == str(checkpoints["FluxKontextPipeline"])
    assert len(facts["revision"]) == 64
    assert "SHA-256" in facts["revision_is"]
    assert (facts["pipeline"], facts["dtype"], facts["device"]) == ("FluxKontextPipeline", "float32", "cpu")
    assert facts["offload"] == {"offload": "none", "reason": "there is nothing to offload from cpu"}
    assert facts["call"] == {
        "num_inference_steps": 2,
        "guidance_scale": 3.5,
        "max_area": AREA,
        "_auto_resize": False,
    }
    assert facts["lora"] is None
    assert facts["sources"]["steps"] == "set for this run"
    assert "run_image_editing.py" in facts["sources"]["guidance"]


def test_the_revision_of_a_folder_follows_its_weights(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    from helpers.tiny_checkpoints import build_kontext

    revisions = {
        loaded(FluxKontext, folder).provenance()["revision"]
        for folder in (build_kontext(tmp_path / "same"), build_kontext(tmp_path / "other", seed=1))
    }
    assert len(revisions) == 2
    assert loaded(FluxKontext, checkpoints["FluxKontextPipeline"]).provenance()["revision"] in revisions


@pytest.mark.parametrize("size", [(1280, 720), (101, 67), (4000, 10)])
def test_scaled_keeps_the_grid(size: tuple[int, int]) -> None:
    width, height = scaled(size, 1024 * 1024, 16)
    assert (width % 16, height % 16) == (0, 0)
    assert min(width, height) >= 16

"""The places of picture tokens, however the text encoder is loaded and moved."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import accelerate
import pytest
import torch
from golden import checkpoints
from golden.probe import Probe

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers import corrections, loading, placement
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext
from motionedit_bench.adapters.diffusers.families.qwen import QwenImageEdit
from motionedit_bench.records import Item, Picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.write("QwenImageEditPlusPipeline", tmp_path_factory.mktemp("golden") / "qwen")


@pytest.fixture(scope="module")
def item() -> Item:
    content = io.BytesIO()
    checkpoints.picture().save(content, "PNG")
    return Item("a", checkpoints.INSTRUCTION, Picture("a.png", content.getvalue))


def loaded(folder: Path) -> QwenImageEdit:
    settings = parse_settings(QwenImageEdit.Settings, ["steps=2", "max_area=12288"])
    adapter = QwenImageEdit(settings, str(folder), "cpu")
    adapter.load()
    return adapter


def seen(adapter: QwenImageEdit, item: Item) -> dict[str, Any]:
    """Positions and hidden states of both calls of the text encoder."""
    probe = Probe(adapter._pipeline, adapter.denoiser)
    adapter.edit(item, 7)
    return {name: value for name, value in probe.tensors.items() if name.startswith(("positions", "text"))}


@pytest.fixture(scope="module")
def expected(folder: Path, item: Item) -> dict[str, Any]:
    found = seen(loaded(folder), item)
    first = found["positions.0"]
    assert first.shape[:2] == (3, 1)
    assert (first[1] != first[2]).any()  # rows and columns of the picture
    return found


def test_offloading(folder: Path, item: Item, expected: dict[str, Any]) -> None:
    """With the CPU in the place of the GPU: the same hooks (by layers, accelerate takes no CPU)."""
    adapter = loaded(folder)
    placement.place(adapter._pipeline, torch.device("cpu"), "model", "tiny")
    found = seen(adapter, item)
    assert all((found[name] == value).all() for name, value in expected.items())


def test_a_device_map(
    folder: Path, item: Item, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Components that are spread have their hooks from accelerate before ours, and those of offload after."""
    build = loading.build

    def spread(*given: Any) -> Any:
        pipeline = build(*given)
        for component in (pipeline.text_encoder, pipeline.transformer):
            accelerate.dispatch_model(component, {"": "cpu"}, main_device="cpu", force_hooks=True)
        return pipeline

    monkeypatch.setattr(loading, "build", spread)
    adapter = loaded(folder)
    assert hasattr(adapter._pipeline.text_encoder, "_hf_hook")
    found = seen(adapter, item)
    assert all((found[name] == value).all() for name, value in expected.items())


def test_provenance_names_the_correction(folder: Path, tmp_path: Path) -> None:
    assert loaded(folder).provenance()["corrections"] == {"text_encoder": corrections.TOKEN_TYPES}
    kontext = checkpoints.write("FluxKontextPipeline", tmp_path / "kontext")
    adapter = FluxKontext(parse_settings(FluxKontext.Settings, ["steps=1"]), str(kontext), "cpu")
    adapter.load()
    assert adapter.provenance()["corrections"] == {}


class Language(torch.nn.Module):
    """Returns the token types that it is given."""

    config = SimpleNamespace(image_token_id=8, video_token_id=9)

    def forward(self, input_ids: Any = None, mm_token_type_ids: Any = None, **_: Any) -> Any:
        return mm_token_type_ids


class OldLanguage(torch.nn.Module):
    """Of a library that does not know the argument."""

    config = SimpleNamespace(image_token_id=8)

    def forward(self, input_ids: Any = None, image_grid_thw: Any = None) -> Any:
        return input_ids


@pytest.fixture
def corrected() -> Callable[[torch.nn.Module], torch.nn.Module]:
    def call(model: torch.nn.Module) -> torch.nn.Module:
        corrections.correct(SimpleNamespace(components={"text_encoder": model, "scheduler": object()}))
        return model

    return call


def test_token_types(corrected: Callable[[torch.nn.Module], torch.nn.Module]) -> None:
    ids, grid = torch.tensor([[1, 8, 8, 2, 9]]), torch.tensor([[1, 2, 2]])
    model = corrected(Language())
    assert model(input_ids=ids, image_grid_thw=grid).tolist() == [[0, 1, 1, 0, 2]]
    assert model(input_ids=ids, video_grid_thw=grid).tolist() == [[0, 1, 1, 0, 2]]
    assert model(input_ids=ids) is None
    given = torch.zeros_like(ids)
    assert model(input_ids=ids, image_grid_thw=grid, mm_token_type_ids=given) is given


def test_a_library_that_knows_no_token_types_is_left_alone(
    corrected: Callable[[torch.nn.Module], torch.nn.Module],
) -> None:
    model = corrected(OldLanguage())
    assert model(input_ids=torch.ones(1), image_grid_thw=torch.ones(1)).tolist() == [1.0]
    assert not model._forward_pre_hooks


class Tokenising(torch.nn.Module):
    """Makes a token of each picture: what its features sum to."""

    def get_image_tokens(self, features: Any, grids: Any = None) -> list[float]:
        return [float(one.sum()) for one in features]


def test_features_of_one_picture_are_not_taken_for_several(
    corrected: Callable[[torch.nn.Module], torch.nn.Module],
) -> None:
    model: Any = corrected(Tokenising())
    one, packed = torch.ones(4, 2, 3), torch.ones(6, 4)
    assert model.get_image_tokens(one, None) == [24]
    assert model.get_image_tokens([one, one]) == [24, 24]
    assert model.get_image_tokens(packed) == [4] * 6

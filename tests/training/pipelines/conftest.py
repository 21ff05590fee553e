"""Tiny random checkpoints of the released pipelines' classes, and editors over them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.checkpoints.of_adapters import shrink
from helpers.pictures import photograph, png
from helpers.shared import once
from helpers.tiny_checkpoints import build_kontext, build_qwen_edit, build_qwen_edit_plus

from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext
from motionedit_bench.adapters.diffusers.families.qwen import QwenImageEdit
from motionedit_bench.records import Item, Picture
from motionedit_bench.training.pipelines.editor import PipelineEditor

AREA = 96 * 64
FAMILIES = {
    "kontext": (build_kontext, FluxKontext, {"guidance": 2.5}),
    "qwen": (build_qwen_edit, QwenImageEdit, {"true_cfg_scale": 1.0}),
    "qwen-plus": (build_qwen_edit_plus, QwenImageEdit, {"true_cfg_scale": 1.0}),
}


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The checkpoint of a family, built when it is first asked for; read-only by agreement."""
    return lambda family: once(tmp_path_factory, f"training-{family}", FAMILIES[family][0])


@pytest.fixture
def edit_with(checkpoint: Callable[[str], Path]) -> Callable[[str], PipelineEditor]:
    """A new editor of a family, at an area of `AREA` pixels."""

    def make(family: str) -> PipelineEditor:
        _, kind, settings = FAMILIES[family]
        chosen = kind.Settings(steps=3, max_area=AREA, **settings)
        adapter = kind(chosen, model=str(checkpoint(family)), device="cpu")
        adapter.load()
        return PipelineEditor(adapter)

    return make


@pytest.fixture
def small_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Qwen's pipelines see inputs at 64x64 instead of one megapixel."""
    shrink(monkeypatch)


@pytest.fixture
def item() -> Item:
    picture = Picture("input", lambda: png(photograph(0, 120, 90)))
    return Item("cup", "Move the cup to the left.", picture, picture)

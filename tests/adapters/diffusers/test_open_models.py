"""Each declared model of 2026, run on the sample with a tiny random checkpoint of its real classes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from helpers.checkpoints.of_adapters import OF_ADAPTERS, shrink
from helpers.shared import once

from motionedit_bench import api
from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers import corrections
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.errors import AdapterError, UsageError
from motionedit_bench.images import decode
from motionedit_bench.records import Item

Make = Callable[..., Item]
Loaded = Callable[..., DiffusersAdapter]


@pytest.fixture
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    def find(name: str) -> Path:
        build = OF_ADAPTERS[name].build
        return once(tmp_path_factory, build.__name__, build)

    return find


@pytest.fixture
def loaded(checkpoint: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Loaded:
    def load(name: str, *settings: str) -> DiffusersAdapter:
        shrink(monkeypatch)
        kind = ADAPTERS.get(name)
        given = parse_settings(kind.Settings, ["steps=1", *OF_ADAPTERS[name].settings, *settings])
        adapter = kind(given, model=str(checkpoint(name)), device="cpu")
        assert isinstance(adapter, DiffusersAdapter)
        adapter.load()
        return adapter

    return load


OTHER_IDS = {"flux2_klein_4b", "flux2_klein_base_4b", "longcat_image_edit_turbo", "firered_edit"}
"""Adapters that differ from another one in the id, and in numbers of the call, alone."""


@pytest.mark.always("flux2_dev", "glm_image", "qwen_image_edit_2511", "wan_i2v")
@pytest.mark.parametrize("name", [name for name in OF_ADAPTERS if name not in OTHER_IDS])
def test_it_runs_on_the_sample(
    name: str, checkpoint: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    settings = dict(one.split("=") for one in OF_ADAPTERS[name].settings)
    made = api.run(
        name,
        settings={"steps": 1, **settings},
        bench="sample",
        limit=2,
        out=tmp_path,
        model=str(checkpoint(name)),
        device="cpu",
    )
    assert made is not None
    edits = [decode(path.read_bytes()) for path in sorted(tmp_path.glob("*.png"))]
    assert len(edits) == 2
    assert all(low < high for edit in edits for low, high in edit.getextrema())
    told = json.loads((tmp_path / "run.json").read_text())["provenance"]
    kind = ADAPTERS.get(name)
    assert issubclass(kind, DiffusersAdapter)
    assert told["pipeline"] == (kind.runs_as or kind.pipelines[0])
    assert {"model", "steps", "size", "dtype"} <= told["sources"].keys()
    assert told["safety_checker"] is None


@pytest.mark.parametrize("name", ["flux2_klein_9b", "omnigen", "joyai_image_edit", "chronoedit"])
def test_the_seed_decides_the_bytes(name: str, loaded: Loaded, make_item: Make) -> None:
    """Also where the pipeline draws from PyTorch's own generator besides (OmniGen, JoyAI)."""
    adapter, item = loaded(name), make_item(size=(80, 64), mode="RGBA")
    first = adapter.edit(item, 7).tobytes()
    assert adapter.edit(item, 7).tobytes() == first
    assert adapter.edit(item, 8).tobytes() != first
    assert adapter.edit(make_item(size=(80, 64), instruction="sit"), 7).tobytes() != first


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("flux2_dev", (96, 64)),  # each side floored to a multiple of 16
        ("dreamlite", (64, 32)),  # about max_area, in multiples of 32
        ("omnigen", (96, 64)),
        ("wan_i2v", (64, 48)),  # about max_area
        ("wan22_i2v", (64, 32)),  # in multiples of 32
        ("chronoedit", (64, 48)),
    ],
)
def test_sizes_are_as_declared(name: str, size: tuple[int, int], loaded: Loaded, make_item: Make) -> None:
    assert loaded(name).edit(make_item(size=(101, 67)), 7).size == size


def test_the_last_frame_is_the_edit(loaded: Loaded, make_item: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    adapter, videos = loaded("wan_i2v"), []
    kind = type(adapter.pipeline)
    call = kind.__call__
    monkeypatch.setattr(kind, "__call__", lambda *a, **k: videos.append(call(*a, **k)) or videos[-1])
    edited = np.asarray(adapter.edit(make_item(), 7))
    (video,) = videos[0].frames
    assert len(video) == 5
    assert np.array_equal(edited, (video[-1] * 255).round().astype(np.uint8))
    assert not np.array_equal(edited, (video[0] * 255).round().astype(np.uint8))
    assert adapter.provenance()["frame"] == -1
    assert adapter.provenance()["call"]["num_frames"] == 5


@pytest.mark.parametrize(("name", "frames"), [("wan_i2v", 6), ("chronoedit", 4), ("ltx_i2v", 13)])
def test_frames_come_in_strides(name: str, frames: int) -> None:
    with pytest.raises(UsageError, match="one more than a multiple"):
        parse_settings(ADAPTERS.get(name).Settings, [f"frames={frames}"])


def test_chronoedit_loads_as_its_own_classes(loaded: Loaded) -> None:
    """Its checkpoint declares Wan's, whose positions in time are others."""
    pipeline = loaded("chronoedit").pipeline
    assert type(pipeline).__name__ == "ChronoEditPipeline"
    assert type(pipeline.transformer).__name__ == "ChronoEditTransformer3DModel"


def test_some_components_stay_in_float32(loaded: Loaded, make_item: Make) -> None:
    adapter = loaded("wan_i2v", "dtype=bfloat16")
    types = {name: str(getattr(adapter.pipeline, name).dtype) for name in ("transformer", "text_encoder")}
    assert set(types.values()) == {"torch.bfloat16"}
    assert str(adapter.pipeline.vae.dtype) == str(adapter.pipeline.image_encoder.dtype) == "torch.float32"
    assert adapter.provenance()["float32"] == ["vae", "image_encoder"]
    assert adapter.edit(make_item(), 7).mode == "RGB"


READERS = (
    *("longcat_image_edit", "qwen_image_edit_2511", "kandinsky5_i2i"),
    *("joyai_image_edit", "bria_fibo_2", "dreamlite", "qwen_image_2_1"),
)
"""Models whose text encoder sees the picture."""


def positions(adapter: DiffusersAdapter, item: Item) -> list[torch.Tensor | None]:
    """Where the language model of the text encoder places the tokens, call by call."""
    seen = []
    adapter.pipeline.text_encoder.model.language_model.register_forward_pre_hook(
        lambda _, __, named: seen.append(named.get("position_ids")), with_kwargs=True
    )
    adapter.edit(item, 7)
    return seen


@pytest.mark.parametrize("name", READERS)
def test_tokens_of_the_picture_are_placed_in_it(name: str, loaded: Loaded, make_item: Make) -> None:
    first = positions(loaded(name), make_item(size=(80, 64)))[0]
    assert first is not None
    rows, columns = first[-2], first[-1]
    assert (rows != columns).any()


def test_without_the_correction_longcat_places_them_in_the_text_alone(
    loaded: Loaded, make_item: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "correct", lambda pipeline: {})
    first = positions(loaded("longcat_image_edit"), make_item(size=(80, 64)))[0]
    assert first is None or (first[-2] == first[-1]).all()


def test_a_package_that_is_lacking_is_said_before_anything_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    from motionedit_bench.adapters.diffusers import extras

    monkeypatch.setattr(extras, "package_version", lambda name: None)
    kind = ADAPTERS.get("wan_i2v")
    assert kind.state() == "needs the extra [ftfy]"
    with pytest.raises(AdapterError, match=r"pip install 'motionedit-bench\[ftfy\]'"):
        kind(device="cpu").load()


def test_what_a_model_leaves_transparent_is_white() -> None:
    from types import SimpleNamespace

    import numpy as np

    from motionedit_bench.adapters.diffusers.pictures import pictures

    pixels = np.zeros((1, 1, 2, 4))
    pixels[0, 0, 0, 3] = 1.0
    (edited,) = pictures(SimpleNamespace(images=pixels), "images", None)
    assert [edited.getpixel((x, 0)) for x in (0, 1)] == [(0, 0, 0), (255, 255, 255)]

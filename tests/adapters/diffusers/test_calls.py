"""The exact arguments that reach each pipeline, as the docs list them."""

from pathlib import Path

import diffusers
import pytest
from golden.calls import (
    NOT_COMPARED,
    adapters,
    differences,
    example,
    parameters,
    pipeline_of,
    recorded,
    table,
)

DOCS = Path(__file__).resolve().parents[3] / "docs" / "models-called.md"

KINDS = adapters()


@pytest.mark.parametrize("name", KINDS)
def test_the_pipeline_takes_what_it_is_given(name: str) -> None:
    kind = KINDS[name]
    given = recorded(kind)
    assert given.keys() <= parameters(pipeline_of(kind)).keys()
    assert given[kind.image_argument] is not None
    assert given["prompt"].endswith("raise both arms")
    assert given["output_type"] == "np"


@pytest.mark.parametrize("name", KINDS)
def test_what_differs_from_the_example_has_a_source(name: str) -> None:
    """No number of a call is the harness's own without a word on where it is from."""
    kind = KINDS[name]
    words = {
        "num_inference_steps": "steps",
        "guidance_scale": "guidance",
        "image_guidance_scale": "image_guidance",
        "img_guidance_scale": "image_guidance",
        "num_frames": "frames",
        "height": "size",
        "width": "size",
        "use_input_image_size_as_output": "size",
        "output_resolution": "resolution",
    }
    apart = differences(kind)
    assert {words.get(key, key) for key in apart} <= kind.sources.keys()
    assert not apart.keys() & NOT_COMPARED


def test_an_example_is_read() -> None:
    found = example(diffusers.WanImageToVideoPipeline)
    assert (found["num_frames"], found["guidance_scale"]) == (81, 5.0)
    assert found["negative_prompt"].startswith("Bright tones")
    assert example(diffusers.LongCatImageEditPipeline)["guidance_scale"] == 4.5


@pytest.mark.skipif(
    diffusers.__version__ != "0.42.1", reason="the docs list the examples of diffusers 0.42.1"
)
def test_the_docs_hold_the_table() -> None:
    assert table() in DOCS.read_text(encoding="utf-8")

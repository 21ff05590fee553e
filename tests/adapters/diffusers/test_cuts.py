"""What of an instruction CLIP does not read stands in the record, and is said once a run."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.tiny_tokenizers import clip_tokenizer, t5_tokenizer

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers.cuts import cuts
from motionedit_bench.adapters.diffusers.families.pix2pix import InstructPix2Pix
from motionedit_bench.records import Item
from motionedit_bench.running.attempt import attempt, attempt_together

LONG = "raise both arms, " * 6
"""Of 72 letters, commas and 12 more, of which the tiny tokenizer makes a token each."""


def test_each_clip_tokenizer_of_a_pipeline_is_asked() -> None:
    wide = clip_tokenizer()
    wide.model_max_length = 99
    parts = {"tokenizer": clip_tokenizer(), "tokenizer_2": t5_tokenizer(), "tokenizer_3": wide, "vae": None}
    pipeline = SimpleNamespace(components=parts)
    assert cuts(pipeline, "a" * 75) == {}
    assert cuts(pipeline, "a" * 76) == {"tokenizer": {"tokens": 78, "read": 77}}
    assert cuts(pipeline, "a" * 98).keys() == {"tokenizer", "tokenizer_3"}


def test_the_record_of_an_edit_says_what_was_cut(
    checkpoints: dict[str, Path], make_item: Callable[..., Item], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = checkpoints["StableDiffusionInstructPix2PixPipeline"]
    adapter = InstructPix2Pix(parse_settings(InstructPix2Pix.Settings, ["steps=1"]), str(folder), "cpu")
    adapter.load()
    capfd.readouterr()
    short, long = (make_item(size=(64, 64), instruction=text) for text in ("sit", LONG))
    one = attempt(adapter, long, 1)
    assert one.image is not None
    assert one.record(b"")["cut"]["tokenizer"]["read"] == 77
    assert one.record(b"")["cut"]["tokenizer"]["tokens"] > 77
    assert "cut" not in attempt(adapter, short, 1).record(b"")
    assert [made.notes for made in attempt_together(adapter, [short, long], [1, 2])] == [
        {"batch": 2},
        {"batch": 2, "cut": one.notes["cut"]},
    ]
    assert capfd.readouterr().err == ""

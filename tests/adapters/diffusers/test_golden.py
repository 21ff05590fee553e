"""What reaches the networks of each diffusers adapter is what reached them in the release's own versions."""

from pathlib import Path

import pytest
from golden.calls import adapters
from golden.compare import Difference, compare, compared, golden
from helpers.checkpoints.of_adapters import OF_ADAPTERS


@pytest.mark.slow
@pytest.mark.always("flux_kontext", "qwen_image_edit", "hq_edit", "magicbrush")
@pytest.mark.parametrize("name", compared())
def test_the_networks_see_what_they_saw_in_the_release(name: str, tmp_path: Path) -> None:
    differences = list(compare(name, tmp_path / "checkpoint"))
    assert {"text.0", "denoiser.out", "edited"} <= {found.tensor for found in differences}
    assert [found for found in differences if not found.agrees] == []


def test_each_adapter_is_compared_or_runs_on_a_checkpoint_of_its_own() -> None:
    assert adapters().keys() == {*compared(), *OF_ADAPTERS}


def test_positions_of_picture_tokens_have_three_dimensions() -> None:
    for name in ("qwen_image_edit", "qwen_image_edit_first", "motionnft_qwen", "uniworld_v2_qwen"):
        theirs = golden(name)
        for call in ("positions.0", "positions.1"):
            three, batch, length = theirs[call]["shape"]
            assert (three, batch) == (3, 1)
            assert length > 300


@pytest.mark.slow
def test_a_correction_left_out_is_found(tmp_path: Path) -> None:
    """With the installed libraries as they are, Qwen-Image-Edit sees its picture's tokens at other places."""
    found = {one.tensor: one for one in compare("qwen_image_edit", tmp_path / "checkpoint", bare=True)}
    assert not found["positions.0"].agrees
    assert found["text.0"].largest > 0.5
    assert not found["denoiser.out"].agrees
    assert found["denoiser.hidden_states"].agrees


def test_what_is_not_there_is_no_agreement() -> None:
    assert not Difference("text.0", float("inf"), 1.0).agrees
    assert not Difference("positions.0", float("nan"), 0.0).agrees

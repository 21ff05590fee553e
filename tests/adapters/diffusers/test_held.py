"""What reaches the networks of the pipelines of 2026 is what reached them when it was held."""

from pathlib import Path

import pytest
from golden.compare import apart, stored
from golden.held import HELD, NAMES, seen
from helpers.checkpoints.of_adapters import OF_ADAPTERS

from motionedit_bench.adapters import ADAPTERS


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_networks_see_what_they_saw(name: str, tmp_path: Path) -> None:
    differences = list(apart(seen(name, tmp_path / "checkpoint"), stored(HELD / f"{name}.npz")))
    assert {"denoiser.out", "edited"} <= {found.tensor for found in differences}
    assert [found for found in differences if not found.agrees] == []


def test_each_pipeline_is_held() -> None:
    def ran(name: str) -> str:
        kind = ADAPTERS.get(name)
        return str(kind.runs_as or kind.pipelines[0])  # type: ignore[attr-defined]

    elsewhere = {
        "DreamLiteMobilePipeline",  # DreamLite's without guidance
        "QwenImageEditPlusPipeline",  # golden tensors, of the release's versions
        "StableDiffusionInstructPix2PixPipeline",
        "StableDiffusionXLInstructPix2PixPipeline",  # older than 2026
    }
    assert {ran(name) for name in OF_ADAPTERS} - elsewhere == {ran(name) for name in NAMES}

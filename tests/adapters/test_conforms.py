"""Some adapters keep what adapters promise; ``tests/golden/conform.py`` tries all."""

from pathlib import Path

import pytest
from golden.conform import PIPELINES, SERVED, broken, made

from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.adapters.served.base import Served
from motionedit_bench.conformance.adapter import check

TRIED = ("omnigen", "ltx_i2v", "instruct_pix2pix_xl", "gemini_images", "seedream", "flux_2_pro")


@pytest.mark.parametrize("name", TRIED)
def test_it_conforms(name: str, tmp_path: Path) -> None:
    with made(name, tmp_path) as adapter:
        findings = check(adapter)
    assert broken(name, findings) == []
    assert sum(one.outcome == "pass" for one in findings) >= 22


def test_every_pipeline_and_every_served_model_is_tried() -> None:
    kinds = {name: ADAPTERS.get(name) for name in ADAPTERS}
    assert PIPELINES.keys() == {name for name, kind in kinds.items() if issubclass(kind, DiffusersAdapter)}
    assert SERVED.keys() == {name for name, kind in kinds.items() if issubclass(kind, Served)}

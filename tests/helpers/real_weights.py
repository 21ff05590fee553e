"""Published weights as the product itself fetches them: once, kept with pytest's own cache between runs."""

from pathlib import Path

import pytest
from filelock import FileLock

from motionedit_bench import weights
from motionedit_bench.errors import WeightsUnavailable


def real_weights(config: pytest.Config, name: str) -> Path:
    """A cache folder (`MEBENCH_CACHE`) that holds them; the test is skipped where they cannot be had."""
    folder = config.cache.mkdir("mebench")
    with FileLock(folder / f"{name}.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEBENCH_CACHE", str(folder))
        try:
            for member in weights.members(name):
                weights.get(member)
        except WeightsUnavailable as error:
            pytest.skip(f"the weights {name} cannot be had here: {error}")
    return folder


@pytest.fixture(scope="session")
def pose_weights(pytestconfig: pytest.Config) -> Path:
    """A cache folder that holds BlazePose's networks."""
    pytest.importorskip("ai_edge_litert")
    return real_weights(pytestconfig, "pose")

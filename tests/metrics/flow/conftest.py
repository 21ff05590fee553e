"""A checkpoint of random numbers for `unimatch`, and what reads it."""

from pathlib import Path

import pytest
from helpers.shared import once
from torch import Tensor

from motionedit_bench.metrics.flow.gmflow import GMFlow
from motionedit_bench.metrics.flow.unimatch import UniMatch, random_checkpoint, read_weights


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = once(tmp_path_factory, "unimatch", lambda folder: random_checkpoint(folder / "random.pth"))
    return folder / "random.pth"


@pytest.fixture(scope="session")
def state(checkpoint: Path) -> dict[str, Tensor]:
    return read_weights(checkpoint)[1]


@pytest.fixture(scope="session")
def network(state: dict[str, Tensor]) -> GMFlow:
    network = GMFlow().double().eval()
    network.load_state_dict(state)
    return network


@pytest.fixture(scope="session")
def estimator(checkpoint: Path) -> UniMatch:
    return UniMatch("cpu", checkpoint)

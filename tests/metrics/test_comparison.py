"""Flows that are computed together are those that would be computed alone."""

from collections.abc import Sequence

import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.errors import ImageError
from motionedit_bench.metrics.comparison import Comparison, Scene, Together
from motionedit_bench.metrics.flow.base import Flow
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.instruments import Instruments

FIRST = photograph(0, 80, 64)
EDITS = [np.roll(FIRST, shift, axis=1) for shift in (1, 2, 3)]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many flows were asked for at a time."""
    counted: list[int] = []
    honest = Dis.flows

    def flows(self: Dis, first: np.ndarray, seconds: Sequence[np.ndarray]) -> list[Flow]:
        counted.append(len(seconds))
        return honest(self, first, seconds)

    monkeypatch.setattr(Dis, "flows", flows)
    return counted


def opened(together: Together | None, count: int = 3) -> list[Comparison]:
    scene = Scene(Image.fromarray(FIRST), None, Instruments())
    return [Comparison(scene, Image.fromarray(edit), None, together) for edit in EDITS[:count]]


def test_the_flows_of_all_are_computed_when_that_of_one_is_asked_for(calls: list[int]) -> None:
    alone = [one.flow for one in opened(None)]
    assert calls == []
    company = opened(Together())
    found = [one.flow for one in reversed(company)][::-1]
    assert calls == [3]
    for one, other in zip(found, alone, strict=True):
        assert np.array_equal(one, other)
    assert [one.flow is kept for one, kept in zip(company, found, strict=True)] == [True] * 3


def test_one_alone_is_computed_alone(calls: list[int]) -> None:
    (only,) = opened(Together(), 1)
    assert only.flow.shape == (64, 80, 2)
    assert calls == []


def test_where_one_fails_each_is_left_to_itself(calls: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> list[Flow]:
        raise ImageError("no finite numbers")

    alone = [one.flow for one in opened(None)]
    monkeypatch.setattr(Dis, "flows", never)
    for one, other in zip(opened(Together()), alone, strict=True):
        assert np.array_equal(one.flow, other)

"""GMFlow's parts, against plain forms of what they compute."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from motionedit_bench.metrics.flow.gmflow import matching, refinement, transformer


def test_attention_is_the_plain_formula():
    query, key, value = torch.randn(3, 2, 40, 16, dtype=torch.float64)
    regions = torch.arange(40) // 15
    for given, bias in ((None, 0.0), (regions, -100.0 * (regions[:, None] != regions))):
        plain = (query @ key.mT / 4 + bias).softmax(-1) @ value
        assert torch.allclose(transformer.attend(query, key, value, given), plain, atol=1e-12)


def test_attention_in_pieces_is_attention_at_once(monkeypatch):
    query, key, value = torch.randn(3, 2, 40, 16, dtype=torch.float64)
    regions = torch.arange(40) // 15
    whole = transformer.attend(query, key, value, regions)
    monkeypatch.setattr(transformer, "piece", lambda *_: 7)
    assert torch.allclose(transformer.attend(query, key, value, regions), whole, atol=1e-12)


@pytest.mark.parametrize("shifted", [False, True])
def test_windows_hold_every_place_once(shifted):
    groups = transformer.windows(16, 24, 4, shifted, torch.device("cpu"))
    places = torch.cat([places for places, _ in groups])
    assert places.shape == (16, 4 * 6)
    assert sorted(places.flatten().tolist()) == list(range(16 * 24))
    assert [len(places) for places, regions in groups if regions is None] == [9 if shifted else 16]


def test_a_shifted_window_keeps_what_wrapped_around_apart():
    groups = transformer.windows(8, 8, 2, True, torch.device("cpu"))
    for places, regions in groups:
        for window in places:
            y, x = window // 8, window % 8
            apart = ((y[:, None] - y).abs() > 4) | ((x[:, None] - x).abs() > 4)
            different = regions[:, None] != regions if regions is not None else torch.zeros(16, 16).bool()
            assert torch.equal(apart, different)


def test_position_is_the_formula_written_out():
    code = transformer.encode_position(3, 5, 16, torch.zeros((), dtype=torch.float64))
    assert code.shape == (3, 5, 16)
    for y in range(3):
        for x in range(5):
            angles = [2 * np.pi * (y + 1) / (3 + 1e-6), 2 * np.pi * (x + 1) / (5 + 1e-6)]
            terms = [f(a / 10_000 ** (k / 4)) for a in angles for k in range(4) for f in (np.sin, np.cos)]
            assert np.allclose(code[y, x], terms, atol=1e-14)


def correlate_by_sampling(first: Tensor, second: Tensor, flow: Tensor, radius: int) -> Tensor:
    """The original's way: (2 radius + 1)^2 bilinear samples of every channel for each place."""
    count, height, width, channels = first.shape
    steps = torch.arange(-radius, radius + 1, dtype=flow.dtype)
    offsets = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), -1).flatten(0, 1)
    goal = (matching.grid_like(flow) + flow).flatten(1, 2)[:, :, None] + offsets
    middle = flow.new_tensor([(width - 1) / 2, (height - 1) / 2])
    samples = grid_sample(second.permute(0, 3, 1, 2), (goal - middle) / middle, align_corners=True)
    products = torch.einsum("bnc,bcnk->bnk", first.flatten(1, 2), samples) / channels**0.5
    return products.view(count, height, width, -1)


@pytest.mark.parametrize("reach", [0.0, 0.7, 5.0, 1e3, 1e30])
def test_correlation_is_what_sampling_gives_inside_at_the_border_and_far_outside(reach):
    generator = torch.Generator().manual_seed(0)
    first, second = torch.randn(2, 2, 7, 9, 8, generator=generator, dtype=torch.float64)
    flow = reach * torch.randn(2, 7, 9, 2, generator=generator, dtype=torch.float64)
    found = matching.correlate(first, second, flow, 4)
    assert torch.allclose(found, correlate_by_sampling(first, second, flow, 4), atol=1e-10)


def test_correlation_in_pieces_is_correlation_at_once(monkeypatch):
    first, second = torch.randn(2, 1, 7, 9, 8, dtype=torch.float64)
    flow = 3 * torch.randn(1, 7, 9, 2, dtype=torch.float64)
    whole = matching.correlate(first, second, flow, 4)
    monkeypatch.setattr(matching, "piece", lambda *_: 5)
    assert torch.equal(matching.correlate(first, second, flow, 4), whole)


def test_flow_that_is_no_number_stays_none_and_reads_nothing_outside():
    first, second = torch.randn(2, 1, 7, 9, 8)
    flow = torch.zeros(1, 7, 9, 2)
    flow[0, 3, 4, 0] = torch.nan
    found = matching.correlate(first, second, flow, 4)
    assert found[0, 3, 4].isnan().all()
    assert found.isnan().sum() == 81


def test_matching_finds_features_where_they_went():
    second = 30 * torch.randn(1, 8, 12, 64, dtype=torch.float64)
    first = torch.zeros_like(second)
    first[:, :7, :10] = second[:, 1:, 2:]
    inside = (slice(None), slice(7), slice(10))
    for flow in (matching.match_everywhere(first, second), matching.match_nearby(first, second, 4)):
        assert torch.allclose(flow[inside], torch.tensor([2.0, 1.0], dtype=torch.float64), atol=1e-6)


def test_matching_nearby_never_points_outside():
    flow = matching.match_nearby(*torch.randn(2, 1, 8, 12, 16, dtype=torch.float64), 4)
    goal = matching.grid_like(flow) + flow
    assert (goal >= 0).all()
    assert (goal[..., 0] <= 11).all()
    assert (goal[..., 1] <= 7).all()


def test_the_prepared_recurrent_unit_is_the_textbook_one():
    unit = refinement.RecurrentUnit().double()
    state, context, motion = torch.randn(3, 1, 128, 6, 7, dtype=torch.float64)
    found = unit(state, motion, unit.prepare(state, context))
    for axis, padding in ((1, (0, 2)), (2, (2, 0))):

        def gate(letter: str, state: Tensor, axis: int = axis, padding: tuple[int, int] = padding) -> Tensor:
            convolution = getattr(unit, f"conv{letter}{axis}")
            inputs = torch.cat([state, context, motion], 1)
            return torch.conv2d(inputs, convolution.weight, convolution.bias, padding=padding)

        z, r = gate("z", state).sigmoid(), gate("r", state).sigmoid()
        state = (1 - z) * state + z * gate("q", r * state).tanh()
    assert torch.allclose(found, state, atol=1e-10)


def test_upsampling_an_even_flow_gives_it_four_times():
    flow = torch.ones(1, 5, 6, 2) * torch.tensor([1.5, -2.0])
    finer = refinement.upsample(flow, torch.randn(1, 5, 6, 144))
    assert finer.shape == (1, 20, 24, 2)
    assert torch.allclose(finer[:, 4:-4, 4:-4], 4 * flow[0, 0, 0], atol=1e-5)

"""How the sampling policy and the average follow."""

import pytest
import torch

from motionedit_bench.training.averages import ema_decay, follow, old_decay


def test_the_old_policy_follows_at_once_at_first_and_by_half_in_the_end():
    assert [old_decay(step) for step in (0, 1, 100, 500, 5000)] == [0, 0.001, 0.1, 0.5, 0.5]


def test_the_average_warms_up_to_nine_tenths():
    assert [ema_decay(n) for n in (0, 8, 80, 81, 10**6)] == pytest.approx([0.1, 0.5, 0.9, 0.9, 0.9])


def test_following_is_in_place_by_name_and_passes_no_gradient():
    average = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([0.0])}
    held = average["a"]
    leader = {"b": torch.tensor([4.0]), "a": torch.tensor([3.0, 6.0], requires_grad=True)}
    follow(average, leader, 0.25)
    assert held.tolist() == [2.5, 5.0]
    assert average["b"].tolist() == [3.0]
    assert not average["a"].requires_grad

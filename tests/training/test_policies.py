"""Three policies on one network."""

import pytest
import torch
from helpers.tiny_training import CHANNELS, TOKENS, TinyEditor, recipe
from torch import nn

from motionedit_bench.errors import UsageError
from motionedit_bench.training.policies import Policies, copied


@pytest.fixture
def editor():
    return TinyEditor()


@pytest.fixture
def answer(editor):
    x = torch.randn(2, TOKENS, CHANNELS, generator=torch.Generator().manual_seed(0))
    return lambda: editor.velocity(x, torch.tensor([0.5, 1.0]), torch.ones(1, TOKENS, CHANNELS))


def by(policies, policy, answer):
    with policies.by(policy):
        return answer()


def randomised(weights, seed):
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(tensor.shape, generator=generator) for name, tensor in weights.items()}


def test_all_three_start_at_the_model_itself(editor, answer):
    untouched = answer()
    policies = Policies(editor.transformer, recipe())
    assert all(torch.equal(by(policies, one, answer), untouched) for one in ("theta", "old", "base"))


def test_each_answers_by_its_own_weights_at_the_strength_of_alpha(editor, answer):
    untouched = answer()
    policies = Policies(editor.transformer, recipe(rank=2, alpha=4))
    for number, policy in enumerate(("theta", "old")):
        weights = randomised(policies.theta, number)
        policies.load(policy, weights)
        layer = editor.transformer.to_q
        down, up = weights["to_q.lora_A.weight"], weights["to_q.lora_B.weight"]
        kept = layer.base_layer.weight.data.clone()
        with policies.by("base"):
            layer.base_layer.weight.data += 4 / 2 * up @ down
            expected = answer()
            layer.base_layer.weight.data.copy_(kept)
        assert torch.allclose(by(policies, policy, answer), expected, atol=1e-5)
        assert not torch.allclose(expected, untouched, atol=0.1)
    assert torch.equal(by(policies, "base", answer), untouched)


def test_gradients_belong_to_theta_alone_whoever_answered_last(editor, answer):
    policies = Policies(editor.transformer, recipe())
    policies.load("theta", randomised(policies.theta, 1))
    before = answer()
    for policy in ("old", "base"):
        assert not by(policies, policy, answer).requires_grad
    before.sum().backward()
    assert all(tensor.grad is not None for tensor in policies.theta.values())
    learning = {name for name, p in editor.transformer.named_parameters() if p.requires_grad}
    assert learning == {"to_q.lora_A.theta.weight", "to_q.lora_B.theta.weight"}


def test_theta_answers_again_after_an_error(editor, answer):
    policies = Policies(editor.transformer, recipe())
    policies.load("theta", randomised(policies.theta, 1))
    expected = answer()
    with pytest.raises(RuntimeError, match="broken"), policies.by("base"):
        raise RuntimeError("broken")
    assert torch.equal(answer(), expected)


def test_weights_are_held_for_a_while_only(editor):
    policies = Policies(editor.transformer, recipe())
    before = copied(policies.theta)
    other = randomised(before, 2)
    with policies.holding(other):
        assert all(torch.equal(policies.theta[name], other[name]) for name in other)
    assert all(torch.equal(policies.theta[name], before[name]) for name in before)


def test_the_start_depends_on_the_seed_and_leaves_other_draws_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    editors = [TinyEditor() for _ in range(3)]
    torch.manual_seed(5)
    starts = [Policies(e.transformer, recipe(seed=s)).theta for e, s in zip(editors, (1, 1, 2), strict=True)]
    assert torch.equal(torch.rand(1), expected)
    first, again, other = (one["to_q.lora_A.weight"] for one in starts)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_model_in_half_precision_learns_in_float32(editor):
    editor.transformer.to(torch.bfloat16)
    policies = Policies(editor.transformer, recipe())
    assert {tensor.dtype for tensor in (*policies.theta.values(), *policies.old.values())} == {torch.float32}


def test_what_fits_no_layer_is_refused_in_one_line(editor):
    with pytest.raises(UsageError, match="finds no layer"):
        Policies(nn.Sequential(nn.Linear(2, 2)), recipe(targets=("to_k",)))
    policies = Policies(editor.transformer, recipe(rank=2))
    with pytest.raises(UsageError, match="another model or rank"):
        policies.load("old", {name: tensor[:1] for name, tensor in policies.theta.items()})

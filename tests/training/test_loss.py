"""The loss and its gradient against the formulas in plain NumPy, in float64."""

import numpy as np
import pytest
import torch

from motionedit_bench.training.loss import clean_error, drift, nft_loss, noised

B, SHAPE = 5, (6, 4)
AXES = (1, 2)


@pytest.fixture
def arrays():
    rng = np.random.default_rng(3)
    names = ("theta", "old", "base", "x0", "noise")
    found = {name: rng.normal(size=(B, *SHAPE)) for name in names}
    return found | {"t": np.array([1.0, 0.9, 0.5, 0.2, 0.01]), "r": np.array([0.0, 0.3, 0.5, 0.8, 1.0])}


def by_numpy(a, beta, negative):
    """The loss of each edit, and its gradient by ``theta``, by the chain rule on paper."""
    t = a["t"].reshape(B, 1, 1)
    x_t = (1 - t) * a["x0"] + t * a["noise"]
    losses, gradients = [], []
    for sign, share in ((1, a["r"]), (-1, negative * (1 - a["r"]))):
        v = (1 - sign * beta) * a["old"] + sign * beta * a["theta"]
        error = x_t - t * v - a["x0"]
        w = np.maximum(np.abs(error).mean(AXES), 1e-5)
        losses.append(share * (error**2).mean(AXES) / w)
        scale = (share / w).reshape(B, 1, 1) / np.prod(SHAPE)
        gradients.append(scale * 2 * error * -t * sign * beta)
    return sum(losses) / beta, sum(gradients) / beta


@pytest.mark.parametrize(("beta", "negative"), [(1.0, 1.0), (0.3, 1.0), (1.0, 0.0)])
def test_loss_and_gradient_equal_those_of_the_formulas(arrays, beta, negative):
    given = {name: torch.from_numpy(array) for name, array in arrays.items()}
    theta = given["theta"].requires_grad_(True)
    x_t = noised(given["x0"], given["noise"], given["t"])
    found = nft_loss(theta, given["old"], x_t, given["x0"], given["t"], given["r"], beta, negative)
    found.sum().backward()
    loss, gradient = by_numpy(arrays, beta, negative)
    assert np.abs(found.detach().numpy() - loss).max() < 1e-10
    assert np.abs(theta.grad.numpy() - gradient).max() < 1e-10


def test_drift_and_its_gradient_equal_those_of_the_formula(arrays):
    theta = torch.from_numpy(arrays["theta"]).requires_grad_(True)
    found = drift(theta, torch.from_numpy(arrays["base"]))
    found.sum().backward()
    difference = arrays["theta"] - arrays["base"]
    assert np.abs(found.detach().numpy() - (difference**2).mean(AXES)).max() < 1e-10
    assert np.abs(theta.grad.numpy() - 2 * difference / np.prod(SHAPE)).max() < 1e-10


def test_optimality_1_for_all_is_flow_matching_on_own_samples(arrays):
    """Flow matching's error is ||v - (noise - x0)||^2; the loss is that error times t^2 / w."""
    given = {name: torch.from_numpy(array) for name, array in arrays.items()}
    theta = given["theta"].requires_grad_(True)
    x_t = noised(given["x0"], given["noise"], given["t"])
    ones = torch.ones(B, dtype=torch.float64)
    loss = nft_loss(theta, given["old"], x_t, given["x0"], given["t"], ones)
    (gradient,) = torch.autograd.grad(loss.sum(), theta)

    difference = theta - (given["noise"] - given["x0"])
    weight = given["t"] ** 2 / (given["t"] * difference.detach().abs().mean(AXES))
    matching = weight * (difference**2).mean(AXES)
    (expected,) = torch.autograd.grad(matching.sum(), theta)
    assert torch.allclose(loss, matching, rtol=0, atol=1e-10)
    assert torch.allclose(gradient, expected, rtol=0, atol=1e-10)


def test_optimality_half_at_the_old_policy_pulls_nowhere(arrays):
    """At theta = old both halves are equal and opposite."""
    given = {name: torch.from_numpy(array) for name, array in arrays.items()}
    theta = given["old"].clone().requires_grad_(True)
    x_t = noised(given["x0"], given["noise"], given["t"])
    half = torch.full((B,), 0.5, dtype=torch.float64)
    nft_loss(theta, given["old"], x_t, given["x0"], given["t"], half).sum().backward()
    assert theta.grad.abs().max() < 1e-15


def test_a_velocity_that_points_at_the_picture_has_no_error(arrays):
    given = {name: torch.from_numpy(array) for name, array in arrays.items()}
    x_t = noised(given["x0"], given["noise"], given["t"])
    error = clean_error(given["noise"] - given["x0"], x_t, given["x0"], given["t"])
    assert error.max() < 1e-20


def test_noised_ends_at_the_picture_and_at_the_noise(arrays):
    x0, noise = (torch.from_numpy(arrays[name]) for name in ("x0", "noise"))
    assert torch.equal(noised(x0, noise, torch.zeros(B)), x0)
    assert torch.equal(noised(x0, noise, torch.ones(B)), noise)

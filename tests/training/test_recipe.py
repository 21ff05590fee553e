"""Settings that no training can have are refused in one line."""

import pytest

from motionedit_bench.errors import UsageError
from motionedit_bench.training.recipe import Recipe


def test_the_defaults_are_the_releases():
    recipe = Recipe()
    assert (recipe.prompts, recipe.images, recipe.sampling_steps, recipe.trained_times) == (24, 8, 6, 5)
    assert (recipe.rank, recipe.alpha, recipe.learning_rate, recipe.kl_weight) == (32, 64, 3e-4, 1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"images": 1},
        {"prompts": 0},
        {"steps": 0},
        {"patience": -1},
        {"beta": 0.0},
        {"learning_rate": -1e-4},
        {"negative": -1.0},
        {"timestep_fraction": 1.1},
        {"sampling_steps": 1},
        {"targets": ()},
        {"learning_rate": float("inf")},
        {"good_mean": float("nan")},
        {"seed": 10**30},
        {"learning_rate": 1e39},
        {"rank": 10**30},
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(wrong):
    (name,) = wrong
    with pytest.raises(UsageError, match=f"{name} must be .*, but got"):
        Recipe(**wrong)

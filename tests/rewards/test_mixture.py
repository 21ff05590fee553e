import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.errors import UsageError
from motionedit_bench.metrics import CATALOGUE, Facts
from motionedit_bench.rewards.mixture import Scale, by_judges, by_targets, parse_mixture, scale_of


def test_names_and_weights_are_shares_of_one():
    assert parse_mixture("motion=0.5,judge=0.5") == {"motion": 0.5, "judge": 0.5}
    assert parse_mixture("motion") == {"motion": 1.0}
    assert parse_mixture(" motion = 3 , ssim ") == {"motion": 0.75, "ssim": 0.25}


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=4))
def test_shares_always_sum_to_one(weights):
    names = ("motion", "judge", "ssim", "lpips")
    text = ",".join(f"{name}={weight!r}" for name, weight in zip(names, weights, strict=False))
    assert math.fsum(parse_mixture(text).values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("moton=1", "unknown reward 'moton': did you mean 'motion'"),
        ("motion=0", "a weight must be a number above 0"),
        ("motion=-1", "a weight must be a number above 0"),
        ("motion=nan", "a weight must be a number above 0"),
        ("motion=1e308,ssim=1e308", "the weights' sum is too large"),
        ("motion=inf", "a weight must be a number above 0"),
        ("motion=half", "--reward motion=half"),
        ("motion=", "a weight must be a number above 0"),
        ("motion=1,motion=2", "twice"),
        ("", "unknown reward ''"),
        ("motion=1,,ssim=1", "unknown reward ''"),
        ("motion_magnitude", "describes items"),
        ("mas_noop", "describes items"),
        ("win_rate", "other models"),
    ],
)
def test_what_is_no_mixture_is_said_in_one_line(text, said):
    with pytest.raises(UsageError, match=said) as raised:
        parse_mixture(text)
    assert "\n" not in str(raised.value)


def test_a_metric_without_finite_bounds_is_no_reward(monkeypatch):
    facts = Facts(better="lower", worst=None, bounds=(0, math.inf), digits=1, about="without end")
    monkeypatch.setitem(CATALOGUE._others, "endless", facts)
    with pytest.raises(UsageError, match="bounds are 0 to inf"):
        scale_of("endless")


def test_values_are_brought_to_0_and_1_by_bounds_and_direction():
    assert scale_of("mas").share(53.7) == pytest.approx(0.537)
    assert scale_of("motion_gain").share(0) == 0.5
    assert scale_of("ssim").share(-1) == 0
    assert scale_of("lpips").share(0) == 1
    assert scale_of("lpips").share(2.5) == 0.75
    assert scale_of("judge").share(4) == 0.8
    assert scale_of("motion").share(0.3) == 0.3


@pytest.mark.parametrize("name", [name for name, one in CATALOGUE.items() if one.better and not one.derived])
def test_the_better_bound_is_1_and_the_worse_0(name):
    low, high = CATALOGUE[name].bounds
    scale, rising = scale_of(name), CATALOGUE[name].better == "higher"
    assert (scale.share(low), scale.share(high)) == ((0, 1) if rising else (1, 0))


def test_a_value_outside_its_bounds_is_refused_and_a_rounding_error_is_not():
    assert Scale(-1, 1).share(1 + 1e-9) == 1
    for value in (1.01, -1.01, math.nan, math.inf):
        with pytest.raises(ValueError, match="lies outside -1 to 1"):
            Scale(-1, 1).share(value)


def test_which_rewards_need_a_judge_and_which_a_target():
    weights = parse_mixture("motion,judge,overall,ssim")
    assert by_judges(weights) == ("judge", "overall")
    assert by_targets(weights) == ("motion", "ssim")

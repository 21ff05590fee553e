import numpy as np
import pytest
from helpers.scored_models import write_model
from scipy import stats

from motionedit_bench.leaderboard.compare import differences, read_model


@pytest.fixture
def scored(tmp_path):
    """Three models: `high` and `low` far apart, `twin` like `high` but for noise."""
    rng = np.random.default_rng(4)
    items = [f"i{k}" for k in range(60)]
    base = rng.normal(60, 8, 60)
    values = {"high": base, "twin": base + rng.normal(0, 3, 60), "low": base - 12 + rng.normal(0, 3, 60)}
    for name, own in values.items():
        write_model(tmp_path, name, dict(zip(items, own.tolist(), strict=True)), ids=items)
    return tmp_path, values


def test_the_test_is_paired_and_corrected(scored):
    folder, values = scored
    found = {
        (one.first, one.second): one for one in differences([read_model(folder / name) for name in values])
    }
    p_values = {
        pair: stats.ttest_rel(values[pair[0]], values[pair[1]]).pvalue
        for pair in (("high", "twin"), ("high", "low"), ("twin", "low"))
    }
    assert {pair: one.p_value for pair, one in found.items()} == pytest.approx(p_values)
    assert found["high", "twin"].corrected == pytest.approx(p_values["high", "twin"])
    assert found["high", "twin"].better is None
    assert found["high", "low"].better == "high"
    gaps = values["high"] - values["low"]
    one = found["high", "low"]
    assert one.mean == pytest.approx(gaps.mean())
    assert one.effect == pytest.approx(gaps.mean() / gaps.std(ddof=1))
    assert one.ci95[0] < one.mean < one.ci95[1]
    assert (one.common, one.expected) == (60, 60)


def test_the_command_prints_it(scored, mebench):
    folder, _ = scored
    status, out, _ = mebench("compare", folder / "high", folder / "low", "--metric", "mas")
    assert status == 0
    line = next(line for line in out.splitlines() if line.startswith("mas"))
    assert "high - low" in line
    assert line.split()[-2:] == ["high", "60/60"]


def test_for_lower_is_better_the_lower_one_is_better(tmp_path):
    for name, level in (("a", 0.2), ("b", 0.4)):
        write_model(tmp_path, name, {k: level + 0.01 * n for n, k in enumerate("abcde")}, metric="lpips")
    (one,) = differences([read_model(tmp_path / "a"), read_model(tmp_path / "b")])
    assert (one.better, one.effect) == ("a", pytest.approx(one.effect))


def test_only_common_items_count_and_none_is_none(tmp_path):
    write_model(tmp_path, "a", {"a": 1.0, "b": 2.0})
    write_model(tmp_path, "b", {"b": 5.0, "c": 2.0})
    write_model(tmp_path, "c", {"d": 5.0})
    found = {
        one.second: one
        for one in differences([read_model(tmp_path / name) for name in "abc"])
        if one.first == "a"
    }
    assert (found["b"].common, found["b"].mean, found["b"].p_value) == (1, -3.0, None)
    assert (found["c"].common, found["c"].mean, found["c"].better) == (0, None, None)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("m1",), "two models"),
        (("m1", "m2"), "different benchmarks"),
        (("m1", "nowhere"), "mebench score"),
        (("m1", "m3", "--metric", "mass"), "did you mean"),
        (("m1", "m3", "--metric", "mas"), "in the same way"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path, mebench, arguments, why):
    write_model(tmp_path, "m1", {"a": 1.0})
    write_model(tmp_path, "m2", {"a": 1.0}, fingerprint="2" * 64)
    write_model(tmp_path, "m3", {"a": 1.0}, flow="tvl1")
    status, _, err = mebench(
        "compare", *(tmp_path / one if one in ("m1", "m2", "m3", "nowhere") else one for one in arguments)
    )
    assert (status, err.count("\n")) == (2, 1)
    assert why in err

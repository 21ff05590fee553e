import pytest

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.submission.policy import Policy, read_policy

WRONG = {
    "takes = ['claimed']": "takes.0: Value error, what is claimed alone is never ranked with others",
    "takes = ['everything']": "takes.0",
    "takes = []": "takes",
    "headline = ['win_rate']": "headline.0: Value error, win_rate is no metric by which models can be ranked",
    "headline = ['mas_noop']": "headline.0",
    "headline = ['best']": "headline.0",
    "headline = []": "headline",
    "ranked = true": "ranked: Extra inputs",
    "bench = 3": "bench",
    "[limits]\npixels = '3'": "limits.pixels",
    "[limits]\nseconds = 0": "limits.seconds",
    "flow = 'diss'": "flow: Value error, unknown flow 'diss': did you mean 'dis'?",
    "flow = ''": "flow: Value error, unknown flow ''",
    "bench = ": "cannot be read",
    f"bench = {'[' * 3000}": "nested too deeply",
}


def test_a_board_without_a_policy_takes_only_what_it_computed(tmp_path):
    assert read_policy(tmp_path) == read_policy(None) == Policy()
    assert (Policy().takes, Policy().headline) == (("recomputed",), ("motion_gain", "mas"))


def test_what_a_policy_says_counts(tmp_path):
    (tmp_path / "board.toml").write_text(
        "bench = 'bench'\nheadline = ['overall']\ntakes = ['recomputed', 'reread']\nflow = 'dis'\n"
        "[limits]\npixels = 5\nseconds = 7\n"
    )
    found = read_policy(tmp_path)
    assert (found.bench, found.headline, found.flow) == ("bench", ("overall",), "dis")
    assert (found.takes, found.limits.pixels, found.limits.seconds_for(1000)) == (
        ("recomputed", "reread"),
        5,
        7,
    )
    (tmp_path / "bench").mkdir()
    assert read_policy(tmp_path).bench == str(tmp_path / "bench")


def test_time_grows_with_the_benchmark():
    assert Policy().limits.seconds_for(3) == 90


@pytest.mark.parametrize("text", WRONG, ids=repr)
def test_a_policy_that_is_none_is_one_clear_line(tmp_path, text):
    (tmp_path / "board.toml").write_text(text)
    with pytest.raises(UsageError) as told:
        read_policy(tmp_path)
    assert WRONG[text] in str(told.value)
    assert "\n" not in str(told.value)

"""Columns that differ are told apart by what differs, and by nothing else."""

import json

from helpers.scored_models import row, write_model

from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.labels import column_labels, headings, legend
from motionedit_bench.leaderboard.summary import Column

SHARED = (("judge", "openai:port"), ("protocol", "rubric"))


def of(metric="overall", **more):
    return Column(metric, (*SHARED, *more.items()))


def test_one_judge_at_two_addresses_is_two_columns():
    one, other = (of(address=f"http://127.0.0.1:1810{end}/v1") for end in "12")
    assert list(column_labels([one, other]).values()) == [
        "overall[address=http://127.0.0.1:18101/v1]",
        "overall[address=http://127.0.0.1:18102/v1]",
    ]
    assert list(headings(column_labels([one])).values()) == ["overall (openai:port)"]
    assert "(openai:port)" in headings(column_labels([one, other]))[one]


def test_settings_that_only_one_has_are_told_there():
    plain, hot = of(), of(parameters="temperature=1")
    assert list(column_labels([plain, hot]).values()) == ["overall", "overall[parameters=temperature=1]"]


def test_another_metrics_columns_say_nothing_of_ones_own():
    assert column_labels([of(), Column("mas", (("flow", "dis"),))])[of()] == "overall"


def test_three_ways_are_told_by_all_that_any_two_differ_in():
    ways = [of(model="m1"), of(model="m2"), of(model="m1", repeats="3")]
    labels = list(column_labels(ways).values())
    assert len(set(labels)) == 3
    assert all("judge" not in label for label in labels)


def judged(folder, model, value, **way):
    write_model(folder, model, {})
    lines = [row(item, value, "overall", judge="openai:port", **way) for item in "abcde"]
    for line in lines:
        line["variant"] = {"choice": ["judge", *way], "versions": ["metric_version"]}
    (folder / model / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_two_servers_share_no_column_and_no_win_rate(tmp_path, mebench):
    judged(tmp_path, "a", 4.0, address="http://one/v1")
    judged(tmp_path, "b", 1.0, address="http://two/v1", parameters='{"temperature": 1}')
    rows = json.loads(mebench("leaderboard", tmp_path, "--format", "json")[1])["rows"]
    found = {one["model"]: {name: told["mean"] for name, told in one["metrics"].items()} for one in rows}
    assert found["a"] == {
        "overall[address=http://one/v1]": 4.0,
        "win_rate[address=http://one/v1]": None,
    }
    assert list(found["b"].values()) == [1.0, None]
    decided = [line.rank for line in load(tmp_path).rows]
    assert decided.count(1) == 1  # the other was rated in another way: they are not ranked together
    out = mebench("leaderboard", tmp_path)[1]
    assert "in another way than the board's" in out


def test_a_legend_is_of_what_is_there():
    assert legend(["measured", "published"]) is None
    assert str(legend(["recomputed"])).startswith("no mark: computed by this board")
    assert "(r): " in str(legend(["claimed", "reread"]))

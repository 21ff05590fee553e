import json

import numpy as np
import pytest
from helpers.scored_models import FIVE, row, write_model

from motionedit_bench.errors import PredictionsError, StorageError
from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.compare import differences, read_model
from motionedit_bench.leaderboard.outcomes import outcomes
from motionedit_bench.leaderboard.published import published_rows
from motionedit_bench.leaderboard.statistics import bootstrap_interval
from motionedit_bench.leaderboard.summary import Column, Summary
from motionedit_bench.leaderboard.summary import summarise as summaries_of


def summarise(rows, ids):
    return summaries_of(outcomes(rows, ids), len(ids))


def only(summaries):
    (summary,) = summaries.values()
    return summary


def test_the_denominator_is_fixed():
    found = only(summarise([row("a", 50.0), row("b", 70.0), row("c", None)], FIVE))
    assert (found.mean, found.scored, found.expected) == (60.0, 2, 5)
    assert found.mean_failed_as_worst == 24.0  # 120 over five items
    assert found.statuses == {"ok": 2, "missing": 1, "unscored": 2}
    assert not found.complete


def test_items_that_nobody_can_be_scored_on_are_left_out_of_the_worst_case():
    rows = [row(item, 50.0) for item in "abcd"] + [row("e", None, status="not_applicable")]
    found = only(summarise(rows, FIVE))
    assert (found.scored, found.expected, found.mean_failed_as_worst) == (4, 5, 50.0)
    assert found.complete


def test_what_was_unavailable_has_no_worst_case_and_no_mean():
    found = only(summarise([row(item, None, "lpips", "unavailable") for item in FIVE], FIVE))
    assert found == Summary(None, None, 0, 5, None, {"unavailable": 5})


def test_all_missing_is_no_mean_and_the_worst_value():
    found = only(summarise([row(item, None) for item in FIVE], FIVE))
    assert (found.mean, found.ci95, found.mean_failed_as_worst) == (None, None, 0.0)


def test_for_lower_is_better_failures_count_as_the_high_end():
    found = only(summarise([row("a", 0.2, "lpips"), row("b", None, "lpips")], ["a", "b"]))
    assert found.mean_failed_as_worst == pytest.approx(0.6)


def test_the_last_row_counts_and_foreign_items_do_not():
    rows = [row("a", 10.0), row("zzz", 99.0), row("a", 20.0), row("b", 40.0), row("b", None)]
    found = only(summarise(rows, ["a", "b"]))
    assert (found.mean, found.scored) == (20.0, 1)


def test_what_was_computed_differently_never_shares_a_column():
    rows = [row("a", 1.0), row("a", 2.0, flow="tvl1"), row("b", 3.0, flow_version="2")]
    found = summarise(rows, ["a", "b"])
    assert sorted(summary.mean for summary in found.values()) == [1.0, 2.0, 3.0]
    assert all(summary.scored == 1 for summary in found.values())
    again = summarise([row("a", 1.0, metric_version="1"), row("a", 5.0, metric_version="2")], ["a"])
    assert only(again).mean == 5.0  # the same slot: the newer version replaced the older one


def test_partial_rows_are_below_and_unranked(tmp_path):
    write_model(tmp_path, "cherry-picker", {"a": 99.0, "b": 99.0})
    write_model(tmp_path, "honest", dict.fromkeys(FIVE, 50.0))
    write_model(tmp_path, "better", dict.fromkeys(FIVE, 60.0))
    write_model(tmp_path, "nothing", dict.fromkeys(FIVE))
    board = load(tmp_path)
    assert [(r.rank, r.model) for r in board.rows] == [
        (1, "better"),
        (2, "honest"),
        (None, "cherry-picker"),
        (None, "nothing"),
    ]


def test_one_models_own_folder_is_a_board_of_one(tmp_path):
    write_model(tmp_path, "one", dict.fromkeys(FIVE, 50.0))
    assert [r.model for r in load(tmp_path / "one").rows] == ["one"]


def test_different_benchmarks_never_share_a_table(tmp_path):
    write_model(tmp_path, "m1", {"a": 1.0}, fingerprint="1" * 64)
    write_model(tmp_path, "m2", {"a": 1.0}, fingerprint="2" * 64)
    with pytest.raises(PredictionsError, match=r"different benchmarks.*bench-1.*m1; bench-2.*m2"):
        load(tmp_path)


def test_folders_without_scores_say_what_to_do(tmp_path):
    with pytest.raises(PredictionsError, match="no predictions folder"):
        load(tmp_path / "absent")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.png").write_bytes(b"x")
    with pytest.raises(PredictionsError, match="nothing is scored in .*: run `mebench score"):
        load(tmp_path)


def test_intervals_repeat_contain_the_mean_and_need_two_values():
    values = np.random.default_rng(0).normal(50, 10, 400)
    low, high = bootstrap_interval(values)
    assert (low, high) == bootstrap_interval(values.copy())
    half = 1.96 * values.std() / 20  # the normal interval of the mean of 400 values
    assert low == pytest.approx(values.mean() - half, abs=0.15)
    assert high == pytest.approx(values.mean() + half, abs=0.15)
    assert bootstrap_interval(values[:1]) is None
    assert bootstrap_interval(np.full(5, 3.0)) == pytest.approx((3.0, 3.0))


def test_intervals_cover_the_truth_about_95_times_in_100():
    rng = np.random.default_rng(1)
    trials = [bootstrap_interval(rng.normal(0, 1, 100)) for _ in range(300)]
    assert 0.90 <= np.mean([low <= 0 <= high for low, high in trials]) <= 0.99


def test_the_papers_rows_as_printed():
    rows = published_rows()
    assert len(rows) == 13
    assert all(r.source == "published" and r.rank is None for r in rows)
    kontext = {column.metric: summary.mean for column, summary in rows[7].summaries.items()}
    assert rows[7].model == "FLUX.1 Kontext [Dev]"
    assert kontext["mas"] == 53.73
    assert kontext["win_rate"] == 57.71
    assert "fidelity" not in {column.metric for column in rows[11].summaries}
    measured = Column("mas", (("flow", "dis"), ("flow_size", "input"), ("metric_version", "1")))
    assert all(measured not in r.summaries for r in rows)


def overall(values, **detail):
    return [
        row(item, value, "overall", judge="reference", protocol="computed", **detail)
        for item, value in values.items()
    ]


def write_judged(folder, model, values, ids=FIVE, status="ok", **detail):
    write_model(folder, model, {}, ids=ids)
    lines = overall(values, **detail)
    (folder / model / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def win_rates_of(folder):
    found = {}
    for line in load(folder).rows:
        for column, summary in line.summaries.items():
            if column.metric == "win_rate":
                found[line.model] = summary
    return found


def test_the_win_rate_is_computed_from_overall(tmp_path):
    write_judged(tmp_path, "a", {"a": 5.0, "b": 3.0})
    write_judged(tmp_path, "b", {"a": 4.0, "b": 3.0, "c": 1.0})
    write_judged(tmp_path, "c", {"a": 1.0})
    found = win_rates_of(tmp_path)
    assert found["a"].mean == pytest.approx(100 * 2.5 / 3)
    assert found["b"].mean == pytest.approx(100 * 1.5 / 3)
    assert found["c"].mean == 0
    assert (found["b"].scored, found["b"].expected) == (2, 5)
    assert found["a"].mean_failed_as_worst is None


def test_a_model_alone_has_no_win_rate(tmp_path):
    write_judged(tmp_path, "a", {"a": 5.0})
    assert win_rates_of(tmp_path)["a"].mean is None


def test_judges_never_share_a_column_nor_a_win_rate(tmp_path):
    write_judged(tmp_path, "a", {"a": 5.0})
    write_judged(tmp_path, "b", {"a": 4.0})
    with (tmp_path / "a" / "scores.jsonl").open("a") as file:
        file.write(json.dumps(row("a", 1.0, "overall", judge="openai:m", protocol="rubric")) + "\n")
    board = load(tmp_path)
    judges = [dict(column.variant)["judge"] for column in board.columns if column.metric == "overall"]
    assert sorted(judges) == ["openai:m", "reference"]
    rates = [s.mean for line in board.rows for c, s in line.summaries.items() if c.metric == "win_rate"]
    assert sorted(map(str, rates)) == ["0.0", "100.0", "None"]


def test_a_judges_failure_is_not_the_models(tmp_path):
    lines = [
        row("a", 4.0, "overall", judge="openai:m"),
        row("b", None, "overall", "unparsed", judge="openai:m"),
    ]
    lines[1]["detail"]["outcome"] = "unparsed"
    found = only(summarise(lines, ["a", "b"]))
    assert (found.mean, found.scored, found.mean_failed_as_worst) == (4.0, 1, None)
    assert not found.complete
    refused_by_the_editor = [lines[0], row("b", None, "overall", "refused", judge="openai:m")]
    assert only(summarise(refused_by_the_editor, ["a", "b"])).mean_failed_as_worst == 2.0


def test_models_that_the_data_cannot_tell_apart_share_a_rank(tmp_path):
    write_model(tmp_path, "best", dict(zip(FIVE, [90.0, 91.0, 92.0, 93.0, 95.0], strict=True)))
    write_model(tmp_path, "one", dict(zip(FIVE, [50.0, 61.0, 42.0, 53.0, 55.0], strict=True)))
    write_model(tmp_path, "other", dict(zip(FIVE, [51.0, 50.0, 52.0, 43.0, 55.0], strict=True)))
    assert [(line.rank, line.model) for line in load(tmp_path).rows] == [
        (1, "best"),
        (2, "one"),
        (2, "other"),
    ]


POSES = {"a": "Pose/Posture", "b": "Pose/Posture", "c": "Orientation/Viewpoint"}


def test_each_category_has_its_own_denominator_and_no_ranks(tmp_path):
    write_model(tmp_path, "whole", dict.fromkeys(FIVE, 60.0) | {"c": 90.0}, categories=POSES)
    write_model(tmp_path, "half", {"a": 20.0}, categories=POSES)
    board = load(tmp_path, by_category=True)
    assert list(board.categories) == ["Pose/Posture", "Orientation/Viewpoint"]
    assert [[row.model for row in rows] for rows in board.categories.values()] == [["whole", "half"]] * 2
    assert {row.rank for rows in board.categories.values() for row in rows} == {None}
    whole, half = (only(row.summaries) for row in board.categories["Pose/Posture"])
    assert (whole.mean, whole.scored, whole.expected) == (60.0, 2, 2)
    assert (half.mean, half.scored, half.expected, half.mean_failed_as_worst) == (20.0, 1, 2, 10.0)
    whole, half = (row.summaries for row in board.categories["Orientation/Viewpoint"])
    assert only(whole).mean == 90.0
    assert half == {}
    assert load(tmp_path).categories == {}


@pytest.mark.parametrize("value", [100.1, -0.5, 1e300])
def test_a_value_that_its_metric_cannot_have_is_refused_and_not_shown(tmp_path, mebench, value):
    write_model(tmp_path, "honest", dict.fromkeys(FIVE, 100.0))
    write_model(tmp_path, "edited", {"a": value})
    status, out, err = mebench("leaderboard", tmp_path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"mas of item a is {value:g}, outside of 0 to 100: remove that row" in err
    assert mebench("compare", tmp_path / "honest", tmp_path / "edited")[0] == 2


def of_scoring(**change):
    def spoil(about):
        about |= change

    return spoil


DAMAGED = {
    "an item twice": lambda about: about["items"].append(about["items"][0]),
    "an item less": lambda about: about["items"].pop(),
    "a category that is no text": lambda about: about["items"][0].update(category=7),
    "no items": of_scoring(items={}),
    "sessions that are none": of_scoring(sessions=7),
    "errata that are none": of_scoring(errata=7),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_denominator_that_was_edited_is_refused(tmp_path, kind):
    write_model(tmp_path, "m", dict.fromkeys(FIVE, 50.0))
    path = tmp_path / "m" / "scoring.json"
    about = json.loads(path.read_text())
    DAMAGED[kind](about)
    path.write_text(json.dumps(about))
    with pytest.raises(StorageError, match="is damaged .*: remove it and run `mebench score` again"):
        load(tmp_path)


def test_models_of_one_benchmark_expect_the_same_items(tmp_path):
    write_model(tmp_path, "all", dict.fromkeys(FIVE, 50.0))
    write_model(tmp_path, "some", {"a": 90.0}, ids=["a"])
    with pytest.raises(PredictionsError, match="some/scoring.json expects other items"):
        load(tmp_path)
    with pytest.raises(PredictionsError, match=r"other items of one benchmark: all \(5\), some \(1\)"):
        differences([read_model(tmp_path / name) for name in ("all", "some")])

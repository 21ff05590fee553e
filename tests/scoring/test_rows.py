"""A row says itself what its variant is: nothing about it is known elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.scored_models import FIVE, write_model

from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.outcomes import outcomes
from motionedit_bench.leaderboard.summary import Column, summarise
from motionedit_bench.records import Score
from motionedit_bench.scoring.rows import counting, record_of, score_of, slot


def score(value: float | None = 1.0, **fields: Any) -> Score:
    status = "ok" if value is not None else "unparsed"
    given = {
        "choice": {"lens": "wide"},
        "versions": {"metric_version": "1", "tide_tables": "2026"},
        "terms": {"depth": [1, 2]},
    } | fields
    reason = None if value is not None else "no answer"
    return Score("m", "a", "mas", value, status, reason, key="k", **given)


def test_there_and_back() -> None:
    for one in (score(), score(None, blame="judge"), score(choice={}, versions={}, terms={})):
        assert score_of(json.loads(json.dumps(record_of(one)))) == one
    record = record_of(score())
    assert record["detail"] == {
        "lens": "wide",
        "metric_version": "1",
        "tide_tables": "2026",
        "depth": [1, 2],
    }
    assert record["variant"] == {"choice": ["lens"], "versions": ["metric_version", "tide_tables"]}


def test_rows_of_another_choice_stand_beside_each_other_and_of_another_version_take_the_place() -> None:
    first = record_of(score())
    other = record_of(score(choice={"lens": "narrow"}))
    newer = record_of(score(versions={"metric_version": "1", "tide_tables": "2027"}))
    assert slot(first) == ("a", "mas", "lens=wide")
    assert list(counting([first, other, newer]).values()) == [newer, other]


def test_a_version_that_nobody_here_has_heard_of_keeps_columns_apart() -> None:
    rows = [
        record_of(score()),
        record_of(score(versions={"metric_version": "1", "tide_tables": "2027"})) | {"item_id": "b"},
    ]
    columns = summarise(outcomes(rows, ["a", "b"]), 2)
    assert {column.variant[-1] for column in columns} == {("tide_tables", "2026"), ("tide_tables", "2027")}


def test_the_order_of_fields_makes_no_column() -> None:
    one = record_of(score(versions={"metric_version": "1", "tide_tables": "2026"}))
    other = record_of(score(versions={"tide_tables": "2026", "metric_version": "1"}))
    assert Column.of(one) == Column.of(other)
    assert Column.of(one).variant == (("metric_version", "1"), ("lens", "wide"), ("tide_tables", "2026"))


@pytest.mark.parametrize(("blame", "worst"), [("judge", None), (None, 0.5)])
def test_what_a_judge_failed_at_is_not_the_models_failure(blame: Any, worst: float | None) -> None:
    rows = [record_of(score()), record_of(score(None, blame=blame)) | {"item_id": "b"}]
    (found,) = summarise(outcomes(rows, ["a", "b"]), 2).values()
    assert found.mean_failed_as_worst == worst


def test_unknown_metrics_are_passed_over_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for model in ("one", "two"):
        write_model(tmp_path, model, dict.fromkeys(FIVE, 50.0))
        with (tmp_path / model / "scores.jsonl").open("a") as file:
            for item in FIVE:
                file.write(json.dumps(record_of(score()) | {"item_id": item, "metric": "tide"}) + "\n")
    assert {column.metric for column in load(tmp_path).columns} == {"mas"}
    told = "mebench: passed over: 10 rows of tide, a metric that is unknown here\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    "spoilt",
    [
        *({"value": "13"}, {"value": True}, {"value": [1]}, {"value": None}, {"detail": []}),
        *({"status": "failed"}, {"status": "fine"}, {"item_id": ["a"]}),
    ],
)
def test_a_row_that_is_none_is_told_by_every_reader_and_never_a_figure(mebench, tmp_path, bench, spoilt):
    edits = tmp_path / "p"
    write_model(edits, "good", dict.fromkeys(FIVE, 50.0))
    write_model(edits, "bad", dict.fromkeys(FIVE, 50.0))
    path = edits / "bad" / "scores.jsonl"
    first, rest = path.read_text().split("\n", 1)
    path.write_text(json.dumps(json.loads(first) | spoilt) + "\n" + rest)
    for asked in ("leaderboard", edits), ("compare", edits / "good", edits / "bad"):
        status, out, err = mebench(*asked)
        assert (status, out, err.count("\n"), "damaged" in err) == (2, "", 1, True)
    (edits / "bad" / "item-1.png").write_bytes((bench / "target" / "item-1.png").read_bytes())
    status, _, err = mebench("score", edits / "bad", "--bench", bench, "--metrics", "psnr")
    assert (status, "scores.jsonl is damaged" in err) == (2, True)


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"bench": 3, "items": []}', '{"bench": {"name": "n"}, "items": 3}']
)
def test_a_description_that_is_none_is_told_in_one_line(mebench, tmp_path, text):
    write_model(tmp_path, "a", dict.fromkeys(FIVE, 50.0))
    write_model(tmp_path, "b", dict.fromkeys(FIVE, 50.0))
    (tmp_path / "b" / "scoring.json").write_text(text)
    for asked in ("leaderboard", tmp_path), ("compare", tmp_path / "a", tmp_path / "b"):
        status, _, err = mebench(*asked)
        assert (status, err.count("\n"), "scoring.json is damaged" in err) == (2, 1, True)

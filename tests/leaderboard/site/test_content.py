"""What the page is given to say."""

import json

import numpy as np
import pytest
from helpers.scored_models import FIVE, row, write_model

from motionedit_bench.leaderboard.board import board_of
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.site import content
from motionedit_bench.leaderboard.site.gallery import Exhibit
from motionedit_bench.leaderboard.site.subject import read


def test_results_hold_values_statuses_and_the_reason_of_the_judge(scored):
    subject = read(contest(scored))
    mover = [row.model for row in subject.rows].index("mover")
    judge = [column.metric for column in subject.board.columns].index("fidelity")
    result = subject.results[mover]["item-2"][judge]
    assert (result.value, result.status, result.reason) == (2.0, "ok", None)
    assert str(result.why).startswith("The arm is raised.")
    half = [row.model for row in subject.rows].index("<b>half")
    missing = subject.results[half]["item-0"][0]
    assert (missing.value, missing.status, missing.reason) == (None, "missing", "no image for this item")


def test_the_last_row_about_the_same_thing_counts(scored, tmp_path):
    folder = tmp_path / "mover"
    folder.mkdir()
    for name in ("scores.jsonl", "scoring.json"):
        (folder / name).write_bytes((scored / "mover" / name).read_bytes())
    lines = (folder / "scores.jsonl").read_text().splitlines()
    row = json.loads(lines[0]) | {"value": None, "status": "failed", "reason": "later"}
    (folder / "scores.jsonl").write_text("\n".join([*lines, json.dumps(row)]) + "\n")
    results = read(contest(folder)).results[0][row["item_id"]]
    assert [result.reason for result in results.values() if result.status == "failed"] == ["later"]


def test_a_metric_that_is_begun_while_scores_are_read_waits_for_the_next_reading(tmp_path, monkeypatch):
    write_model(tmp_path, "m", dict.fromkeys(FIVE, 50.0))

    def read_before_more_is_scored(*arguments, **options):
        found = board_of(*arguments, **options)
        with (tmp_path / "m" / "scores.jsonl").open("a") as file:
            file.write(json.dumps(row("a", 1.0, "ssim")) + "\n")
        return found

    monkeypatch.setattr("motionedit_bench.leaderboard.site.subject.board_of", read_before_more_is_scored)
    subject = read(contest(tmp_path))
    assert [list(found) for found in subject.results[0].values()] == [[0]] * 5


def test_categories_have_their_own_denominator(scored):
    subject = read(contest(scored))
    first = content.by_category(subject)[0]
    assert subject.category_names[0] == "Locomotion/Distance"
    cells = {row.model: cells[0] for row, cells in zip(subject.rows, first, strict=True)}
    assert (cells["mover"]["scored"], cells["mover"]["expected"], cells["mover"]["mean"]) == (2, 2, 100.0)
    assert (cells["<b>half"]["scored"], cells["<b>half"]["expected"]) == (1, 2)


def test_wins_are_counted_on_common_items_alone(scored):
    subject = read(contest(scored))
    place = {row.model: k for k, row in enumerate(subject.rows)}
    found = content.wins(subject, 0)
    mover, idler, half = place["mover"], place["idler"], place["<b>half"]
    assert (found["shares"][mover][idler], found["common"][mover][idler]) == (100.0, 4)
    assert (found["shares"][mover][half], found["common"][mover][half]) == (50.0, 2)
    assert found["shares"][mover][mover] is None


def test_values_are_absent_where_there_are_none(scored):
    subject = read(contest(scored))
    half = [row.model for row in subject.rows].index("<b>half")
    assert np.isnan(content.values(subject, 0)[half]).tolist() == [True, False, False, True]
    assert content.ranking(subject, half, [None] * 4)["values"][0][0] is None


def test_items_say_how_far_models_and_metrics_are_apart(scored):
    subject = read(contest(scored))
    found = content.items(subject, {}, [Exhibit()] * 4)
    gains = content.values(subject, subject.leading)
    for number, item in enumerate(found):
        models, metrics = item["apart"]
        assert models == pytest.approx(np.nanmax(gains[:, number]) - np.nanmin(gains[:, number]), rel=1e-5)
        assert 0 <= metrics <= 1

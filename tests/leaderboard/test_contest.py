"""A board believes nothing of a submission: not its facts, not its paths, not its figures."""

import json
import os

import pytest
from helpers.honest_submission import rows_of
from helpers.mixed_board import bench_of, of, record, row, submission
from helpers.site_pieces import piece

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import PredictionsError
from motionedit_bench.leaderboard.board import load


def rows(board):
    return {found.model: found for found in load(board).rows}


def test_the_board_prints_its_own_numbers(board):
    found = {line.model: {c.metric: s for c, s in line.summaries.items()} for line in load(board).rows}
    assert found["first"]["mas"].mean == pytest.approx(71.015)  # the submission says 99
    assert found["first"]["mas"].standing == "recomputed"
    assert found["first"]["overall"].standing == found["first"]["win_rate"].standing == "reread"
    assert found["in-part"]["lpips"].standing == "claimed"
    assert {s.standing for name in ("claimer", "refused") for s in found[name].values()} == {"claimed"}


def test_ranks_are_of_what_the_board_computed(board):
    found = [(line.rank, line.model, line.source) for line in load(board).rows]
    assert found == [
        (1, "first", "measured"),
        (2, "second", "measured"),
        (3, "third", "measured"),
        (4, "in-part", "measured"),
        (None, "partly", "measured"),
        (None, "best-alone", "measured"),
        (None, "claimer", "claimed"),
        (None, "refused", "claimed"),
    ]
    assert rows(board)["best-alone"].unranked == ("motion_gain 0/4",)
    assert rows(board)["partly"].unranked == ("motion_gain 3/4", "mas 3/4")
    assert rows(board)["refused"].remark == "checked, rejected"


def test_what_somebody_claims_changes_no_others_win_rate(board):
    rates = {
        line.model: summary.mean
        for line in load(board).rows
        for column, summary in line.summaries.items()
        if column.metric == "win_rate"
    }
    assert rates == {"first": 100.0, "second": 50.0, "third": 0.0}


def test_the_facts_are_those_of_the_boards_own_benchmark(board, mebench):
    facts = json.loads(mebench("leaderboard", board, "--format", "json")[1])["bench"]
    assert (facts["name"], facts["items"]) == ("bench", 4)
    found = load(board, by_category=True)
    assert list(found.categories) == ["Locomotion/Distance"]  # submissions say that there is none
    assert found.bench["spec"] == bench_of(board)


def test_a_recorded_check_of_another_version_of_the_benchmark_vouches_for_nothing(board):
    path = board / "checks" / "first" / of(board, "first").name / "check.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"bench": "1" * 64}))
    found = rows(board)["first"]
    assert (found.source, found.rank) == ("claimed", None)
    assert found.remark == "checked, on another version of the benchmark"


def test_a_submission_cannot_give_its_own_rows_a_standing(board):
    place = of(board, "claimer")
    lines = [json.dumps(one | {"standing": "recomputed"}) for one in rows_of(place)]
    (place / "scores.jsonl").write_text("\n".join(lines))
    assert "claimer" not in rows(board)


def test_words_in_the_boards_rows_that_are_no_standing_vouch_for_nothing(board):
    path = board / "checks" / "first" / of(board, "first").name / "scores.jsonl"
    path.write_text(path.read_text().replace('"recomputed"', '"measured"'))
    assert rows(board)["first"].source == "claimed"


def test_a_claim_of_another_way_changes_no_name_and_no_picture(board, tmp_path, mebench):
    lines = [
        one | {"detail": one["detail"] | {"flow": "aaa"}} if "flow" in one["detail"] else one
        for one in rows_of(of(board, "claimer"))
    ]
    (of(board, "claimer") / "scores.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    told = json.loads(mebench("leaderboard", board, "--format", "json")[1])
    metrics = {one["model"]: set(one["metrics"]) for one in told["rows"]}
    assert metrics["second"] == {"mas", "motion_gain", "ssim", "mas_noop", "overall", "win_rate"}
    assert metrics["claimer"] == {
        *("mas[flow=aaa]", "motion_gain[flow=aaa]", "mas_noop[flow=aaa]"),
        *("ssim", "overall"),
    }
    assert told["headline"] == ["motion_gain", "mas"]
    status, _, err = mebench("leaderboard", board, "--format", "html", "--out", tmp_path / "site")
    assert (status, "flow" in err) == (0, False)
    page = (tmp_path / "site" / "index.html").read_text()
    assert "flow=aaa" not in page[: page.index("<h3>Claimed</h3>")]


def test_a_site_opens_no_path_that_a_submission_names(board, tmp_path, mebench):
    fifo = tmp_path / "waits-for-ever"
    os.mkfifo(fifo)
    for model in ("first", "claimer"):
        place = of(board, model)
        about = json.loads((place / "scoring.json").read_text())
        about["bench"] |= {"spec": str(fifo), "name": "mine", "items": 7, "revision": "x"}
        (place / "scoring.json").write_text(json.dumps(about))
    for name in ("scores.jsonl", "run.json"):
        (of(board, "refused") / name).write_bytes(b"{")
    status, _, err = mebench("leaderboard", board, "--format", "html", "--out", tmp_path / "site")
    assert status == 0, err
    page = (tmp_path / "site" / "index.html").read_text()
    assert "refused" not in page
    assert "mine" not in page
    assert "4 items" in page


def test_pictures_are_shown_of_what_was_checked_and_of_no_links(board, tmp_path, mebench):
    benchmark = open_benchmark(bench_of(board))
    ids, fingerprint = [item.id for item in benchmark.items], benchmark.fingerprint()
    for model in ("checked", "linked", "swapped", "unchecked"):
        lines = [row(model, item, "mas", 50.0) for item in ids]
        images = {"images/item-1.png": benchmark.items[1].target.read()}
        place = submission(board, model, lines, fingerprint, ids, images)
        if model != "unchecked":
            record(board, place, [one | {"standing": "recomputed"} for one in lines], fingerprint)
    (of(board, "linked") / "images" / "item-2.png").symlink_to("/etc/hostname")
    (of(board, "swapped") / "images" / "item-1.png").write_bytes(benchmark.items[1].input.read())
    mebench("leaderboard", board, "--format", "html", "--out", tmp_path / "site")
    script = (tmp_path / "site" / "data" / "item-1.js").read_text()
    edits = piece(script)["edits"]
    models = [line.model for line in load(board).rows]
    shown = [model for model, edit in zip(models, edits, strict=True) if edit["picture"]]
    assert shown == ["checked"]
    assert "linked" not in models


def test_another_benchmark_can_be_named_and_leaves_out_what_is_not_of_it(board, mebench, bench):
    named = bench_of(board)
    (board / "board.toml").unlink()
    status, _, err = mebench("leaderboard", board, "--bench", named)
    assert status == 0, err
    (bench / "metadata.jsonl").write_text((bench / "metadata.jsonl").read_text().replace("Move", "Shift"))
    status, _, err = mebench("leaderboard", board, "--bench", bench)
    assert (status, "another benchmark" in err) == (2, True)
    status, _, err = mebench("leaderboard", board, "--bench", "no-such")
    assert (status, err.count("\n"), "that its board.toml or --bench names" in err) == (2, 1, True)


def test_a_submission_by_itself_is_a_claim_and_its_benchmark_is_not_opened(board, tmp_path, mebench):
    place = of(board, "first")
    rows = json.loads(mebench("leaderboard", place, "--format", "json")[1])["rows"]
    assert [(one["model"], one["source"], one["rank"]) for one in rows] == [("first", "claimed", None)]
    status, _, err = mebench("report", place, "--out", tmp_path / "first.html")
    assert (status, "say which benchmark it is, with --bench" in err) == (2, True)
    assert mebench("report", place, "--out", tmp_path / "first.html", "--bench", bench_of(board))[0] == 0
    assert "Claimed" in (tmp_path / "first.html").read_text()


def test_a_policy_decides_which_figures_have_ranks(board):
    policy = board / "board.toml"
    kept = policy.read_text()
    policy.write_text(kept + 'headline = ["overall"]\n')
    assert {line.rank for line in load(board).rows} == {None}
    policy.write_text(kept + 'headline = ["overall"]\ntakes = ["recomputed", "reread"]\n')
    ranked = {line.model: line.rank for line in load(board).rows if line.rank}
    assert ranked == {"first": 1, "second": 2, "third": 3}
    policy.write_text(kept.replace('"dis"', '"tvl1"'))
    assert rows(board)["first"].unranked[-1] == "mas in another way than the board's"


def test_what_describes_the_benchmark_is_the_boards_own_figure(board):
    lines = [
        one | ({"value": 99.0} if one["metric"] == "mas_noop" else {})
        for one in rows_of(of(board, "claimer"))
    ]
    (of(board, "claimer") / "scores.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    ((column, found),) = load(board).properties.items()
    assert (column.metric, found.scored, found.expected, found.standing) == ("mas_noop", 4, 4, "recomputed")
    assert found.mean == pytest.approx(40.015)


def test_in_python_each_row_says_its_standing(board):
    import motionedit_bench

    scores = motionedit_bench.load_scores(board)
    found = scores.groupby("model").standing.agg(set).to_dict()
    assert found["first"] == {"recomputed", "reread"}
    assert found["claimer"] == {"claimed"}
    assert set(scores.category) == {"Locomotion/Distance"}


def test_scores_made_here_are_measured_and_damage_to_them_is_an_error(tmp_path):
    from helpers.scored_models import write_model

    write_model(tmp_path, "mine", {"a": 1.0})
    (line,) = load(tmp_path).rows
    assert (line.source, {found.standing for found in line.summaries.values()}) == ("measured", {"measured"})
    (tmp_path / "mine" / "scores.jsonl").write_text('{"item_id": "a"}\n')
    with pytest.raises(PredictionsError, match="mine: its scores are damaged"):
        load(tmp_path)


@pytest.mark.slow
def test_from_a_submission_to_the_board_by_the_commands_themselves(bench, tmp_path, mebench):
    from helpers.honest_submission import prepare

    board = prepare(tmp_path, bench) / "board"
    (board / "board.toml").write_text(f'bench = "{bench}"\nflow = "dis"\n')
    (line,) = load(board).rows
    assert (line.source, line.rank, line.remark) == ("claimed", None, None)
    status, out, err = mebench("leaderboard", "check", of(board, "shifter"), "--board", board, "--record")
    assert status == 0, out + err
    (line,) = load(board).rows
    assert (line.source, line.rank) == ("measured", 1), line
    standings = {column.metric: found.standing for column, found in line.summaries.items()}
    assert standings["mas"] == standings["motion_gain"] == standings["overall"] == "recomputed"
    assert mebench("leaderboard", board, "--format", "html", "--out", tmp_path / "site")[0] == 0
    script = (tmp_path / "site" / "data" / "item-1.js").read_text()
    (edit,) = piece(script)["edits"]
    assert edit["picture"]

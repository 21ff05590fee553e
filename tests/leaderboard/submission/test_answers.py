"""Rows of judges: what is recorded of them must agree."""

import json

import pytest
from helpers.honest_submission import look_at, seal
from helpers.hostile import raised_overall, rejected, rows_with

from motionedit_bench.leaderboard.submission.policy import Policy

ODD = (5, [], {}, ["x"], {"x": 1}, True, [[]], [5], [None])


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize(
    "field", ["judge", "protocol", "answers", "flow", "flow_size", "metric_version", "repeats", "values"]
)
def test_details_of_another_type(spoiled, benchmark, field, value):
    rows_with(lambda row: row["detail"].update({field: value}))(spoiled)
    seal(spoiled)
    if (field, value) in (("answers", []), ("values", []), ("values", [5])):  # of that type
        assert look_at(spoiled, benchmark).findings == []
    else:
        rejected(spoiled, benchmark)


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("field", ["judges", "answered_by", "text", "model", "digits", "refusal", "finish"])
def test_judges_and_answers_of_another_type(spoiled, benchmark, field, value):
    judged_by_a_model(spoiled, "rubric")
    if field in ("judges", "answered_by"):
        scoring = json.loads((spoiled / "scoring.json").read_text())
        session = scoring["sessions"][-1]
        (session if field == "judges" else session["judges"][0])[field] = value
        (spoiled / "scoring.json").write_text(json.dumps(scoring))
    else:
        rows_with(odd_answer(field, value), lambda row: "answers" in row["detail"])(spoiled)
    seal(spoiled)
    if (field, value) == ("digits", {}):
        assert look_at(spoiled, benchmark).findings == []
    else:
        rejected(spoiled, benchmark)


def odd_answer(field, value):
    def change(row):
        row["detail"]["answers"][0][field] = value

    return change


SAID = {"fidelity": 4, "preservation": 3, "coherence": 2}


def judged_by_a_model(folder, protocol):
    """Let a multimodal model have rated what the reference judge did."""
    if protocol == "rubric":
        answers = [{"text": json.dumps(SAID), "model": "m-1"}]
    else:
        answers = [{"text": str(n), "model": "m-1", "digits": {str(n): -0.1}} for n in SAID.values()]

    def change(row):
        detail = {"judge": "openai:m", "protocol": protocol, "rubric": "1-a", "repeats": "1"}
        row["value"] = float(SAID.get(row["metric"], 3))
        row["detail"] = detail | {"answers": json.loads(json.dumps(answers))}
        row["variant"] = {"choice": ["judge", "protocol"], "versions": ["rubric", "repeats"]}

    rows_with(change, lambda row: "judge" in row["detail"])(folder)
    scoring = json.loads((folder / "scoring.json").read_text())
    scoring["sessions"][-1]["judges"] = [{"judge": "openai:m", "answered_by": {"m-1": 3}}]
    (folder / "scoring.json").write_text(json.dumps(scoring))
    seal(folder)


def no_answers(row):
    del row["detail"]["answers"]


def another_digit(row):
    row["detail"]["answers"][2]["digits"] = {"5": -0.1}


@pytest.mark.parametrize(
    ("protocol", "spoil"),
    [
        ("rubric", raised_overall),
        ("rubric", no_answers),
        ("digit", raised_overall),
        ("digit", no_answers),
        ("digit", another_digit),
    ],
)
def test_what_a_model_answered_gives_the_values(spoiled, benchmark, protocol, spoil):
    judged_by_a_model(spoiled, protocol)
    assert look_at(spoiled, benchmark).findings == []
    rows_with(spoil, lambda row: "answers" in row["detail"])(spoiled)
    seal(spoiled)
    assert {finding.kind for finding in rejected(spoiled, benchmark).findings} == {"judge"}


JUDGES = Policy(headline=("overall",), flow="dis")
PROVES_NOTHING = "as re-read from recorded answers, which prove nothing"


def judged(row):
    return "answers" in row["detail"]


def test_what_is_read_again_is_said_to_be_so(spoiled, benchmark):
    judged_by_a_model(spoiled, "rubric")
    verdict = look_at(spoiled, benchmark, policy=JUDGES)
    assert verdict.word == f"accepted, in part {PROVES_NOTHING}"
    standings = {row["metric"]: row["standing"] for row in verdict.rows}
    assert (standings["mas"], standings["overall"]) == ("recomputed", "reread")
    assert verdict.untaken == ["overall is reread only"]


def test_a_board_may_rank_by_it(spoiled, benchmark):
    judged_by_a_model(spoiled, "rubric")
    policy = Policy(headline=("overall",), takes=("recomputed", "reread"), flow="dis")
    assert look_at(spoiled, benchmark, policy=policy).untaken == []


@pytest.mark.parametrize("image", ["there", "left out"])
def test_whether_a_model_can_judge_an_item_is_seen_by_its_pictures(spoiled, benchmark, image):
    judged_by_a_model(spoiled, "rubric")
    rows_with(
        lambda row: row.update(status="not_applicable", value=None, reason="too hard"),
        lambda row: judged(row) and row["item_id"] == "item-0",
    )(spoiled)
    if image == "left out":
        (spoiled / "images" / "item-0.png").unlink()
        rows_with(
            lambda row: row.update(status="missing", value=None, reason="none"),
            lambda row: not judged(row) and row["item_id"] == "item-0",
        )(spoiled)
    seal(spoiled)
    found = rejected(spoiled, benchmark).findings
    assert {one.what for one in found} == {"said not to be applicable: its pictures can be judged"}


def test_rows_of_one_judgement_hold_the_same_answers(spoiled, benchmark):
    judged_by_a_model(spoiled, "rubric")

    def another(row):
        row["detail"]["answers"] = [{"text": json.dumps(SAID | {"fidelity": 5}), "model": "m-1"}]
        row["value"] = 5.0

    rows_with(another, lambda row: row["metric"] == "fidelity")(spoiled)
    seal(spoiled)
    found = rejected(spoiled, benchmark).findings
    assert "rows of one judgement hold different answers" in {one.what for one in found}


@pytest.mark.parametrize("repeats", ["3", "0", "many"])
def test_as_many_answers_are_recorded_as_were_asked_for(spoiled, benchmark, repeats):
    judged_by_a_model(spoiled, "rubric")
    rows_with(lambda row: row["detail"].update(repeats=repeats), judged)(spoiled)
    seal(spoiled)
    assert {one.kind for one in rejected(spoiled, benchmark).findings} == {"judge"}


def test_forged_rows_of_the_offline_judge_are_found_with_images_and_claimed_without(spoiled, benchmark):
    rows_with(lambda row: row.update(value=5.0), lambda row: "judge" in row["detail"])(spoiled)
    seal(spoiled)
    assert {one.kind for one in rejected(spoiled, benchmark).findings} == {"recomputed"}
    for path in (spoiled / "images").iterdir():
        path.unlink()
    seal(spoiled)
    verdict = look_at(spoiled, benchmark, policy=JUDGES)
    assert (verdict.findings, verdict.untaken) == ([], ["overall is claimed only"])

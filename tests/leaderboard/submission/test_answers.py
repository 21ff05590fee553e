"""Rows of judges: what is recorded of them must agree."""

import json

import pytest
from helpers.honest_submission import look_at, seal
from helpers.hostile import raised_overall, rejected, rows_with

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

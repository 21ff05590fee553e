"""A run with a known fault is marked wherever its row stands."""

import json

import pytest
from helpers.scored_models import write_model

FAULT = "made by transformers 5 with the tokens of the input picture at wrong positions"
RUN = {
    "provenance": {"pipeline": "QwenImageEditPlusPipeline"},
    "sessions": [{"packages": {"transformers": "5.24.0"}}],
}


@pytest.fixture
def models(tmp_path):
    """A sound model, one whose run has the fault, and one of which only the scores tell it."""
    for name in ("sound", "faulty", "elsewhere"):
        write_model(tmp_path, name, dict.fromkeys("abcde", 50.0))
    (tmp_path / "faulty" / "run.json").write_text(json.dumps(RUN))
    corrected = RUN["provenance"] | {"corrections": {"text_encoder": "mm_token_type_ids supplied"}}
    (tmp_path / "sound" / "run.json").write_text(json.dumps(RUN | {"provenance": corrected}))
    path = tmp_path / "elsewhere" / "scoring.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"errata": ["picture-positions", "unknown"]}))
    return tmp_path


@pytest.mark.parametrize("form", ["plain", "github", "latex", "html"])
def test_tables_mark_the_row_and_say_why(form, models, mebench):
    out = " ".join(mebench("leaderboard", models, "--format", form)[1].split())
    assert out.count(f"its edits were {FAULT}.") == 2
    for name, there in (("faulty", True), ("elsewhere", True), ("sound", False)):
        assert (f"{name} (!)" in out) is there


def test_data_say_it_of_the_row(models, mebench):
    rows = json.loads(mebench("leaderboard", models, "--format", "json")[1])["rows"]
    found = {row["model"]: row.get("errata") for row in rows}
    assert found == {"faulty": [FAULT], "elsewhere": [FAULT], "sound": None}
    lines = mebench("leaderboard", models, "--format", "csv")[1].splitlines()
    assert lines[0].startswith("rank,model,source,errata,")
    assert sum(FAULT in line for line in lines) == 2


def test_scores_in_another_folder_remember_it_and_the_site_says_it(bench, tmp_path, mebench):
    preds = tmp_path / "preds" / "shift"
    mebench("run", "--adapter", "shift", "--bench", bench, "--out", preds)
    manifest = json.loads((preds / "run.json").read_text())
    (preds / "run.json").write_text(json.dumps(manifest | RUN))
    mebench("score", preds, "--bench", bench, "--metrics", "psnr", "--out", tmp_path / "scores")
    assert FAULT in mebench("leaderboard", tmp_path / "scores")[1].replace("\n  ", " ")
    mebench("leaderboard", tmp_path / "scores", "--format", "html", "--out", tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text()
    assert f"(!) shift: its edits were {FAULT}." in page
    assert "shift (!)" in page


def test_a_check_says_it(bench, tmp_path, mebench):
    from helpers.honest_submission import prepare, seal

    submission = prepare(tmp_path, bench) / "honest"
    manifest = json.loads((submission / "run.json").read_text())
    (submission / "run.json").write_text(json.dumps(manifest | RUN))
    seal(submission)
    out = mebench("leaderboard", "check", submission, "--bench", bench)[1]
    assert f"(!) its edits were {FAULT}" in out

"""A model that was trained on the benchmark's own training set is marked wherever its row stands."""

import json

import pytest
from helpers.scored_models import write_model

from motionedit_bench.benchmarks.declared import training_set
from motionedit_bench.benchmarks.hub import PAPERS
from motionedit_bench.trained_on import PUBLISHED, trained_on

FINGERPRINT = "f" * 64
BENCH = {"name": PAPERS, "fingerprint": FINGERPRINT}
CHECKED = {"bench": PAPERS, "checked": True, "fingerprint": FINGERPRINT, "why_not": None}
UNCHECKED = {"bench": PAPERS, "checked": False, "fingerprint": None, "why_not": "no network"}
OWN = training_set(PAPERS)
TOLD = f"trained on {OWN}, the training set of this benchmark (9000 items, "


def card(name=OWN, not_in=CHECKED, items=9000, fingerprint="a" * 64):
    return {"name": name, "revision": None, "fingerprint": fingerprint, "items": items, "not_in": not_in}


def manifest(folder, found):
    (folder / "run.json").write_text(
        json.dumps({"provenance": {"lora": {"training": {"trained_on": found}}}})
    )
    return folder


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (card(), f"{TOLD}none of them a picture of the benchmark)"),
        (card(not_in=UNCHECKED), f"{TOLD}not checked against the benchmark)"),
        (card(not_in=CHECKED | {"fingerprint": "0" * 64}), f"{TOLD}not checked against the benchmark)"),
        (card(not_in=None), f"{TOLD}not checked against the benchmark)"),
        (card(name="some/set"), None),
        (card(name="some/set", fingerprint=FINGERPRINT), "trained on the very items of this benchmark"),
        (card(items="<b>many</b>"), f"trained on {OWN}, the training set of this benchmark (none of them"),
        (card(items=True), "of this benchmark (none of them"),
        (card(items=10**30), "of this benchmark (none of them"),
        (card(name=["x"]), None),
        ({}, None),
        ("x", None),
        (None, None),
    ],
)
def test_what_a_manifest_says_of_a_training(tmp_path, found, said):
    told = trained_on(manifest(tmp_path, found), BENCH)
    assert told is None if said is None else said in told


def test_where_there_is_no_manifest_nothing_is_told(tmp_path):
    assert trained_on(tmp_path, BENCH) is None
    for content in ("{", "[]", '{"provenance": 3}', '{"provenance": {"lora": null}}'):
        (tmp_path / "run.json").write_text(content)
        assert trained_on(tmp_path, BENCH) is None


def test_a_published_lora_is_known_by_its_place(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"settings": {"lora": next(iter(PUBLISHED))}}))
    assert (
        trained_on(tmp_path, BENCH) == f"trained on {OWN}, the training set of this benchmark (by its paper)"
    )
    assert trained_on(tmp_path, BENCH | {"name": "sample"}) is None
    path.write_text(json.dumps({"settings": {"lora": ["another"]}}))
    assert trained_on(tmp_path, BENCH) is None


@pytest.fixture
def models(tmp_path):
    """A model that was trained on the benchmark's training set, one on another set, one on none."""
    for name in ("own", "other", "plain"):
        write_model(tmp_path, name, dict.fromkeys("abcde", 50.0), categories=dict.fromkeys("abcde", "c"))
        path = tmp_path / name / "scoring.json"
        about = json.loads(path.read_text())
        about["bench"]["name"] = PAPERS
        path.write_text(json.dumps(about))
    manifest(tmp_path / "own", card())
    manifest(tmp_path / "other", card(name="some/set"))
    return tmp_path


@pytest.mark.parametrize("form", ["plain", "github", "latex", "html"])
def test_tables_mark_the_row_and_a_note_tells_it(form, models, mebench):
    out = " ".join(mebench("leaderboard", models, "--format", form)[1].split())
    assert out.count(f"(t) own: its LoRA was {TOLD}none of them a picture of the benchmark).") == 1
    assert "own (t)" in out
    assert out.count("(t)") == 2


def test_data_and_the_site_say_it_of_the_row(models, mebench, tmp_path):
    rows = json.loads(mebench("leaderboard", models, "--format", "json")[1])["rows"]
    found = {row["model"]: row.get("trained_on") for row in rows}
    assert found == {"own": f"{TOLD}none of them a picture of the benchmark)", "other": None, "plain": None}
    by_category = mebench("leaderboard", models, "--by-category")[1]
    assert by_category.count("own (t)") == 2


@pytest.mark.slow
def test_the_site_says_it_as_well(bench, tmp_path, mebench):
    preds = tmp_path / "preds" / "shift"
    mebench("run", "--adapter", "shift", "--bench", bench, "--out", preds)
    run = json.loads((preds / "run.json").read_text())
    found = card(fingerprint=run["bench"]["fingerprint"])
    run["provenance"]["lora"] = {"training": {"trained_on": found}}
    (preds / "run.json").write_text(json.dumps(run))
    mebench("score", preds, "--metrics", "psnr")
    mebench("leaderboard", preds, "--format", "html", "--out", tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text()
    assert "(t) shift: its LoRA was trained on the very items of this benchmark." in page
    assert "shift (t)" in page

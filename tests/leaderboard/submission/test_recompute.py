"""What the board computes itself, and what it never believes."""

import json
import random

import pytest
from helpers.honest_submission import look_at, name_images, prepare, rows_of, seal, write_rows
from helpers.hostile import change, rejected, rows_with
from helpers.pictures import make_benchmark, png
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.submission.policy import Policy
from motionedit_bench.leaderboard.submission.verdict import APART
from motionedit_bench.metrics.catalogue import CATALOGUE

CLAIMED = f"accepted as claimed: {APART}"
QUICK = "a quick look, which verifies nothing"


def strip_images(folder):
    for path in (folder / "images").iterdir():
        path.unlink()
    (folder / "images").rmdir()


def without(row_of, item):
    """A change of rows of one item."""
    return lambda folder: rows_with(row_of, lambda row: row["item_id"] == item)(folder)


def gap(status, blame=None):
    def change_of_row(row):
        row.update(status=status, value=None, reason="because", blame=blame)

    return change_of_row


def best(row):
    facts = CATALOGUE[row["metric"]]
    row["value"] = float(facts.bounds[1] if facts.better == "higher" else facts.bounds[0])


def test_the_honest_ones_figures_are_the_boards_own(place, benchmark):
    verdict = look_at(place / "honest", benchmark)
    assert {row["standing"] for row in verdict.rows} == {"recomputed"}
    told = {(row["item_id"], row["metric"]): row["value"] for row in rows_of(place / "honest")}
    assert {(row["item_id"], row["metric"]): row["value"] for row in verdict.rows} == told
    assert (verdict.partial, verdict.untaken, verdict.complete) == ([], [], True)


def test_a_forged_one_without_images_is_claimed_and_not_ranked(spoiled, benchmark):
    rows_with(best)(spoiled)
    strip_images(spoiled)
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert (verdict.findings, verdict.word) == ([], CLAIMED)
    assert {row["standing"] for row in verdict.rows} == {"claimed"}
    assert verdict.untaken == ["motion_gain is claimed only", "mas is claimed only"]


def test_no_policy_takes_what_is_claimed(spoiled, benchmark):
    strip_images(spoiled)
    seal(spoiled)
    verdict = look_at(spoiled, benchmark, policy=Policy(takes=("recomputed", "reread"), flow="dis"))
    assert verdict.untaken
    assert verdict.word == CLAIMED


def test_a_quick_look_verifies_nothing(place, benchmark):
    verdict = look_at(place / "honest", benchmark, sample=2)
    assert verdict.word == CLAIMED
    assert {row["standing"] for row in verdict.rows} == {"claimed"}
    assert QUICK in verdict.notes[-1]


def test_a_tampered_score_is_found_by_a_quick_look_whenever_its_item_is_drawn(spoiled, benchmark):
    rows_with(lambda row: row.update(value=1.0), lambda row: one_of(row, "item-1", "ssim"))(spoiled)
    seal(spoiled)
    seen = set()
    for seed in range(6):
        drawn = random.Random(seed).sample(["item-0", "item-1", "item-2"], 1)
        verdict = look_at(spoiled, benchmark, sample=1, seed=seed)
        assert bool(verdict.findings) == (drawn == ["item-1"])
        seen.update(drawn)
    assert len(seen) > 1
    assert look_at(spoiled, benchmark).word == "rejected"


def one_of(row, item, metric):
    return row["item_id"] == item and row["metric"] == metric


@pytest.mark.parametrize("image", ["left out", "there"])
def test_the_board_decides_what_is_not_applicable(spoiled, benchmark, image):
    """The way round a bad item: its rows marked as beyond anybody, with its image or without."""
    without(gap("not_applicable"), "item-0")(spoiled)
    if image == "left out":
        (spoiled / "images" / "item-0.png").unlink()
    seal(spoiled)
    found = rejected(spoiled, benchmark).findings
    assert {finding.where for finding in found} >= {"item-0, mas", "item-0, ssim", "item-0, overall"}


def test_nor_is_it_believed_without_any_image(spoiled, benchmark):
    without(gap("not_applicable"), "item-0")(spoiled)
    strip_images(spoiled)
    seal(spoiled)
    assert (
        "said not to be applicable: it can be computed for this item"
        in rejected(spoiled, benchmark).findings[0].what
    )


@pytest.mark.parametrize("status", ["missing", "failed", "unavailable", "unparsed"])
@pytest.mark.parametrize("blame", [None, "judge"])
def test_an_item_that_is_left_out_is_charged_and_leaves_no_rank(spoiled, benchmark, status, blame):
    without(gap(status, blame), "item-0")(spoiled)
    (spoiled / "images" / "item-0.png").unlink()
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert verdict.word == "accepted as partial: shown, never ranked"
    assert verdict.partial == ["motion_gain 2/3", "mas 2/3"]
    ours = [row for row in verdict.rows if row["item_id"] == "item-0"]
    assert {row["status"] for row in ours} == {status if status in ("missing", "failed") else "missing"}
    assert {row["blame"] for row in ours} == {None}


def test_an_item_that_is_not_even_named_is_charged(spoiled, benchmark):
    write_rows(spoiled, [row for row in rows_of(spoiled) if row["item_id"] != "item-0"])
    (spoiled / "images" / "item-0.png").unlink()
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert verdict.partial == ["motion_gain 2/3", "mas 2/3"]
    assert {row["status"] for row in verdict.rows if row["item_id"] == "item-0"} == {"missing"}


@pytest.mark.parametrize("how", ["left out", "unavailable", "blamed on a judge", "failed"])
def test_what_its_image_shows_counts_whatever_its_rows_say(place, spoiled, benchmark, how):
    if how == "left out":
        write_rows(spoiled, [row for row in rows_of(spoiled) if row["item_id"] != "item-0"])
    else:
        status = "unavailable" if how == "unavailable" else "failed"
        without(gap(status, "judge" if "judge" in how else None), "item-0")(spoiled)
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert verdict.word == "verified"
    assert len(verdict.rows) == len(rows_of(place / "honest"))
    assert {row["status"] for row in verdict.rows} == {"ok"}


def test_what_the_board_cannot_compute_is_claimed(spoiled, benchmark, monkeypatch, tmp_path):
    """A flow whose weights are not here: the value may be any."""
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    unreachable(monkeypatch)
    rows = rows_of(spoiled)
    forged = [json.loads(json.dumps(row)) for row in rows if row["metric"] in ("mas", "motion_gain")]
    for row in forged:
        row["value"] = 99.0
        row["detail"].update(flow="unimatch", flow_version="unimatch")
    write_rows(spoiled, rows + forged)
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert verdict.findings == []
    assert verdict.word == f"accepted, in part as claimed: what is claimed is {APART}"
    claimed = [row for row in verdict.rows if row["standing"] == "claimed"]
    assert {row["detail"]["flow"] for row in claimed} == {"unimatch"}
    assert len(claimed) == len(forged)
    by_unimatch = look_at(spoiled, benchmark, policy=Policy(flow="unimatch"))
    assert by_unimatch.untaken == ["motion_gain is claimed only", "mas is claimed only"]


def unreachable(monkeypatch):
    from motionedit_bench import weights

    def fail(*arguments, **options):
        raise weights.URLError(OSError(-2, "Name or service not known"))

    monkeypatch.setattr(weights, "reach", fail)


def test_only_the_best_metric_handed_in_is_not_ranked(spoiled, benchmark):
    write_rows(spoiled, [row for row in rows_of(spoiled) if row["metric"] == "mas"])
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert verdict.word == "accepted as partial: shown, never ranked"
    assert verdict.partial == ["motion_gain 0/3"]
    assert look_at(spoiled, benchmark, policy=Policy(headline=("mas",), flow="dis")).word == "verified"


@pytest.mark.parametrize(
    ("metric", "more"), [("mas", 0.099), ("mas", 0.05), ("ssim", 0.0019), ("motion_gain", 0.19)]
)
def test_scores_that_are_all_a_little_better_are_found(spoiled, benchmark, metric, more):
    def raise_it(row):
        row["value"] += more

    rows_with(raise_it, lambda row: row["metric"] == metric)(spoiled)
    seal(spoiled)
    assert rejected(spoiled, benchmark).findings


def test_what_other_processors_make_of_a_flow_is_no_forgery_and_counts_for_nothing(place, spoiled, benchmark):
    rng = random.Random(0)

    def noise(row):
        row["value"] += rng.choice([-0.2, -0.1, 0.1])

    rows_with(noise, lambda row: row["metric"] == "mas")(spoiled)
    seal(spoiled)
    verdict = look_at(spoiled, benchmark)
    assert verdict.word == "verified"
    assert any("the computed ones count" in note for note in verdict.notes)
    ours = {row["item_id"]: row["value"] for row in verdict.rows if row["metric"] == "mas"}
    honest = {row["item_id"]: row["value"] for row in rows_of(place / "honest") if row["metric"] == "mas"}
    assert ours == honest


def test_a_swapped_image_is_found(spoiled, benchmark):
    (spoiled / "images" / "item-0.png").write_bytes(png(Image.new("RGB", (160, 120), "red")))
    seal(spoiled)
    assert look_at(spoiled, benchmark).word == "rejected"


def test_an_image_that_is_none_is_what_its_rows_must_say(spoiled, benchmark):
    (spoiled / "images" / "item-0.png").write_bytes(b"rubbish")
    without(gap("corrupt"), "item-0")(spoiled)
    name_images(spoiled)
    seal(spoiled)
    assert look_at(spoiled, benchmark).word == "accepted as partial: shown, never ranked"


def test_facts_of_the_benchmark_are_the_boards(place, spoiled, benchmark):
    """What a scoring says of the benchmark is compared or ignored; no path in it is opened."""
    scoring = json.loads((spoiled / "scoring.json").read_text())
    facts = {"spec": "/nowhere/at/all", "name": "Another name", "revision": "x"}
    change("scoring.json", bench=scoring["bench"] | facts)(spoiled)
    seal(spoiled)
    assert look_at(spoiled, benchmark).word == "verified"
    change("scoring.json", bench=scoring["bench"] | {"items": 1})(spoiled)
    seal(spoiled)
    assert [one.kind for one in rejected(spoiled, benchmark).findings] == ["benchmark"]


def test_an_item_whose_target_stands_still_is_not_applicable_even_without_an_image(tmp_path):
    bench = make_benchmark(tmp_path / "bench", 3)
    (bench / "target" / "item-0.png").write_bytes((bench / "input" / "item-0.png").read_bytes())
    honest = prepare(tmp_path, bench) / "honest"
    (honest / "images" / "item-0.png").unlink()
    rows = rows_of(honest)
    write_rows(honest, [row for row in rows if row["item_id"] != "item-0" or row["metric"] != "ssim"])
    seal(honest)
    verdict = look_at(honest, open_benchmark(str(bench)))
    assert verdict.word == "verified"
    still = {row["metric"]: row["status"] for row in verdict.rows if row["item_id"] == "item-0"}
    assert (still["mas"], still["overall"], still["ssim"]) == ("not_applicable", "not_applicable", "missing")

"""Shards that do not fit together are refused with what is wrong, and nothing is written."""

import json
import shutil

import pytest
from helpers.shares import edit_json, edit_lines, share


def spoil_nothing_there(parts):
    shutil.rmtree(parts.with_name("shift.shards"))


def spoil_missing(parts):
    shutil.rmtree(share(parts, 2).parent)


def spoil_another_number(parts):
    shutil.copytree(share(parts, 2), share(parts, 1, of=2))


def spoil_twin(parts):
    shutil.rmtree(share(parts, 2))
    shutil.copytree(share(parts, 1), share(parts, 2))


def spoil_unfinished(parts):
    edit_lines(share(parts, 2) / "records.jsonl", lambda one: one if one["item_id"] != "item-4" else None)


def spoil_not_ended(parts):
    path = share(parts, 2) / "run.json"
    (session,) = json.loads(path.read_bytes())["sessions"]
    edit_json(path, sessions=[{**session, "finished": None}])


def tear(path):
    path.write_bytes(path.read_bytes()[:-20])


def spoil_torn_record(parts):
    tear(share(parts, 3) / "records.jsonl")


def spoil_torn_score(parts):
    tear(share(parts, 3) / "scores.jsonl")


def spoil_image(parts):
    (share(parts, 2) / "item-4.png").write_bytes(b"another")


def spoil_overlap(parts):
    line = (share(parts, 1) / "records.jsonl").read_text().splitlines()[0]
    with open(share(parts, 2) / "records.jsonl", "a") as file:
        file.write(line + "\n")


def spoil_overlapping_scores(parts):
    line = (share(parts, 1) / "scores.jsonl").read_text().splitlines()[0]
    with open(share(parts, 2) / "scores.jsonl", "a") as file:
        file.write(line + "\n")


def spoil_seed(parts):
    edit_json(share(parts, 3) / "run.json", seed=7)


def spoil_settings(parts):
    edit_json(share(parts, 3) / "run.json", settings={"percent": 9.0})


def spoil_benchmark(parts):
    manifest = json.loads((share(parts, 3) / "run.json").read_bytes())
    edit_json(share(parts, 3) / "run.json", bench={**manifest["bench"], "fingerprint": "0" * 64})


def spoil_selection(parts):
    manifest = json.loads((share(parts, 3) / "run.json").read_bytes())
    edit_json(share(parts, 3) / "run.json", share={**manifest["share"], "selection": "0" * 64})


def spoil_unscored(parts):
    edit_lines(share(parts, 2) / "scores.jsonl", lambda one: None if one["metric"] == "ssim" else one)


def spoil_versions(parts):
    def change(row):
        if row["metric"] == "ssim":
            row["detail"]["metric_version"] = "99"
        return row

    edit_lines(share(parts, 2) / "scores.jsonl", change)


def spoil_row(parts):
    with open(share(parts, 2) / "scores.jsonl", "a") as file:
        file.write('{"model": "shift"}\n')


def spoil_value(parts):
    edit_lines(share(parts, 2) / "scores.jsonl", lambda one: one | {"value": True})


def spoil_row_names(parts):
    edit_lines(share(parts, 2) / "scores.jsonl", lambda one: one | {"item_id": [1]})


def spoil_just_begun(parts):
    for number in (1, 2, 3):
        (share(parts, number) / "scores.jsonl").write_bytes(b"")


def spoil_bench(parts):
    edit_json(share(parts, 1) / "run.json", bench=None)


def spoil_sessions(parts):
    edit_json(share(parts, 2) / "scoring.json", sessions=[None])


def spoil_devices(parts):
    edit_json(share(parts, 1) / "run.json", devices=[{}])


def spoil_cost(parts):
    edit_json(share(parts, 2) / "run.json", cost={"calls": None})


def spoil_id(parts):
    manifest = json.loads((share(parts, 2) / "run.json").read_bytes())
    edit_json(share(parts, 2) / "run.json", share={**manifest["share"], "items": ["../x", "item-4"]})


def spoil_other_picture(parts):
    parts.mkdir()
    (parts / "item-99.jpg").write_bytes(b"of somebody else")


def spoil_other_result(parts):
    shutil.copytree(share(parts, 1), parts)


REFUSED = {
    spoil_nothing_there: "no shards of",
    spoil_missing: "lacks run.json of shard 2/3",
    spoil_another_number: "holds run.json of shards of 2 and of 3",
    spoil_twin: "run.json is of shard 1/3",
    spoil_unfinished: "shard 2/3 lacks 1 of its 2 items, such as item-4",
    spoil_not_ended: "shard 2/3 has not ended",
    spoil_torn_record: "shard 3/3 ended in the middle of a line of records.jsonl",
    spoil_torn_score: "shard 3/3 ended in the middle of a line of scores.jsonl",
    spoil_image: "shard 2/3 has another item-4.png than its record says",
    spoil_overlap: "shard 2/3 holds item item-0, which is of shard 1/3",
    spoil_overlapping_scores: "shard 2/3 holds scores of item item-0, which is not its own",
    spoil_seed: "shards 1/3 and 3/3 differ in seed (42, 7)",
    spoil_settings: 'differ in settings ({"percent": 4.0}, {"percent": 9.0})',
    spoil_benchmark: "shards 1/3 and 3/3 differ in bench.fingerprint",
    spoil_selection: "shards 1/3 and 3/3 differ in share.selection",
    spoil_unscored: "shard 2/3 lacks ssim of 2 of its 2 items",
    spoil_versions: "shards 1/3 and 2/3 scored ssim with another metric_version (",
    spoil_row: "shard 2/3 has a damaged row in scores.jsonl, KeyError('status')",
    spoil_value: "shard 2/3 has a damaged row in scores.jsonl, ValueError(",
    spoil_row_names: "shard 2/3 has a damaged row in scores.jsonl, TypeError(",
    spoil_just_begun: "shard 1/3 lacks psnr of 3 of its 3 items",
    spoil_bench: 'shards 1/3 and 2/3 differ in bench.fingerprint ({}, "',
    spoil_sessions: "2-of-3/shift/scoring.json is not the manifest of a shard (TypeError('its sessions",
    spoil_devices: "1-of-3/shift/run.json is not the manifest of a shard (TypeError('its devices",
    spoil_cost: "2-of-3/shift/run.json is not the manifest of a shard (TypeError('its cost",
    spoil_id: "2-of-3/shift/run.json is not the manifest of a shard (BenchmarkError(",
    spoil_other_picture: "shift is there already, and its item-99.jpg is not the shards': move it away",
    spoil_other_result: "shift is there already, and its records.jsonl is not the shards'",
}


@pytest.mark.parametrize("spoil", REFUSED, ids=lambda spoil: spoil.__name__)
def test_what_does_not_fit_together_is_refused_in_one_line_and_nothing_is_written(mebench, parts, spoil):
    spoil(parts)
    before = {path: path.read_bytes() for path in parts.parent.rglob("*") if path.is_file()}
    status, out, err = mebench("merge", parts)
    assert (status, out) == (2, "")
    assert REFUSED[spoil] in err
    assert err.count("\n") == 1
    assert {path: path.read_bytes() for path in parts.parent.rglob("*") if path.is_file()} == before
    assert parts.exists() == (spoil in (spoil_other_result, spoil_other_picture))


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3", "1/3/5"])
def test_other_shards_than_one_of_so_many_are_refused(mebench, tmp_path, text):
    status, _, err = mebench("run", "--adapter", "identity", "--bench", "sample", f"--shard={text}")
    assert (status, err.count("\n")) == (2, 1)
    assert "--shard takes I/N with I in 1..N" in err


@pytest.mark.parametrize("words", [("merge", "/"), ("score", "/", "--bench", "sample", "--shard", "1/2")])
def test_beside_the_root_is_no_place_for_shards(mebench, words):
    status, _, err = mebench(*words)
    assert (status, err) == (2, "mebench: there is no place for shards beside /: give a folder in it\n")


def test_more_shards_than_items_are_refused(mebench, made, tmp_path):
    words = ("run", "--adapter", "identity", "--bench", made / "bench", "--out", tmp_path / "x")
    status, _, err = mebench(*words, "--shard", "1/8")
    assert (status, err) == (2, "mebench: --shard 1/8: 7 items make at most 7 shards\n")


@pytest.mark.parametrize("words", [("run", "--adapter", "identity", "--out"), ("score",)])
def test_shards_are_not_written_to_stores(mebench, words):
    status, _, err = mebench(*words, "s3://bucket/preds/x", "--bench", "sample", "--shard", "1/2")
    assert (status, err.count("\n")) == (2, 1)
    assert "s3://bucket/preds/x is in a store: merge first, then copy" in err

"""Merged shards are the undivided run, byte for byte."""

import fcntl
import json
import os
import shutil
from contextlib import contextmanager

import pytest
from helpers.shares import edit_json, edit_lines, share

from motionedit_bench.files import read_lines

LOGS = ("records.jsonl", "scores.jsonl", "run.json", "scoring.json")


def contents(folder):
    """All that a folder holds, but for seconds, sessions, and how the benchmark was named."""
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in LOGS}
    found["records"] = [
        {name: value for name, value in record.items() if name != "seconds"}
        for record in read_lines(folder / "records.jsonl")
    ]
    if (folder / "scores.jsonl").exists():
        found["scores"] = (folder / "scores.jsonl").read_bytes()
    for name in ("run.json", "scoring.json"):
        if (folder / name).exists():
            manifest = json.loads((folder / name).read_bytes())
            found[name] = [(key, value) for key, value in manifest.items() if key != "sessions"]
    return found


def sessions(folder, name):
    return [session["shard"] for session in json.loads((folder / name).read_bytes())["sessions"]]


def state(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@contextmanager
def open_folder(folder):
    held = os.open(folder, os.O_RDONLY)
    yield held
    os.close(held)


def test_merged_shards_are_the_undivided_run(mebench, made, parts):
    status, out, _ = mebench("merge", parts)
    assert (status, out) == (0, f"{parts}: 3 shards, 7 items (0 without an edit), 14 scores\n")
    assert contents(parts) == contents(made / "whole/shift")
    assert sessions(parts, "run.json") == sessions(parts, "scoring.json") == ["1/3", "2/3", "3/3"]
    for form in ("plain", "json", "csv"):
        tables = [mebench("leaderboard", place, "--format", form) for place in (parts.parent, made / "whole")]
        assert tables[0][:2] == tables[1][:2], form
        assert tables[0][0] == 0


def test_merging_again_changes_nothing_and_a_merged_run_goes_on_as_one(mebench, made, parts):
    mebench("merge", parts)
    before = state(parts)
    status, out, _ = mebench("merge", parts)
    assert (status, state(parts)) == (0, before)
    assert "all of it was there already" in out
    status, out, _ = mebench("run", "--adapter", "shift", "--bench", made / "bench", "--out", parts)
    assert (status, out) == (0, f"{parts}: 0 edited, 0 failed, 7 there already\n")
    lines = (parts / "scores.jsonl").read_bytes()
    assert mebench("score", parts, "--bench", made / "bench", "--metrics", "psnr,ssim")[0] == 0
    assert (parts / "scores.jsonl").read_bytes() == lines
    assert mebench("merge", parts)[0] == 0  # with later sessions in the merged folder, too


@pytest.mark.parametrize("of", [1, 2, 7])
def test_any_number_of_shards_makes_the_same_run(mebench, made, tmp_path, of):
    out = tmp_path / "shift"
    for number in range(of, 0, -1):
        words = ("run", "--adapter", "shift", "--bench", made / "bench", "--out", out)
        assert mebench(*words, "--shard", f"{number}/{of}")[0] == 0
    assert mebench("merge", out)[0] == 0
    whole = contents(made / "whole/shift")
    assert contents(out) == {name: whole[name] for name in whole if name not in ("scores", "scoring.json")}


def test_what_a_killed_merge_left_is_in_nobodys_way(mebench, made, parts):
    left = parts.with_name("shift.shards") / ".merging.tmp/shift"
    left.mkdir(parents=True)
    (left / "item-0.png").write_bytes(b"half")
    (left / "other.png").write_bytes(b"half")
    assert mebench("merge", parts)[0] == 0
    assert contents(parts) == contents(made / "whole/shift")
    assert not left.parent.exists()


def test_two_merges_at_once_are_refused(mebench, parts):
    with open_folder(parts.with_name("shift.shards")) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        status, _, err = mebench("merge", parts)
    assert status == 2
    assert "another process is merging" in err
    assert not parts.exists()


def test_scores_of_a_merged_run_are_shared_out_anew_and_elsewhere(mebench, made, tmp_path):
    whole, out = made / "whole", tmp_path / "scores"
    for shard in ("1/2", "2/2"):
        words = ("score", whole, "--metrics", "psnr,ssim", "--out", out, "--shard", shard)
        assert mebench(*words)[0] == 0
    assert mebench("merge", out)[0] == 0
    assert (out / "shift/scores.jsonl").read_bytes() == (whole / "shift/scores.jsonl").read_bytes()
    assert mebench("leaderboard", out)[1] == mebench("leaderboard", whole)[1]


def test_scores_join_a_run_that_was_merged_before(mebench, made, parts):
    kept = {number: (share(parts, number) / "scores.jsonl").read_bytes() for number in (1, 2, 3)}
    told = {number: (share(parts, number) / "scoring.json").read_bytes() for number in (1, 2, 3)}
    for number in kept:
        (share(parts, number) / "scores.jsonl").unlink()
        (share(parts, number) / "scoring.json").unlink()
    assert mebench("merge", parts)[0] == 0
    assert not (parts / "scores.jsonl").exists()
    for number in kept:
        (share(parts, number) / "scores.jsonl").write_bytes(kept[number])
        (share(parts, number) / "scoring.json").write_bytes(told[number])
    assert mebench("merge", parts)[0] == 0
    assert contents(parts) == contents(made / "whole/shift")


def test_a_shard_says_that_it_is_one_and_goes_on_only_as_that(mebench, made, parts):
    manifest = json.loads((share(parts, 2) / "run.json").read_bytes())
    assert manifest["share"]["items"] == ["item-1", "item-4"]
    assert manifest["bench"]["items"] == 7
    words = ("run", "--adapter", "shift", "--bench", made / "bench", "--out", parts, "--shard", "2/3")
    (share(parts, 2) / "item-4.png").unlink()
    assert mebench(*words)[1] == f"{share(parts, 2)}: 1 edited, 0 failed, 1 there already\n"
    status, _, err = mebench(*words, "--limit", "6")
    assert status == 2
    assert "holds a run with another share" in err


def test_failed_items_and_their_second_attempts_are_kept(mebench, made, parts):
    def fail(record):
        return record if record["item_id"] != "item-4" else {**record, "status": "failed", "reason": "x"}

    edit_lines(share(parts, 2) / "records.jsonl", fail)
    (share(parts, 2) / "item-4.png").unlink()
    status, out, _ = mebench("merge", parts)
    assert status == 0
    assert "7 items (1 without an edit)" in out
    assert not (parts / "item-4.png").exists()
    shutil.rmtree(parts)
    words = ("run", "--adapter", "shift", "--bench", made / "bench", "--out", parts, "--shard", "2/3")
    assert mebench(*words)[0] == 0
    assert mebench("merge", parts)[0] == 0
    order = [record["item_id"] for record in read_lines(parts / "records.jsonl")]
    assert order == [f"item-{k}" for k in (0, 1, 2, 3, 4, 4, 5, 6)]


def test_what_another_shard_loaded_stands_in_its_session(mebench, parts):
    edit_json(share(parts, 3) / "run.json", provenance={"device": "cuda:1"})
    for number, devices in ((1, ["A", "C"]), (2, ["A"]), (3, ["B"])):
        edit_json(share(parts, number) / "run.json", devices=devices)
    assert mebench("merge", parts)[0] == 0
    manifest = json.loads((parts / "run.json").read_bytes())
    assert manifest["devices"] == ["A", "B", "C"]
    assert [session.get("provenance") for session in manifest["sessions"]] == [
        None,
        None,
        {"device": "cuda:1"},
    ]

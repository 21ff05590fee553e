"""Commands on folders in a store, against a real S3 server: they print and leave what folders give."""

import sys

import pytest


def models(mebench, bench, folder):
    for name in ("identity", "target"):
        assert mebench("run", "--adapter", name, "--bench", bench, "--out", folder / name)[0] == 0
    return folder


@pytest.mark.slow
def test_from_a_store_comes_the_same_table_byte_for_byte(mebench, bench, tmp_path, s3, upload):
    """The benchmark, the runs and the scores in a store, and all of it in folders."""
    away, preds = upload(bench, "bench"), tmp_path / "preds"
    models(mebench, bench, preds)
    for name in ("identity", "target"):
        status, out, _ = mebench(
            "run", "--adapter", name, "--bench", away, "--out", f"s3://bucket/preds/{name}"
        )
        assert (status, out) == (0, f"s3://bucket/preds/{name}: 4 edited, 0 failed, 0 there already\n")
    score = ("score", "--metrics", "mas,psnr", "--flow", "dis")
    here, there = mebench(*score, preds), mebench(*score, "s3://bucket/preds")
    assert here[:2] == there[:2]
    for form in ("plain", "csv", "json"):
        one, other = (
            mebench("leaderboard", place, "--format", form) for place in (preds, "s3://bucket/preds")
        )
        assert one[0] == 0
        assert one[:2] == other[:2]
    for path in preds.glob("*/*"):
        found = s3.read(f"preds/{path.parent.name}/{path.name}")
        if path.suffix != ".json" and path.name != "records.jsonl":
            assert found == path.read_bytes()


def test_a_run_goes_on_from_another_machine_and_ends_with_the_same(mebench, bench, s3, monkeypatch, tmp_path):
    run = ("run", "--adapter", "identity", "--bench", bench, "--out", "s3://bucket/preds/identity")
    assert mebench(*run, "--limit", 2)[1].endswith(": 2 edited, 0 failed, 0 there already\n")
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "another"))
    assert mebench(*run, "--dry-run")[1].startswith("would edit 2 of 4 items into s3://bucket/preds/identity")
    assert mebench(*run)[1].endswith(": 2 edited, 0 failed, 2 there already\n")
    assert len([name for name in s3.files("preds/identity/") if name.endswith(".png")]) == 4
    status, _, err = mebench(*run, "--seed", "7")
    assert (status, err.count("\n")) == (2, 1)
    assert "s3://bucket/preds/identity holds a run with another seed" in err


def test_a_benchmark_is_read_from_a_store_picture_by_picture(bench, s3, upload, monkeypatch):
    from motionedit_bench.benchmarks import open_benchmark, stored
    from motionedit_bench.errors import BenchmarkError

    monkeypatch.setattr(stored, "AHEAD", 1)
    away = open_benchmark(upload(bench, "bench"))
    s3.remove("bench/target")
    assert away.items[0].input.read() == (bench / "input" / "item-0.png").read_bytes()
    s3.put("bench/target/item-0.png", b"!")
    assert open_benchmark_fails("s3://bucket/bench", BenchmarkError) == (
        "s3://bucket/bench/metadata.jsonl, line 2: image 'target/item-1.png' does not exist"
    )
    assert "has no metadata.jsonl" in open_benchmark_fails("s3://bucket/bench/input", BenchmarkError)


def open_benchmark_fails(spec, kind):
    from motionedit_bench.benchmarks import open_benchmark

    with pytest.raises(kind) as caught:
        open_benchmark(spec)
    return str(caught.value)


def test_a_store_has_the_name_and_the_fingerprint_of_the_folder(bench, s3, upload):
    from motionedit_bench.benchmarks import open_benchmark

    here, there = open_benchmark(str(bench)), open_benchmark(upload(bench, "bench"))
    assert (here.name, here.fingerprint()) == (there.name, there.fingerprint())
    assert there.spec == "s3://bucket/bench"
    for changed in ("bench/input/item-0.png", "bench/input/item-1.png"):
        s3.put(changed, s3.read("bench/target/item-0.png"))
        assert open_benchmark("s3://bucket/bench").fingerprint() != there.fingerprint()


@pytest.mark.parametrize(
    ("address", "settings", "said"),
    [
        ("s3://nowhere/preds", {}, "bucket does not exist; check bucket and folder"),
        ("s3://bucket/preds", {}, "s3://bucket/preds holds no predictions"),
        (
            "s3://bucket/preds",
            {"AWS_ACCESS_KEY_ID": None},
            "for public data set FSSPEC_S3_ANON",
        ),
        ("gs://bucket/preds", {}, "without gcsfs: python -m pip install 'gcsfs'"),
    ],
)
def test_what_cannot_be_opened_is_one_line(mebench, s3, monkeypatch, address, settings, said):
    for name, value in settings.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    if address.startswith("gs"):
        monkeypatch.setitem(sys.modules, "gcsfs", None)
    for command in (("validate", address, "--bench", "sample"), ("leaderboard", address)):
        status, out, err = mebench(*command)
        assert (status, out, err.count("\n")) == (2, "", 1), err
        if command[0] == "validate":
            assert said in err


def test_scores_go_to_a_store_and_predictions_stay_here(mebench, bench, s3, tmp_path):
    models(mebench, bench, tmp_path / "preds")
    status, out, _ = mebench(
        "score", tmp_path / "preds" / "target", "--metrics", "psnr", "--out", "s3://bucket/scores"
    )
    assert status == 0
    assert sorted(s3.files("scores/")) == ["target/scores.jsonl", "target/scoring.json"]
    assert not (tmp_path / "preds" / "target" / "scores.jsonl").exists()
    again = mebench("leaderboard", "s3://bucket/scores")
    assert again[1].splitlines()[:3] == out.splitlines()[:3]
    one = mebench(
        "score", tmp_path / "preds" / "identity", "--metrics", "psnr", "--out", "s3://bucket/scores"
    )
    assert "identity" in one[1]
    assert "target" in one[1]


def test_a_site_and_a_picture_are_made_of_what_lies_in_a_store(mebench, bench, s3, tmp_path, upload):
    away = upload(bench, "bench")
    run = ("run", "--adapter", "target", "--bench", away, "--out", "s3://bucket/preds/target")
    assert mebench(*run)[0] == 0
    assert mebench("score", "s3://bucket/preds/target", "--metrics", "mas", "--flow", "dis")[0] == 0
    site = ("leaderboard", "s3://bucket/preds", "--format", "html", "--out", tmp_path / "site")
    assert mebench(*site)[0] == 0
    assert (tmp_path / "site" / "index.html").exists()
    show = (
        "show",
        "item-0",
        "--pred",
        "s3://bucket/preds/target",
        "--flow",
        "dis",
        "--out",
        tmp_path / "a.png",
    )
    assert mebench(*show)[0] == 0
    assert (tmp_path / "a.png").exists()
    assert mebench("validate", "s3://bucket/preds")[:2] == (0, "1 model(s), 4 items each: nothing found\n")

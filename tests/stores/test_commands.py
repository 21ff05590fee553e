"""Commands on folders in a store, against a real S3 server: they print and leave what folders give."""

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

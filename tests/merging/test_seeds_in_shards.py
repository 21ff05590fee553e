"""Several seeds in shards are the undivided run of several seeds."""

import json
import shutil

import pytest
from helpers.pictures import make_benchmark
from helpers.shares import share

from motionedit_bench.files import read_lines
from motionedit_bench.predictions import seed_folders


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    """Two seeds of `shift` on three items: ``whole/shift``, and ``parts/shift.shards`` in two shards."""
    from motionedit_bench.cli import invoke

    place = tmp_path_factory.mktemp("seeds")
    bench = make_benchmark(place / "bench", 3)
    for out, shards in ((place / "whole/shift", [()]), (place / "parts/shift", [("1/2",), ("2/2",)])):
        for shard in shards:
            more = [word for one in shard for word in ("--shard", one)]
            run = ["run", "--adapter", "shift", "--bench", str(bench), "--seeds", "2", "--out", str(out)]
            assert invoke([*run, *more]) == 0
            assert invoke(["score", str(out), "--bench", str(bench), "--metrics", "psnr", *more]) == 0
    return place


@pytest.fixture
def parts(seeds, tmp_path):
    shutil.copytree(seeds / "parts", tmp_path / "parts")
    return tmp_path / "parts/shift"


def left(folder):
    """What a run and a scoring left of one seed, but for seconds and sessions."""
    logs = ("run.json", "scoring.json", "records.jsonl")
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    found = {name: content for name, content in found.items() if name not in logs}
    for name in logs[:2]:
        told = json.loads((folder / name).read_bytes())
        found[name] = {key: value for key, value in told.items() if key != "sessions"}
    records = read_lines(folder / "records.jsonl")
    return found | {"records": [{**record, "seconds": None} for record in records]}


def test_each_seed_is_merged_into_its_place(mebench, seeds, parts):
    status, out, _ = mebench("merge", parts)
    assert status == 0
    assert out.splitlines() == [
        f"{parts}: 2 shards, 3 items (0 without an edit), 3 scores",
        f"{parts / 'seeds/43'}: 2 shards, 3 items (0 without an edit), 3 scores",
    ]
    whole = seeds / "whole/shift"
    for one, other in zip((parts, *seed_folders(parts)), (whole, *seed_folders(whole)), strict=True):
        assert left(one) == left(other)
    tables = [mebench("leaderboard", place.parent, "--format", "json")[1] for place in (parts, whole)]
    assert tables[0] == tables[1]
    assert '"spread"' in tables[0]
    assert "all of it was there already" in mebench("merge", parts)[1]


def test_a_seed_that_a_shard_lacks_is_refused(mebench, parts):
    shutil.rmtree(share(parts, 2, of=2) / "seeds")
    status, _, err = mebench("merge", parts)
    assert (status, err.count("\n")) == (2, 1)
    assert f"{parts}.shards lacks seeds/43/run.json of shard 2/2" in err
    assert not seed_folders(parts)


def test_a_merged_run_of_several_seeds_is_scored_in_shards(mebench, seeds, tmp_path):
    preds = tmp_path / "preds/shift"
    shutil.copytree(seeds / "whole/shift", preds)
    for path in (preds, *seed_folders(preds)):
        (path / "scores.jsonl").unlink()
        (path / "scoring.json").unlink()
    order = ("score", preds, "--bench", seeds / "bench", "--metrics", "psnr")
    for shard in ("1/2", "2/2"):
        assert mebench(*order, "--shard", shard)[0] == 0
    assert mebench("merge", preds)[0] == 0
    for one, other in zip(seed_folders(preds), seed_folders(seeds / "whole/shift"), strict=True):
        assert left(one) == left(other)

"""The hub's loading code on local parquet files of the same columns; the hub itself is out of reach."""

import socket
import subprocess
import sys

import pytest
from helpers.pictures import photograph, png

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import BenchmarkError, MebenchError

datasets = pytest.importorskip("datasets")


def parquet(folder, names=("id", "prompt", "input_image", "target_image"), ids=("7", "8", "9")):
    """A local data set with image columns, written by the library that reads it."""
    folder.mkdir()
    values = {
        names[0]: list(ids),
        names[1]: [f"Move it {k} steps." for k in range(len(ids))],
        names[2]: [{"bytes": png(photograph(k)), "path": None} for k in range(len(ids))],
        names[3]: [{"bytes": png(photograph(k + 10)), "path": None} for k in range(len(ids))],
    }
    features = datasets.Features(
        {
            names[0]: datasets.Value("int64" if isinstance(ids[0], int) else "string"),
            names[1]: datasets.Value("string"),
            names[2]: datasets.Image(),
            names[3]: datasets.Image(),
        }
    )
    datasets.Dataset.from_dict(values, features=features).to_parquet(folder / "train-00000-of-00001.parquet")
    return folder


@pytest.fixture(autouse=True)
def own_datasets_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets-cache")


@pytest.mark.parametrize(
    "names",
    [
        ("id", "prompt", "input_image", "target_image"),
        ("id", "instruction", "source_image", "edited_image"),
        ("id", "prompt", "image", "ground_truth"),
    ],
)
def test_columns_are_matched_by_name_and_bytes_come_untouched(tmp_path, names):
    found = open_benchmark(str(parquet(tmp_path / "set", names)))
    assert [item.id for item in found.items] == ["7", "8", "9"]
    assert found.items[2].instruction == "Move it 2 steps."
    assert found.items[2].input.read() == png(photograph(2))
    assert found.items[2].target.read() == png(photograph(12))


def test_whole_numbers_serve_as_ids_and_missing_targets_are_allowed(tmp_path):
    found = open_benchmark(str(parquet(tmp_path / "set", ("id", "prompt", "input_image", "other"), (1, 2))))
    assert [item.id for item in found.items] == ["1", "2"]
    assert found.items[0].target is None


def test_the_same_content_has_the_same_fingerprint(tmp_path):
    one = open_benchmark(str(parquet(tmp_path / "one"))).fingerprint()
    two = open_benchmark(str(parquet(tmp_path / "two"))).fingerprint()
    other = open_benchmark(str(parquet(tmp_path / "other", ids=("7", "8", "x")))).fingerprint()
    assert one == two != other


def test_columns_that_do_not_fit_are_listed(tmp_path):
    folder = parquet(tmp_path / "set", ("id", "prompt", "picture", "target_image"))
    with pytest.raises(
        BenchmarkError, match=r"no column for 'input'.*found id, prompt, picture, target_image"
    ):
        open_benchmark(str(folder))


def test_unsafe_ids_are_refused(tmp_path):
    with pytest.raises(BenchmarkError, match=r"row 1: id must be .* got '\.\./b'"):
        open_benchmark(str(parquet(tmp_path / "set", ids=("a", "../b"))))


def test_a_damaged_file_is_one_line(tmp_path):
    folder = parquet(tmp_path / "set")
    next(folder.glob("*.parquet")).write_bytes(b"PAR1 this is not parquet PAR1")
    with pytest.raises(BenchmarkError, match="cannot be read as a data set"):
        open_benchmark(str(folder))


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("offline", [False, True])
def test_an_unreachable_hub_is_one_line_and_status_two(tmp_path, offline, own_cache):
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "MEBENCH_CACHE": str(own_cache),
        "HF_ENDPOINT": f"http://127.0.0.1:{closed_port()}",
        "HF_HUB_OFFLINE": "1" if offline else "0",
    }
    command = [
        sys.executable,
        "-m",
        "motionedit_bench",
        "run",
        "--adapter",
        "identity",
        "--out",
        tmp_path / "out",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    why = "keeps it from being fetched: run `mebench prefetch" if offline else "the hub cannot be reached"
    assert "cannot open benchmark elaine1wan/MotionEdit-Bench: " in done.stderr
    assert why in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", ["~/.cache/huggingface", "/proc/nowhere"])
def test_a_cache_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, place):
    folder = str(parquet(tmp_path / "set"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HOME", place)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", f"{place}/datasets")
    with pytest.raises(MebenchError, match="set HF_HOME to a"):
        open_benchmark(folder)

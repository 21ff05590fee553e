import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.pictures import make_benchmark, png

from motionedit_bench.version import VERSION

HELP_WITHOUT = ("torch", "numpy", "PIL", "pandas", "diffusers", "datasets", "rich", "pydantic", "cv2")


def test_help_says_that_an_adapters_file_is_a_program(mebench):
    status, out, _ = mebench("run", "--help")
    assert (status, "is run as a program, with your rights" in " ".join(out.split())) == (0, True)


def python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom motionedit_bench.cli import invoke\n"
        "assert invoke(['--help']) == 0 and invoke(['run', '--help']) == 0\n"
        f"print('LOADED', [name for name in {HELP_WITHOUT!r} if name in sys.modules])"
    )
    assert python(code).splitlines()[-1] == "LOADED []"


def test_running_a_baseline_does_not_import_torch(bench, tmp_path):
    run = ["run", "--adapter", "identity", "--bench", str(bench), "--out", str(tmp_path / "o")]
    code = (
        f"import sys\nfrom motionedit_bench.cli import invoke\ninvoke({run!r})\nprint('torch' in sys.modules)"
    )
    assert python(code).splitlines()[-1] == "False"


def test_version(mebench):
    assert mebench("--version")[1].strip().endswith(VERSION)


def test_run_score_leaderboard_validate(mebench, bench, tmp_path):
    preds = tmp_path / "preds"
    for name in ("identity", "target"):
        status, out, _ = mebench("run", "--adapter", name, "--bench", bench, "--out", preds / name)
        assert status == 0
        assert out == f"{preds / name}: 4 edited, 0 failed, 0 there already\n"
    status, out, err = mebench(
        "score", preds, "--metrics", "mas,ssim,psnr"
    )  # the benchmark is in the manifest
    assert status == 0
    assert all(line.startswith("scoring: ") for line in err.splitlines())  # where it takes long
    assert "100.00" in out
    assert out.endswith("rows: 24 ok\n")
    status, out, _ = mebench("leaderboard", preds, "--format", "json")
    first, second = json.loads(out)["rows"]
    assert (first["model"], first["rank"], first["metrics"]["mas"]["mean"]) == ("target", 1, 100.0)
    assert (second["model"], second["rank"], second["metrics"]["mas"]["mean"]) == ("identity", 2, 0.0)
    assert json.loads(out)["bench"]["name"] == "bench"
    assert mebench("validate", preds / "target")[0] == 0
    status, out, _ = mebench("validate", preds)
    assert status == 1
    assert "4 identical" in out


def test_a_partial_model_ends_with_status_one(mebench, bench, tmp_path):
    run = ("run", "--adapter", "target", "--bench", bench, "--out", tmp_path / "m", "--limit", 3)
    assert mebench(*run)[0] == 0
    status, out, _ = mebench("score", tmp_path / "m", "--metrics", "mas")
    assert status == 1
    assert "rows: 3 ok, 1 missing" in out
    assert "as worst 75.00" in out


def test_a_failed_item_ends_with_status_one(mebench, bench, tmp_path):
    (bench / "input" / "item-2.png").write_bytes(b"rubbish")
    status, out, _ = mebench("run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "m")
    assert status == 1
    assert "3 edited, 1 failed" in out


def test_ids_and_settings_and_dry_run(mebench, bench, tmp_path):
    run = ("run", "--adapter", "shift", "--bench", bench, "--out", tmp_path / "m", "--set", "percent=9.5")
    status, out, _ = mebench(*run, "--ids", "item-3,item-1", "--dry-run")
    assert (status, out) == (0, f"would edit 2 of 2 items into {tmp_path / 'm'} (0 there already)\n")
    assert not (tmp_path / "m").exists()
    assert mebench(*run, "--ids", "item-3,item-1")[0] == 0
    assert sorted(path.name for path in (tmp_path / "m").glob("*.png")) == ["item-1.png", "item-3.png"]
    assert json.loads((tmp_path / "m" / "run.json").read_text())["settings"] == {"percent": 9.5}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "Missing option '--adapter'"),
        (["run", "--adapter", "shfit"], "unknown adapter 'shfit': did you mean 'shift'?"),
        (["run", "--adapter", "shift", "--set", "percnt=3"], "did you mean 'percent'?"),
        (["run", "--adapter", "shift", "--set", "percent"], "--set takes KEY=VALUE, but got 'percent'"),
        (
            ["run", "--adapter", "shift", "--set", "percent=fast"],
            "--set percent=fast: Input should be a valid",
        ),
        (["run", "--adapter", "shift", "--set", "percent=99"], "--set percent=99: Input should be less than"),
        (["run", "--adapter", "identity", "--model", "x"], "loads no model"),
        (["run", "--adapter", "identity", "--bench", "BENCH", "--limit", "0"], "--limit must be at least 1"),
        (["run", "--adapter", "identity", "--bench", "BENCH", "--ids", "nope"], "unknown item 'nope'"),
        (
            ["run", "--adapter", "identity", "--bench", "BENCH", "--out", "/proc/nowhere"],
            "cannot make folder",
        ),
        (["run", "--adapter", "identity", "--bench", "/absent/folder"], "no benchmark '/absent/folder'"),
        (["run", "--adapter", "identity", "--seed", "x"], "'x' is not a valid integer"),
        (["score", "/absent"], "no predictions folder /absent"),
        (["score", "PREDS", "--bench", "BENCH", "--metrics", "mas,simm"], "did you mean 'ssim'?"),
        (["score", "PREDS", "--bench", "BENCH", "--metrics", "mas", "--flow", "di"], "did you mean 'dis'?"),
        (
            ["score", "PREDS", "--bench", "BENCH", "--flow-size", "huge"],
            "'huge' is not one of 'input', 'edited'",
        ),
        (["leaderboard", "PREDS"], "nothing is scored in"),
        (["leaderboard", "chek", "PREDS"], "unknown command or folder 'chek': did you mean 'check'?"),
        (["score", "BENCH/metadata.jsonl"], "is a file: give a folder of images, or of models' folders"),
        (["leaderboard", "PREDS", "--format", "word"], "'word' is not one of"),
        (["list", "adaptors"], "unknown list 'adaptors': did you mean 'adapters'?"),
        (["weights", "get", "lpisp"], "did you mean 'lpips'?"),
        (["nonsense"], "No such command 'nonsense'"),
    ],
)
def test_a_wrong_request_is_one_line_and_status_two(mebench, bench, tmp_path, arguments, message):
    shutil.copytree(bench / "target", tmp_path / "preds" / "model")
    known = {"BENCH": str(bench), "PREDS": str(tmp_path / "preds")}
    arguments = [argument.replace("BENCH", known["BENCH"]) for argument in arguments]
    status, out, err = mebench(*(known.get(argument, argument) for argument in arguments))
    assert status == 2
    assert out == ""
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert err.startswith("mebench: ")


def test_a_bug_keeps_its_traceback(mebench, bench, tmp_path, monkeypatch):
    monkeypatch.setattr("motionedit_bench.running.request.run", lambda *_: {}["bug"])
    with pytest.raises(KeyError, match="bug"):
        mebench("run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "m")


def test_an_interrupted_run_says_that_it_can_go_on(mebench, bench, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("motionedit_bench.adapters.baselines.Identity.edit", interrupt)
    status, _, err = mebench("run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "m")
    assert status == 130
    assert "goes on from here" in err


def test_runs_of_two_benchmarks_need_the_benchmark_named(mebench, bench, tmp_path):
    other = make_benchmark(tmp_path / "other", count=2)
    for name, place in (("a", bench), ("b", other)):
        mebench("run", "--adapter", "target", "--bench", place, "--out", tmp_path / "preds" / name)
    status, _, err = mebench("score", tmp_path / "preds", "--metrics", "mas")
    assert status == 2
    assert "say which with --bench" in err


def test_predictions_of_another_version_of_the_benchmark_are_pointed_out(mebench, bench, tmp_path):
    mebench("run", "--adapter", "target", "--bench", bench, "--out", tmp_path / "m")
    shutil.copy(bench / "target" / "item-0.png", bench / "target" / "item-1.png")
    told = "mebench: run on another version of this benchmark, or on another one: m\n"
    assert mebench("validate", tmp_path / "m")[2] == told
    shown = ("show", "item-0", "--pred", tmp_path / "m", "--out", tmp_path / "shown.png")
    assert told in mebench(*shown)[2]
    _, _, err = mebench("score", tmp_path / "m", "--metrics", "mas")
    assert err.count(told) == 1


def test_a_judge_of_pairs_is_told_of_another_version_of_the_benchmark(mebench, bench, tmp_path):
    for name in ("a", "b"):
        mebench("run", "--adapter", "target", "--bench", bench, "--out", tmp_path / "m" / name)
    shutil.copy(bench / "target" / "item-0.png", bench / "target" / "item-1.png")
    _, _, err = mebench("prefer", tmp_path / "m", "--judge", "reference", "--flow", "dis")
    assert "mebench: run on another version of this benchmark, or on another one: a, b\n" in err


def test_a_leaderboard_goes_to_a_file(mebench, bench, tmp_path):
    mebench("run", "--adapter", "target", "--bench", bench, "--out", tmp_path / "m")
    mebench("score", tmp_path / "m", "--metrics", "mas")
    status, out, _ = mebench("leaderboard", tmp_path / "m", "--format", "html", "--out", tmp_path / "t.html")
    assert (status, out) == (0, "")
    assert "<table" in (tmp_path / "t.html").read_text()


@pytest.mark.slow
def test_a_reader_that_stops_reading_is_no_error(bench):
    command = f"{sys.executable} -m motionedit_bench list | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert "Traceback" not in done.stderr


FULL_DISK = """
import resource, sys
from motionedit_bench.cli import invoke
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(invoke(sys.argv[2:]))
"""


def test_a_full_disk_ends_the_run_with_one_line_and_loses_nothing(mebench, bench, tmp_path):
    """The system's limit on file size stands for the full disk; one picture is larger than it."""
    large = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    (bench / "input" / "item-2.png").write_bytes(png(large))
    run = ["run", "--adapter", "identity", "--bench", str(bench), "--out", str(tmp_path / "m")]
    command = [sys.executable, "-c", FULL_DISK, "100000", *run]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, capture_output=True, text=True, env=unmeasured)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "cannot write" in line
    assert "item-2.png" in line
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [
        *("item-0.png", "item-1.png", "records.jsonl", "run.json"),
    ]
    status, out, _ = mebench(*run)
    assert (status, out) == (0, f"{tmp_path / 'm'}: 2 edited, 0 failed, 2 there already\n")


def test_a_folder_that_this_user_may_not_read_is_one_line(mebench, tmp_path, monkeypatch):
    def forbidden(self):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    (tmp_path / "preds").mkdir()
    monkeypatch.setattr(Path, "is_dir", forbidden)
    status, _, err = mebench("leaderboard", tmp_path / "preds")
    assert status == 2
    assert err.startswith(f"mebench: {tmp_path / 'preds'}")
    assert err.endswith(": Permission denied: let this user read it\n")
    assert err.count("\n") == 1

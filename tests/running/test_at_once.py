"""Several commands on one folder, and clocks that run backwards."""

import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from helpers.nursery import RUNNING, SCORING, Process, nursery
from helpers.pictures import make_benchmark

from motionedit_bench import provenance
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.files import Journal, read_lines
from motionedit_bench.leaderboard.submission import history
from motionedit_bench.leaderboard.submission.destination import deliver
from motionedit_bench.leaderboard.submission.packing import Package

PATIENT = """
import pathlib, time
from motionedit_bench.adapters import Adapter
from motionedit_bench.images import decode

class Patient(Adapter):
    def edit(self, item, seed):
        while not pathlib.Path(__file__).with_name("go").exists():
            time.sleep(0.01)
        return decode(item.input.read())
"""

JUDGE = """
import json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    answer = {"id": request["id"], "ok": True}
    if request["do"] != "start":
        while not os.path.exists(sys.argv[0] + ".go"):
            time.sleep(0.01)
        answer["scores"] = {"fidelity": 4, "preservation": 3, "coherence": 2}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture(scope="module")
def socket():
    with nursery(*RUNNING, *SCORING) as path:
        yield path


@pytest.fixture
def start(socket, tmp_path):
    """Starts a command as a process of its own, which writes to files."""
    files = (tmp_path / f"said-{number}" for number in range(100))

    def begin(*arguments):
        said = next(files)
        out, err = (said.with_suffix(end).open("w+") for end in (".out", ".err"))
        return Process(socket, arguments, [0, out.fileno(), err.fileno()]), out, err

    return begin


def end(started):
    process, *streams = started
    status = process.wait()
    said = []
    for stream in streams:
        with stream:
            stream.seek(0)
            said.append(stream.read())
    return status, *said


def wait_for(path):
    deadline = time.monotonic() + 600
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.unmeasured
def test_a_second_run_is_one_line_and_spoils_nothing(start, bench, tmp_path):
    (tmp_path / "mine.py").write_text(PATIENT)
    out = tmp_path / "preds" / "patient"
    arguments = ("run", "--adapter", f"{tmp_path}/mine.py:Patient", "--bench", bench, "--out", out)
    first = start(*arguments)
    wait_for(out / "run.json")
    status, said, err = end(start(*arguments))
    assert (status, said, err.count("\n"), "another process is writing to" in err) == (2, "", 1, True)
    (tmp_path / "go").touch()
    assert end(first)[0] == 0
    assert Counter(line["item_id"] for line in read_lines(out / "records.jsonl")) == {
        f"item-{number}": 1 for number in range(4)
    }
    assert len(json.loads((out / "run.json").read_text())["sessions"]) == 1


def scoring(bench, *more):
    metrics = ("--metrics", "mas,psnr,ssim", "--flow", "dis", "--workers", "2")
    return ("score", bench / "target", "--bench", bench, *metrics, *more)


@pytest.mark.slow
@pytest.mark.unmeasured
def test_a_second_scoring_is_one_line_and_spoils_nothing(start, bench, tmp_path):
    (tmp_path / "judge.py").write_text(JUDGE)
    judged = ("--judge", f"worker:mine={sys.executable} -I -S {tmp_path / 'judge.py'}")
    judged += ("--metrics", "mas,psnr,ssim,overall")
    first = start(*scoring(bench, *judged))
    wait_for(bench / "target" / "scores.jsonl")
    status, said, err = end(start(*scoring(bench, *judged)))
    (tmp_path / "judge.py.go").touch()
    assert end(first)[0] == 0
    assert (status, said, err.count("\n"), "another process is writing to" in err) == (2, "", 1, True)
    assert end(start(*scoring(bench, *judged, "--out", tmp_path / "alone")))[0] == 0
    alone, both = tmp_path / "alone" / "target", bench / "target"
    assert (both / "scores.jsonl").read_bytes() == (alone / "scores.jsonl").read_bytes()
    assert len(json.loads((both / "scoring.json").read_text())["sessions"]) == 1


@pytest.mark.slow
@pytest.mark.unmeasured
def test_four_scorings_at_once_leave_what_one_leaves(start, tmp_path):
    bench = make_benchmark(tmp_path / "bench", count=3)
    assert end(start(*scoring(bench, "--out", tmp_path / "alone")))[0] == 0
    ends = [end(process) for process in [start(*scoring(bench)) for _ in range(4)]]
    assert {status for status, _, _ in ends} <= {0, 2}
    assert all(err.count("\n") == 1 for status, _, err in ends if status == 2)
    assert any(status == 0 for status, _, _ in ends)
    alone = (tmp_path / "alone" / "target" / "scores.jsonl").read_bytes()
    assert (bench / "target" / "scores.jsonl").read_bytes() == alone


@pytest.fixture
def backwards(monkeypatch):
    """Each look at the clock is a day before the last one."""
    days = iter(range(1, 10_000))

    class Backwards(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2030, 1, 1, tzinfo=UTC) - timedelta(days=next(days))

    for module in (provenance, history):
        monkeypatch.setattr(module, "datetime", Backwards)


def test_a_clock_that_runs_backwards_changes_no_result(bench, tmp_path, mebench, backwards):
    preds = tmp_path / "preds" / "shift"
    run = ("run", "--adapter", "shift", "--bench", bench, "--out", preds)
    assert mebench(*run, "--ids", "item-1")[0] == 0
    assert mebench(*run)[1] == f"{preds}: 3 edited, 0 failed, 1 there already\n"
    for metrics in ("psnr", "psnr,ssim"):
        assert mebench("score", preds, "--metrics", metrics)[0] == 0
    assert len(list(read_lines(preds / "scores.jsonl"))) == 8
    sessions = json.loads((preds / "scoring.json").read_text())["sessions"]
    assert [sorted(session["metrics"]) for session in sessions] == [["psnr"], ["psnr", "ssim"]]


def package(content):
    return Package("m", {"checksums.json": content, "scores.jsonl": b""}, 1, 0)


def test_the_submission_made_last_counts_whatever_the_clock_says(tmp_path, backwards):
    deliver(package(b"first"), str(tmp_path))
    last = deliver(package(b"second"), str(tmp_path))
    assert history.current(tmp_path) == {"m": tmp_path / "submissions" / "m" / package(b"second").hash}
    assert str(history.current(tmp_path)["m"]) == last


def test_a_submission_that_was_cut_short_can_be_made_again(tmp_path):
    folder = tmp_path / "submissions" / "m"
    folder.mkdir(parents=True)
    with Journal(folder / "status.jsonl"), pytest.raises(StorageError, match="another process is writing"):
        deliver(package(b"x"), str(tmp_path))
    assert history.current(tmp_path) == {}
    made = deliver(package(b"x"), str(tmp_path))
    assert str(history.current(tmp_path)["m"]) == made
    with pytest.raises(UsageError, match="the very same submission was made before"):
        deliver(package(b"x"), str(tmp_path))

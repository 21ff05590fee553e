"""Whatever a submission does to the check, the check ends, and its end is a verdict."""

import io
import json
import os
import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from helpers.honest_submission import board_by_dis, seal
from PIL import Image

from motionedit_bench.errors import BenchmarkError
from motionedit_bench.leaderboard.submission import confined
from motionedit_bench.leaderboard.submission.asked import Asked
from motionedit_bench.leaderboard.submission.confined import check_confined
from motionedit_bench.leaderboard.submission.policy import Limits, Policy
from motionedit_bench.leaderboard.submission.standing import checked

PROGRAM = """
import sys
from pathlib import Path
from types import SimpleNamespace
def hostile(*arguments):
    {body}
NAME = "motionedit_bench.leaderboard.submission.check"
sys.modules[NAME] = SimpleNamespace(check=hostile)
sys.modules["torch"] = SimpleNamespace(cuda=SimpleNamespace(is_available=bool))  # takes seconds to import
from motionedit_bench.leaderboard.submission import inside
sys.exit(inside.main(Path(sys.argv[1])))
"""

LONG = 500
"""Seconds that no check takes here, on however slow a machine."""
HOLDS = "import time; held = [bytes([1]) * 10**8 for _ in range(17)]; time.sleep(600)"


@pytest.fixture
def instead(monkeypatch, tmp_path):
    """Let the check of the process do something else."""

    def put(body):
        (tmp_path / "hostile_inside.py").write_text(PROGRAM.format(body=body))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
        monkeypatch.setattr(confined, "PROGRAM", "hostile_inside")

    return put


def confined_verdict(place, **limits):
    return check_confined(
        place / "honest",
        str(place / "bench"),
        Asked(),
        Policy(limits=Limits(**{"seconds": LONG} | limits), flow="dis"),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "limits", "told"),
    [
        ("import time; time.sleep(600)", {"seconds": 1}, "more than 1 seconds"),
        ("while True: pass", {"seconds": 1}, "more than 1 seconds"),
        (HOLDS, {"memory": 1_500_000_000}, "bytes of memory"),
        ("held = bytearray(10**12)", {}, "ended by the system"),
        ("import os; os.kill(os.getpid(), 9)", {}, "ended by the system"),
        (
            "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL); "
            "open('/dev/shm/mebench-large', 'wb').truncate(2 * 10**9)",
            {},
            "ended by the system",
        ),
    ],
)
def test_what_goes_beyond_its_limits_is_rejected(place, instead, body, limits, told):
    instead(body)
    verdict = confined_verdict(place, **limits)
    assert verdict.word.startswith("rejected: not checked within its limits")
    assert told in verdict.word
    assert not verdict.accepted


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    ["print('x' * 1_000_000); raise KeyError('x')", "import os; os.kill(os.getpid(), 11)", "input()"],
)
def test_a_check_that_fails_says_nothing_of_the_submission(place, instead, body):
    instead(body)
    verdict = confined_verdict(place)
    assert (verdict.word, verdict.accepted) == ("not checked: the check itself failed", False)


@pytest.mark.slow
def test_nothing_that_it_started_stays(place, instead, tmp_path):
    instead(
        "import subprocess; "
        "one = subprocess.Popen(['sleep', '600']); "
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(one.pid)); {HOLDS}"
    )
    assert "bytes of memory" in confined_verdict(place, memory=1_500_000_000).word
    state = Path(f"/proc/{(tmp_path / 'pid').read_text()}/stat")
    end = time.monotonic() + LONG
    while state.exists() and state.read_text().split()[2] != "Z":
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
def test_the_exit_statuses(mebench, place, spoiled, instead, tmp_path):
    """But 0, of `test_what_is_recorded_is_what_the_board_computed`."""
    check = ("leaderboard", "check")
    bench = ("--board", board_by_dis(tmp_path / "board", place / "bench"))
    (spoiled / "card.json").write_text("{}")
    seal(spoiled)
    assert mebench(*check, spoiled, *bench)[0] == 1
    status, _, err = mebench(*check, place / "honest", "--bench", tmp_path)
    assert (status, err.count("\n")) == (2, 1)
    instead("raise KeyError('x')")
    assert mebench(*check, place / "honest", *bench)[0] == 3


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--record",), "--record goes with --board"),
        (("--record", "--board", ".", "--sample", "1"), "--record goes with --board"),
        (("--full", "--sample", "1"), "say one of them"),
        (("--board", "nowhere"), "'nowhere' does not exist"),
    ],
)
def test_wrong_requests(mebench, place, more, why):
    status, _, err = mebench("leaderboard", "check", place / "honest", "--bench", place / "bench", *more)
    assert (status, err.count("\n")) == (2, 1)
    assert why in err


@pytest.mark.slow
def test_what_is_recorded_is_what_the_board_computed(mebench, place, tmp_path):
    board = tmp_path / "board"
    board.mkdir()
    (board / "board.toml").write_text(f"bench = {str(place / 'bench')!r}\nflow = 'dis'\n")
    arguments = ("leaderboard", "check", place / "honest", "--board", board, "--record", "--by", "ann")
    status, out, err = mebench(*arguments)
    assert (status, "kept in" in err) == (0, True)
    assert out.strip().splitlines()[-1] == "shifter: verified"
    (hash_,) = (path.name for path in (board / "checks" / "shifter").iterdir())
    found = checked(board, "shifter", hash_)
    assert (found.accepted, found.record.word, found.record.by) == (True, "verified", "ann")
    rows = [json.loads(line) for line in found.scores.read_text().splitlines()]
    assert {row["standing"] for row in rows} == {"recomputed"}
    assert not re.search(str(tmp_path), found.scores.read_text())
    assert sorted(path.name for path in found.scores.parent.iterdir()) == [
        "check.json",
        "pictures.npz",
        "scores.jsonl",
    ]


def many_scans(side=1500, times=300):
    """A small progressive JPEG whose last scan is there many times, and each of them takes time."""
    buffer = io.BytesIO()
    Image.new("L", (side, side), 128).save(buffer, "JPEG", progressive=True)
    content = buffer.getvalue()
    last = content.rfind(b"\xff\xda")
    return content[:last] + content[last:-2] * times + content[-2:]


def deep_grey(side):
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((side, side), np.uint16)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.always("many scans")
@pytest.mark.parametrize("kind", ["many scans", "many pixels", "many large scans"])
def test_pictures_that_take_time_or_memory_are_rejected_within_the_limits(place, spoiled, kind):
    content = {
        "many scans": many_scans,
        "many pixels": lambda: deep_grey(7000),
        "many large scans": lambda: many_scans(6000),
    }[kind]()
    for number in range(3):
        (spoiled / "images" / f"item-{number}.png").write_bytes(content)
    seal(spoiled)
    limits = Limits(seconds=10, memory=2_000_000_000)
    verdict = check_confined(spoiled, str(place / "bench"), Asked(), Policy(limits=limits))
    assert verdict.word.startswith("rejected")


@pytest.mark.slow
def test_no_program_of_the_folder_where_it_is_called_runs(place, tmp_path, monkeypatch):
    for name in ("numpy", "torch", "json", "motionedit_bench"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    assert confined_verdict(place).word == "verified"
    assert not (tmp_path / "ran").exists()


def test_a_benchmark_that_is_none_is_the_boards_own_trouble(place, tmp_path):
    with pytest.raises(BenchmarkError):
        check_confined(place / "honest", str(tmp_path), Asked(), Policy())


def test_signals_that_mean_a_limit():
    assert confined.STOPPED[0] == -signal.SIGKILL

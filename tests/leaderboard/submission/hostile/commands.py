"""Two ways to give the command: in a process that is measured, and in this one, for a quick test."""

import io
import json
import os
import subprocess
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.cli import invoke
from motionedit_bench.leaderboard.submission import confined
from motionedit_bench.leaderboard.submission.asked import Asked
from motionedit_bench.leaderboard.submission.check import check
from motionedit_bench.leaderboard.submission.policy import Policy
from motionedit_bench.leaderboard.submission.verdict import Verdict

LONGEST = 1500
"""Seconds after which a command is ended."""
MEASURE = Path(__file__).with_name("measure.py")
CRASHES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
MOST_TEXT = 5_000_000


@dataclass
class Done:
    """What a command said, and what it and all that it started took: the largest process's memory."""

    out: str
    err: str
    status: int
    seconds: float = 0.0
    computing: float = 0.0
    megabytes: float = 0.0


def measured(arguments: list[str], place: Path) -> Done:
    """The command as people give it, with a home, a working folder and others of its own."""
    places = {"HOME": "home", "TMPDIR": "tmp", "MEBENCH_CACHE": "cache", "XDG_CACHE_HOME": "cache"}
    own = {name: str(place / where) for name, where in places.items()}
    took, out, err = (place / name for name in ("took", "out", "err"))
    program = [sys.executable, "-S", "-E", str(MEASURE), str(took), str(LONGEST)]
    with out.open("wb") as told, err.open("wb") as complained:
        subprocess.run(
            [*program, sys.executable, "-m", "motionedit_bench", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=complained,
            cwd=place / "work",
            env=os.environ | own | {"OMP_NUM_THREADS": "1"},
            check=True,
        )
    said = (path.read_bytes()[:MOST_TEXT].decode(errors="replace") for path in (out, err))
    return Done(*said, **json.loads(took.read_bytes()))


def here(arguments: list[str], place: Path) -> Done:
    """The same in this process, where a check has no process of its own, and no limits around it."""
    out, err = io.StringIO(), io.StringIO()
    began = time.monotonic()
    with patch.object(confined, "check_confined", _check), redirect_stdout(out), redirect_stderr(err):
        try:
            status = invoke(arguments)
        except CRASHES:
            status = 3
            err.write(traceback.format_exc())
    return Done(out.getvalue(), err.getvalue(), status, time.monotonic() - began)


def _check(submission: Path, bench: str, asked: Asked, policy: Policy) -> Verdict:
    return check(submission, open_benchmark(bench), asked, policy)

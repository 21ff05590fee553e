"""The check of a submission in a process of its own, under limits: whatever a file does to it, it ends."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from motionedit_bench.errors import BenchmarkError
from motionedit_bench.files import read_lines, write_whole
from motionedit_bench.leaderboard.submission.asked import Asked
from motionedit_bench.leaderboard.submission.likeness import read_small
from motionedit_bench.leaderboard.submission.policy import Limits, Policy
from motionedit_bench.leaderboard.submission.verdict import Finding, Verdict
from motionedit_bench.predictions import SCORES

PROGRAM = "motionedit_bench.leaderboard.submission.inside"
REQUEST, VERDICT, PICTURES = "request.json", "verdict.json", "pictures.npz"
TOO_MUCH = 4
"""The program's exit status where the system gives it no more memory."""
STOPPED = (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ, TOO_MUCH)
"""How it ends where the system ends it."""
STARTING = 1800
"""Seconds in which it may open the benchmark, which the board trusts."""
STEP = 0.05
"""Seconds between two looks at how much memory it holds."""


def check_confined(submission: Path, bench: str, asked: Asked, policy: Policy) -> Verdict:
    """The verdict of `check`; or that the check went beyond its limits, or failed.

    Raises:
        BenchmarkError: the board's benchmark cannot be opened.
    """
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        request = {
            "submission": str(submission),
            "bench": bench,
            "asked": {**asdict(asked), "board": None if asked.board is None else str(asked.board)},
            "policy": policy.model_dump(mode="json"),
        }
        write_whole(place / REQUEST, json.dumps(request).encode())
        return _ended_early(place, policy.limits) or _read(place)


def _ended_early(place: Path, limits: Limits) -> Verdict | None:
    """Run the program; the verdict where it did not come to its own."""
    command = [sys.executable, "-P", "-m", PROGRAM, str(place)]  # imports nothing from where it is called
    environment = {**os.environ, "TMPDIR": str(place)}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            beyond = _watch(process, limits)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if beyond is None and process.returncode in STOPPED:
        beyond = "ended by the system, for its memory, time or files"
    if beyond is not None:
        return Verdict(outside=beyond)
    if process.returncode != 0 or not (place / VERDICT).exists():
        return Verdict(crashed=f"it ended with status {process.returncode}; standard error says where")
    return None


def _watch(process: "subprocess.Popen[bytes]", limits: Limits) -> str | None:
    """Wait for the program to end; what it went beyond, if it has to be ended.

    It says how many items there are on its standard output. Then its clock starts.
    """
    end = time.monotonic() + STARTING
    told = "it could not open the benchmark in time"
    with selectors.DefaultSelector() as selector:
        if process.stdout is not None:
            selector.register(process.stdout, selectors.EVENT_READ)
        while process.poll() is None:
            if selector.get_map() and selector.select(STEP) and process.stdout is not None:
                line = process.stdout.readline()
                selector.unregister(process.stdout)
                if line.strip().isdigit():
                    seconds = limits.seconds_for(int(line))
                    end, told = time.monotonic() + seconds, f"it took more than {seconds} seconds"
            else:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STEP)
            if time.monotonic() > end:
                return told
            if _held(process.pid) > limits.memory:
                return f"it took more than {limits.memory} bytes of memory"
    return None


def _held(pid: int) -> int:
    """Bytes of memory that a process holds."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _read(place: Path) -> Verdict:
    """What the program wrote."""
    told: dict[str, Any] = json.loads((place / VERDICT).read_bytes())
    if "error" in told:
        raise BenchmarkError(told["error"])
    findings = [Finding(**one) for one in told.pop("findings")]
    pictures = read_small(place / PICTURES)
    return Verdict(**told, findings=findings, rows=list(read_lines(place / SCORES)), pictures=pictures)


def written(verdict: Verdict) -> Mapping[str, Any]:
    """A verdict as JSON values, without rows and pictures."""
    return {name: value for name, value in asdict(verdict).items() if name not in ("rows", "pictures")}

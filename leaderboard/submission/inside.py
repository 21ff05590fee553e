"""The program that checks one submission under limits that it sets itself; see `confined`, which runs it.

It takes the folder of a request, and writes there what came of it.
"""

import gc
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import MebenchError
from motionedit_bench.files import write_whole
from motionedit_bench.leaderboard.submission.asked import Asked
from motionedit_bench.leaderboard.submission.confined import PICTURES, REQUEST, TOO_MUCH, VERDICT, written
from motionedit_bench.leaderboard.submission.likeness import pack_small
from motionedit_bench.leaderboard.submission.policy import Limits, Policy
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.predictions import SCORES

LARGEST_FILE = 1_000_000_000
"""Bytes of a file that may be written."""
SLACK = 30
"""Seconds by which the clock outside ends first."""
MOST_FILES = 1024
"""Files that may be open."""


def main(place: Path) -> int:
    """Check, and write the verdict, or why the benchmark cannot be opened."""
    request = json.loads((place / REQUEST).read_bytes())
    policy = Policy.model_validate(request["policy"])
    board = request["asked"].pop("board")
    asked = Asked(None if board is None else Path(board), **request["asked"])
    try:
        benchmark = open_benchmark(request["bench"])
        benchmark.fingerprint()
    except MebenchError as error:
        _write(place / VERDICT, {"error": str(error)})
        return 0
    gc.disable()  # else Python looks again and again at what is imported
    from motionedit_bench.leaderboard.submission.check import check  # brings PyTorch, which takes seconds

    gc.enable()
    confine(policy.limits, len(benchmark.items))
    print(len(benchmark.items), flush=True)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads on: what a metric prints would block
    try:
        verdict = check(Path(request["submission"]), benchmark, asked, policy)
        _keep(verdict, place)
    except MemoryError:
        return TOO_MUCH
    return 0


def _keep(verdict: Verdict, place: Path) -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in verdict.rows]
    write_whole(place / SCORES, "".join(lines).encode(), durable=False)
    write_whole(place / PICTURES, pack_small(verdict.pictures), durable=False)
    _write(place / VERDICT, written(verdict))


def _write(path: Path, content: object) -> None:
    write_whole(path, json.dumps(content).encode(), durable=False)


def confine(limits: Limits, items: int) -> None:
    """Have the system end this process where it goes far beyond its limits.

    How much memory it holds is watched from outside. Where a graphics card is used, the room for addresses
    is left as it is: drivers take far more of it than memory.
    """
    import torch

    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _limit(resource.RLIMIT_CPU, spent + (limits.seconds_for(items) + SLACK) * (os.cpu_count() or 1))
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    _limit(resource.RLIMIT_NOFILE, MOST_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    if not torch.cuda.is_available():
        _limit(resource.RLIMIT_AS, psutil.Process().memory_info().vms + 2 * limits.memory)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):  # not every system has every limit
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    status = main(Path(sys.argv[1]))
    gc.freeze()  # see `motionedit_bench.cli.main`
    sys.exit(status)

"""The runner: cases, some at a time, and a table of what came of them."""

import argparse
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from pathlib import Path

from tabulate import tabulate

from .attempt import Case, Command, Family, World
from .commands import here, measured
from .families import FAMILIES
from .trial import Outcome, Trial
from .world import make_world


def attempt(world: World, case: Case, number: int, command: Command, keep: Path | None) -> Outcome:
    """One case in a new place, which goes afterwards."""
    place = Path(tempfile.mkdtemp(dir=keep or world.place, prefix="trial-"))
    try:
        return Trial(world, case, place, number, command).run()
    finally:
        if keep is None:
            shutil.rmtree(place, ignore_errors=True)


def table(outcomes: Iterable[Outcome]) -> str:
    """One line a family: verdicts, and the worst of its times and sizes."""
    families: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        families.setdefault(outcome.case.family.name, []).append(outcome)
    lines = []
    for name, own in families.items():
        words = Counter(one.word.partition(":")[0] or f"exit {one.status}" for one in own)
        fallen = sum(bool(one.falls) for one in own)
        worst = max(one.seconds for one in own), max(one.megabytes for one in own)
        told = ", ".join(f"{count} {word}" for word, count in words.most_common())
        lines.append((name, len(own), told, *(f"{value:.0f}" for value in worst), fallen or ""))
    heads = ("family", "n", "verdicts", "worst s", "worst MB", "fell")
    return str(tabulate(lines, heads, disable_numparse=True, maxcolwidths=[44, None, 60, None, None, None]))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="hostile", description=__doc__)
    parser.add_argument("words", nargs="*", help="only families (or cases, after a slash) with such words")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--here", action="store_true", help="in this process, unmeasured, one at a time")
    parser.add_argument("--each", type=int, help="only so many cases a family, drawn by --seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder in which all that is built stays")
    given = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    with _place(given.keep) as place, ThreadPoolExecutor(given.jobs) as pool:
        os.environ["MEBENCH_CACHE"] = f"{place}/cache"
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            world = make_world(Path(place))
        every = cases(FAMILIES) if given.each is None else sampled(FAMILIES, given.each, given.seed)
        chosen = list(enumerate(case for case in every if _wanted(case, given.words)))
        command = here if given.here else measured
        each = map if given.here else pool.map  # what is said in this process must be of one case
        done = each(lambda one: attempt(world, one[1], one[0], command, given.keep), chosen)
        outcomes = []
        for outcome in done:
            outcomes.append(outcome)
            _tell(outcome)
    print(table(outcomes))
    fallen = sum(bool(outcome.falls) for outcome in outcomes)
    print(f"{len(outcomes)} submissions, {len(FAMILIES)} families, {fallen} fell")
    return 1 if fallen else 0


def _place(keep: Path | None) -> AbstractContextManager[str]:
    return nullcontext(tempfile.mkdtemp(dir=keep)) if keep else tempfile.TemporaryDirectory()


def cases(families: Sequence[Family]) -> list[Case]:
    return [case for family in families for case in family.cases]


def sampled(families: Sequence[Family], each: int, seed: int) -> list[Case]:
    """So many cases of each family."""
    drawn = random.Random(seed)
    return [case for family in families for case in drawn.sample(family.cases, min(each, len(family.cases)))]


def _wanted(case: Case, words: Sequence[str]) -> bool:
    return not words or any(word in f"{case.family.name}/{case.name}" for word in words)


def _tell(outcome: Outcome) -> None:
    name = f"{outcome.case.family.name}/{outcome.case.name}"
    fell = f"  FELL: {'; '.join(outcome.falls)}" if outcome.falls else ""
    figures = f"{outcome.seconds:.1f} s, {outcome.megabytes:.0f} MB"
    print(f"{name}: {outcome.word or outcome.status} ({figures}){fell}", flush=True)

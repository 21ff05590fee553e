"""Shared fixtures: a cache folder of the session's own, a small benchmark, the real items where present."""

import gc
import os
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

# The cores are shared by the processes that run the tests. Networks as small as the tests' only wait
# for each other on several threads. Read when NumPy and PyTorch are imported, also by processes started here.
os.environ["OMP_NUM_THREADS"] = "1"

import hypothesis
import pytest
from helpers.browsing import axe, browser, visit  # noqa: F401 (one browser for the whole session)
from helpers.pictures import make_benchmark
from helpers.real_weights import pose_weights  # noqa: F401 (fetched once for the whole session)
from helpers.shared import in_turn, once

from motionedit_bench.benchmarks.sample import embedded

# A shell that starts the tests in the background has them ignore interruptions, and all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# PyTorch and what stands on it are a million objects that stay: they are not looked through all the time.
gc.set_threshold(20_000, 20, 20)

# A machine under load is slow, and that is no fault of what is tested.
hypothesis.settings.register_profile(
    "slow", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("slow")

PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "published"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for a browser is marked so; files with the most slow tests come first, so that none is left
    for the end."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    mark_further_cases(items)
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


def mark_further_cases(items: list[pytest.Item]) -> None:
    """Of tests whose mark ``always`` names some of their cases, the others are ``further``.

    Raises:
        UsageError: no case has such a name.
    """
    cases: dict[str, set[str]] = defaultdict(set)
    named: dict[str, set[str]] = {}
    for item in items:
        if mark := item.get_closest_marker("always"):
            test, case = item.nodeid.partition("[")[0], item.callspec.id  # type: ignore[attr-defined]
            named[test] = set(mark.args)
            cases[test].add(case)
            if case not in mark.args:
                item.add_marker("further")
    for test, found in cases.items():
        if len(found) > 1 and (unknown := named[test] - found):  # one alone was asked for by its name
            raise pytest.UsageError(f"{test} has no case {sorted(unknown)}: {sorted(found)}")


def pytest_collection_finish() -> None:
    """What was imported so far is not looked through again."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Processes that unmeasured tests start do not know of coverage."""
    told = None
    if item.get_closest_marker("unmeasured"):
        told = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    try:
        return (yield)
    finally:
        if told is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = told


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Everything the tests cache lies in a folder of this session, also for the processes they start.

    No two processes that run tests build an embedded benchmark at once.
    """
    folder = once(tmp_path_factory, "cache", lambda _: None)
    before = os.environ.get("MEBENCH_CACHE")
    os.environ["MEBENCH_CACHE"] = str(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "_built", in_turn(folder / ".building", embedded._built))
        yield folder
    if before is None:
        del os.environ["MEBENCH_CACHE"]
    else:
        os.environ["MEBENCH_CACHE"] = before


@pytest.fixture
def published() -> Path:
    """Twelve real items and what six models made of them."""
    if not PUBLISHED.is_dir():
        pytest.skip("the published items are not on this machine")
    return PUBLISHED


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A benchmark folder of four small items."""
    return make_benchmark(tmp_path / "bench")


@pytest.fixture
def mebench(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command line in this process: status, standard output, standard error."""
    from motionedit_bench.cli import invoke

    def call(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        status = invoke([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return status, out, err

    return call

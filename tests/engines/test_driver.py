"""Drivers that are killed or interrupted: nothing of theirs goes on, and what others started does.

They are not over by themselves before that: items wait for a mark.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ITEMS = 12
TESTS = Path(__file__).resolve().parents[1]
DRIVER = """
from helpers.nodes import unhurried
from motionedit_bench.cli import main
with unhurried():
    main()
"""


def start(arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, *arguments],
        env={**os.environ, "PYTHONPATH": str(TESTS), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as a terminal does: an interruption goes to all of it
    )


def wait_until(reached):
    deadline = time.monotonic() + 900
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def processes_with(text):
    """Processes whose command line holds a text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue  # it has just ended
    return found


@pytest.mark.always("9")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_driver_that_ends_early_leaves_the_cluster_to_the_next_one(cluster, place, how):
    import ray

    def alive():
        return {node["NodeID"] for node in ray.nodes() if node["Alive"]}

    assert place.edit("alone").done == ITEMS
    before = alive()
    for mark in place.marks.iterdir():
        mark.unlink()
    options = ("--engine", "ray", "--address", cluster.address, "--replicas", "3")
    first = start(place.command("out", *options, held=6))
    wait_until(lambda: len(place.records("out")) >= 3 or first.poll() is not None)
    assert first.poll() is None
    (os.kill if how == signal.SIGKILL else os.killpg)(first.pid, how)
    _, said = first.communicate(timeout=900)
    if how == signal.SIGINT:
        assert first.returncode == 130
        assert "mebench: interrupted; what is done is kept, the same command goes on from here\n" in said
    kept = {record["item_id"] for record in place.records("out")}
    wait_until(
        lambda: ray.available_resources().get("CPU") == ray.cluster_resources()["CPU"]
    )  # replicas ended
    assert len(before & alive()) >= 3
    (place.marks / "go").touch()
    second = start(place.command("out", *options, held=6))
    said, told = second.communicate(timeout=900)
    assert (second.returncode, f", {len(kept)} there already" in said) == (0, True), told
    assert place.images("out") == place.images("alone")
    assert place.records("out") == place.records("alone")
    assert sum(place.begun()[0].values()) <= ITEMS + 6  # at most two were in the hands of each replica


@pytest.mark.always("2")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_cluster_of_this_machine_alone_ends_with_its_driver(place, how):
    store = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # a socket's path has to be short
    driver = start(place.command("out", "--engine", "ray", "--replicas", "2", held=4), RAY_TMPDIR=store)
    wait_until(lambda: len(place.records("out")) >= 1 or driver.poll() is not None)
    assert driver.poll() is None
    assert processes_with(store)
    (os.kill if how == signal.SIGKILL else os.killpg)(driver.pid, how)
    driver.communicate(timeout=900)
    wait_until(lambda: not processes_with(store))
    assert len(place.images("out")) < ITEMS
    shutil.rmtree(store)

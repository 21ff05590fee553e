"""What a user may ask of a cluster, and what is refused in one line."""

import subprocess
import sys
from fractions import Fraction

import pytest

from motionedit_bench.engines.cluster import Cluster, Node, parse_gpus, parse_memory
from motionedit_bench.engines.ray import Replicas
from motionedit_bench.errors import UsageError


@pytest.mark.parametrize(
    ("text", "share"), [("0", 0), ("1", 1), ("2", 2), ("1/2", Fraction(1, 2)), ("0.25", Fraction(1, 4))]
)
def test_gpus_are_whole_or_one_of_so_many(text, share):
    assert parse_gpus(text) == share


@pytest.mark.parametrize(
    "text", ["3/2", "0.3", "-1", "1/0", "two", "", "1e-9", "1e400", "1/10001", "9" * 5000]
)
def test_other_shares_of_gpus_are_refused(text):
    with pytest.raises(UsageError, match="takes a whole number or 1/k, such as 2 or 1/4, but got"):
        parse_gpus(text)


def test_memory_is_a_size():
    assert [parse_memory(text) for text in ("500M", "24G", "1KiB", "7")] == [500 * 2**20, 24 * 2**30, 1024, 7]
    for text in ("24 GB more", "-1G", "0", "much", "", "9999999T", "9" * 5000):
        with pytest.raises(UsageError, match="takes a size such as 500M or 24G"):
            parse_memory(text)


def test_a_node_holds_as_many_as_its_scarcest_resource_allows():
    node = Node("id", "name", {"CPU": 8.0, "GPU": 2.0, "memory": 2.0**36})
    assert node.room(Fraction(0), None) == 8
    assert node.room(Fraction(1, 3), None) == 6
    assert node.room(Fraction(2), None) == 1
    assert node.room(Fraction(0), 2**35) == 2
    assert Node("id", "name", {"CPU": 8.0}).room(Fraction(1), None) == 0


def test_clients_of_ray_and_single_gpus_are_refused():
    with pytest.raises(UsageError, match=r"start the command on a node of the cluster with --address auto"):
        Cluster("ray://head:10001")
    for address in ("", " "):
        with pytest.raises(UsageError, match="--address names no cluster: give one, such as auto, or leave"):
            Cluster(address)
    with pytest.raises(UsageError, match="--replicas must be at least 1"):
        Cluster(None, 0)
    with pytest.raises(UsageError, match="each replica its own GPU, so --device cuda:1 cannot apply"):
        Replicas(None, Cluster(), "cuda:1")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--replicas", "2"), "--replicas goes with --engine ray"),
        (("--address", "auto"), "--address goes with --engine ray"),
        (("--engine", "ray", "--workers", "2"), "--workers goes with --engine local: use --replicas"),
        (
            ("--engine", "ray", "--memory", "much"),
            "--memory takes a size such as 500M or 24G, but got 'much'",
        ),
        (("--engine", "ray", "--gpus-per-replica", "0.3"), "--gpus-per-replica takes a whole number or 1/k"),
    ],
)
def test_options_that_do_not_go_together_are_one_line(mebench, bench, tmp_path, options, line):
    status, out, err = mebench(
        "run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "o", *options
    )
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert line in err
    assert not (tmp_path / "o").exists()


def test_without_ray_one_line_says_what_to_install(mebench, bench, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    out = tmp_path / "out"
    status, _, err = mebench(
        "run", "--adapter", "identity", "--bench", bench, "--out", out, "--engine", "ray"
    )
    assert (status, err) == (2, "mebench: --engine ray needs Ray: pip install 'motionedit-bench[ray]'\n")


@pytest.mark.slow
def test_no_cluster_at_an_address_is_one_line(bench, tmp_path):
    run = ("run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "out")
    command = [sys.executable, "-m", "motionedit_bench", *map(str, run), "--engine", "ray"]
    done = subprocess.run([*command, "--address", "no such address"], capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot join the Ray cluster at no such address" in done.stderr

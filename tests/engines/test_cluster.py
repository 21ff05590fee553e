"""Runs on a real cluster of nodes: the bytes of a local run, and nobody charged with another's failure."""

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from helpers.doubling import Surroundings

from motionedit_bench.engines.cluster import Cluster
from motionedit_bench.engines.crew import Patience
from motionedit_bench.engines.ray import Replicas
from motionedit_bench.errors import AdapterError
from motionedit_bench.running.editing import EditTask, marked

from .conftest import PATIENCE

pytestmark = pytest.mark.slow

ITEMS = 12
OTHER_VERSION = "import motionedit_bench.version\nmotionedit_bench.version.VERSION = '0.0.0'\n"


def test_images_and_records_are_those_of_a_local_run(cluster, place, capfd):
    """Also from nodes that cannot write: their images come back."""
    assert place.edit("alone").done == ITEMS
    for mark in place.marks.iterdir():
        mark.unlink()
    assert place.many("many", 6, until="head full away").done == ITEMS
    begun, where = place.begun()
    assert (set(begun.values()), where) == ({1}, {"head", "full", "away"})
    assert len(place.images("alone")) == ITEMS
    assert place.images("alone") == place.images("many")
    assert place.records("alone") == place.records("many")
    assert [path.name for path in (place.preds / "many").iterdir() if path.name.startswith(".")] == []
    said = capfd.readouterr().err
    assert (
        len(re.findall(r"node \S+ \(\w+\) cannot write to it \(.*too large.*\): its images come back", said))
        == 1
    )
    assert len(re.findall(r"node \S+ \(\w+\) does not reach it: its images come back to this", said)) == 1


def test_a_dead_replica_is_replaced_and_its_item_made(cluster, place, capfd):
    assert place.many("out", 3, deadly="item-2").done == ITEMS
    found = {record["item_id"]: record for record in place.records("out")}
    assert found.pop("item-2")["restarts"] == 1
    assert all("restarts" not in record for record in found.values())
    assert "died over item item-2 (exit type SYSTEM_ERROR)" in capfd.readouterr().err


def test_an_item_that_kills_every_replica_fails_and_the_others_are_made(cluster, place):
    outcome = place.many("out", 2, deadly="item-2", deaths=9)
    assert (outcome.done, outcome.failed) == (ITEMS - 1, 1)
    (failed,) = [one for one in place.records("out") if one["status"] != "ok"]
    assert failed["item_id"] == "item-2"
    assert failed["reason"] == "2 processes died over this item; the last with exit type SYSTEM_ERROR"


def test_a_torn_away_node_costs_time_alone_and_a_new_one_joins(cluster, place, capfd):
    doomed = cluster.add(NODE="doomed")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(place.many_on_nodes_that_may_be_lost, "out", 8, until="late")
        while "doomed" not in place.begun()[1]:
            assert not running.done()
            time.sleep(0.05)
        cluster.tear_away(doomed)
        late = cluster.add(NODE="late")
        outcome = running.result()
    cluster.tear_away(late)
    assert outcome.done == ITEMS
    assert all("restarts" not in record for record in place.records("out"))
    begun, where = place.begun()
    assert "late" in where
    assert sum(begun.values()) <= ITEMS + 2  # two were in the hands of the node's replicas
    assert re.search(r"node \S+ \(\w+\) was lost", capfd.readouterr().err)


def test_nodes_of_another_version_and_without_weights_are_refused_by_name(cluster, place, tmp_path, capfd):
    (tmp_path / "sitecustomize.py").write_text(OTHER_VERSION)
    added = [cluster.add(NODE="other", PYTHONPATH=str(tmp_path)), cluster.add(NODE="poor")]
    engine = place.replicas(10, seconds=0.2)

    def tasks(folder):
        while len(engine.crew.refused) < 2:
            yield EditTask(place.benchmark.items[0], 42, folder)

    try:
        with marked(place.preds) as folder, engine:
            list(engine.results(tasks(folder)))
    finally:
        for node in added:
            cluster.tear_away(node)
    assert place.begun()[1] <= {"head", "full", "away"}
    said = capfd.readouterr().err
    assert re.search(r"node \S+ \(\w+\) is not used: it has motionedit-bench 0\.0\.0 \(here ", said)
    assert re.search(r"node \S+ \(\w+\) is not used: no weights here: get them there\n", said)


def test_replicas_without_a_place_are_given_up_and_the_others_go_on(cluster, place, capfd):
    engine = place.replicas(9, patience=Patience(placing=600, look=0.2), seconds=0.2)

    def tasks(folder):
        while len(engine.crew.members) > 6:
            if sum(member.ready for member in engine.crew.members) == 6:
                engine.crew.patience = Patience(placing=1, look=0.2)
            yield EditTask(place.benchmark.items[0], 42, folder)

    with marked(place.preds) as folder, engine:
        assert len(list(engine.results(tasks(folder)))) > 0
    assert "3 of the replicas found no place in 1 s; going on with 6\n" in capfd.readouterr().err


def test_where_no_replica_has_a_place_it_is_said_what_was_asked_and_what_there_is(cluster, place):
    with (
        pytest.raises(
            AdapterError, match=r"2 of the replicas found no place in 2 s: each asks for 1 CPU, 1024.0 "
        ),
        place.replicas(2, patience=Patience(placing=2, look=0.2), memory=2**40),
    ):
        pass
    assert place.begun() == (Counter(), set())


def test_an_adapter_that_cannot_start_anywhere_is_one_error(cluster, place):
    with pytest.raises(AdapterError, match=r"^no weights here: get them there$"):
        place.many("out", 3, broken=True)


def test_replicas_share_gpus_as_asked(cluster):
    """The GPUs are Ray's own count of them: what it gives a replica is in its environment."""
    node = cluster.add(8, gpus=2, PYTHONPATH=str(Path(__file__).parents[1]))
    try:
        for share, count in ((Fraction(1, 2), 4), (None, 2)):
            with Replicas(Surroundings(), Cluster(None, None, share), patience=PATIENCE) as engine:
                assert engine.facts == {"device": "cuda"}
                seen = [end.result for end in engine.results(["CUDA_VISIBLE_DEVICES"] * 8)]
                assert len(engine.crew.members) == count
            assert set(seen) <= {"0", "1"}
    finally:
        cluster.tear_away(node)

"""A cluster for the tests of this folder, and a benchmark with marks of who edited what where."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from helpers.nodes import nodes
from helpers.pictures import make_benchmark

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.engines.cluster import Cluster, connected
from motionedit_bench.engines.crew import Patience
from motionedit_bench.engines.ray import Replicas
from motionedit_bench.files import read_lines
from motionedit_bench.running.editing import ByName
from motionedit_bench.running.request import Request
from motionedit_bench.running.run import run

EDITOR = f"{Path(__file__).with_name('editor.py')}:Editor"
ITEMS = 12
PATIENCE = Patience(placing=900, verdict=1, look=0.2)
LATER = Patience(placing=900, verdict=900, look=0.2)
"""For news of a lost node, which end the waiting."""


@pytest.fixture(scope="package")
def cluster():
    """A head and two nodes of two CPUs each: on one the disk is full, the other sees no shared folder."""
    with nodes(NODE="head") as found:
        found.add(NODE="full")
        found.add(NODE="away")
        with connected(found.address):
            yield found


class Place:
    """A benchmark of twelve items, the marks of who edited what where, and the edits' folders."""

    def __init__(self, folder):
        self.marks, self.preds = folder / "marks", folder / "preds"
        self.marks.mkdir()
        self.preds.mkdir()
        self.bench = make_benchmark(folder / "bench", count=ITEMS)
        self.benchmark = open_benchmark(str(self.bench))

    def settings(self, **more):
        return tuple(f"{name}={value}" for name, value in {"marks": self.marks, **more}.items())

    def replicas(self, count, patience=PATIENCE, memory=None, **settings):
        recipe = ByName(EDITOR, self.settings(**settings), None, Path.cwd())
        return Replicas(recipe, Cluster(None, count, Fraction(0), memory), patience=patience)

    def edit(self, out, engine=None, **settings):
        made = Request(EDITOR, settings=self.settings(**settings)).made
        return run("editor", made, self.benchmark, self.benchmark.items, self.preds / out, engine=engine)

    def many(self, out, count, **settings):
        return self.edit(out, self.replicas(count, **settings), **settings)

    def many_on_nodes_that_may_be_lost(self, out, count, **settings):
        return self.edit(out, self.replicas(count, LATER, **settings), **settings)

    def command(self, out, *options, **settings):
        """The same as a command line's arguments."""
        given = [part for text in self.settings(**settings) for part in ("--set", text)]
        return [
            "run",
            "--adapter",
            EDITOR,
            "--bench",
            str(self.bench),
            "--out",
            str(self.preds / out),
            *given,
            *options,
        ]

    def images(self, out):
        return {path.name: path.read_bytes() for path in (self.preds / out).glob("[!.]*.png")}

    def records(self, out):
        """All that is the same wherever an edit was made."""
        return [{**record, "seconds": None} for record in read_lines(self.preds / out / "records.jsonl")]

    def begun(self):
        """How often each item was begun, and on which nodes."""
        found = [path.name.split(".") for path in self.marks.iterdir() if path.name.startswith("item")]
        return Counter(item for item, *_ in found), {node for _, node, *_ in found}


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)

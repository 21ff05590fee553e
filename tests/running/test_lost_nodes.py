"""An item under which machine after machine is lost is nobody's failure."""

from helpers.pictures import make_benchmark

from motionedit_bench.adapters.baselines import Identity
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.engines.here import Here
from motionedit_bench.engines.queue import NODES
from motionedit_bench.files import read_lines
from motionedit_bench.running.editing import Made
from motionedit_bench.running.run import Outcome, run


class Unlucky(Here):
    """Loses a node each time that ``item-1`` is in hand."""

    def wait(self, queue):
        if self._piece.task.item.id == "item-1":
            queue.lost_node(self._piece)
            self._piece = None
        else:
            super().wait(queue)


def test_it_stays_missing_and_the_same_command_tries_it_again(tmp_path, capsys):
    benchmark, out = open_benchmark(str(make_benchmark(tmp_path / "bench"))), tmp_path / "out"

    def recorded():
        return [record["item_id"] for record in read_lines(out / "records.jsonl")]

    outcome = run("identity", Identity(), benchmark, benchmark.items, out, 7, Unlucky(Made(Identity())))
    assert outcome == Outcome(kept=0, done=3, failed=1)
    said = capsys.readouterr().err
    assert f"item-1: {NODES} nodes were lost while this item was worked on; the same command" in said
    assert recorded() == ["item-0", "item-2", "item-3"]
    assert run("identity", Identity(), benchmark, benchmark.items, out, 7) == Outcome(3, 1, 0)
    assert recorded() == [f"item-{k}" for k in range(4)]

"""Engines: the same work in this process, in processes beside it, or on a Ray cluster.

A piece of work is told once, and knows of no engine::

    class Measuring(Replica[Task, Rows]):        # what takes long to load, and what it does
        facts = {}                                 # what was loaded
        def do(self, task: Task) -> Rows: ...

    @dataclass(frozen=True)
    class Gauges(Recipe[Task, Rows]):            # small and picklable: how a replica is made, anywhere
        metrics: tuple[str, ...]
        def make(self, place: Place) -> Measuring: ...

    with Threads(Gauges(("psnr",)), 4) as engine:         # or Here, Processes, or ray.Replicas
        for ended in engine.results(tasks, ahead=16):     # in the tasks' order; else as they come
            match ended:
                case Done(task, rows): ...
                case Lost(task, reason): ...              # processes died over it: nobody's result

Tasks and results are small picklable values: paths and encoded bytes, never arrays of pixels. Tasks are taken
from their iterator only when there is room for them. What `Replica.do` raises ends the work; so a failure of
one item is to be caught there and be part of the result. Results do not depend on the engine.

====================  ============================================  =======================================
engine                replicas                                      a process that dies
====================  ============================================  =======================================
`here.Here`           one, in the calling thread                    is this one
`threads.Threads`     one, in this process, used by many threads    is this one
`processes.Processes` one in each process, on the GPUs in turn      is replaced, its task is tried once more
`ray.Replicas`        one in each actor of a Ray cluster            the same; lost nodes are counted apart
====================  ============================================  =======================================
"""

from motionedit_bench.engines.base import Engine, Place, Recipe, Replica
from motionedit_bench.engines.queue import Done, Lost, Queue

__all__ = ["Done", "Engine", "Lost", "Place", "Queue", "Recipe", "Replica"]

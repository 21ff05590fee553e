"""Every edit measured by what computes: planned and written here, measured by whoever has a kit."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.engines import Done, Engine, Lost
from motionedit_bench.parallel import in_order
from motionedit_bench.progress import Progress
from motionedit_bench.records import Item, Score
from motionedit_bench.scoring.bundle import Bundle, Edit, Found, findings
from motionedit_bench.scoring.finding import Finding
from motionedit_bench.scoring.kit import Kit
from motionedit_bench.scoring.open import Gap, Task
from motionedit_bench.scoring.replica import EngineFor
from motionedit_bench.scoring.sheet import Plan, Sheet

AT_ONCE = 16
"""Edits of one item in one piece of work, at the most: their files are held until it is done."""

PLANNERS = 4
"""Threads that read and hash what is to be measured, at the most."""

AHEAD = 16
"""So many bundles may be done before an earlier one is, at the least, so that a slow one holds nobody up."""

Ended = Done[Bundle, Found] | Lost[Bundle]

Company = tuple[Item, Sequence[Sheet]]
"""An item, and the models whose edits of it are measured in one piece of work."""


@dataclass(frozen=True)
class Portion:
    """Some models' edits of one item: what is planned for each, and the piece of work that it takes."""

    item: Item
    sheets: Sequence[Sheet]
    plans: Sequence[Plan]
    bundle: Bundle

    def rows(self, found: Found, kit: Kit) -> Iterator[tuple[Sheet, list[Score]]]:
        """All rows, by sheet, from what was found of the bundle's edits."""
        measured = iter(found)
        for sheet, plan in zip(self.sheets, self.plans, strict=True):
            if not plan.todo:
                yield sheet, plan.rows
            elif isinstance(plan.read, Gap):
                gaps = [findings(kit.gauges[place], plan.item, plan.read) for place in plan.places]
                yield sheet, sheet.rows(plan, kit.gauges, gaps)
            else:
                yield sheet, sheet.rows(plan, kit.gauges, next(measured))

    def unmeasured(self, reason: str, kit: Kit) -> Found:
        """What stands for the findings that nobody came to: it is not the edits' fault."""
        gap = Finding("unavailable", reason=reason)
        return [
            [dict.fromkeys(kit.gauges[place].names, gap) for place in one.gauges] for one in self.bundle.edits
        ]


def measure_all(benchmark: Benchmark, sheets: Sequence[Sheet], kit: Kit, engine_for: EngineFor) -> None:
    """Have every edit measured, item by item, and its rows written in the benchmark's order.

    Where processes died over several models' edits of an item, each of these is tried by itself at the end,
    so that one edit costs no other its score.

    Raises:
        StorageError: rows cannot be written, or what was found cannot be kept.
    """
    most = max(AT_ONCE, kit.instruments.flow_options.get("batch", 1))
    groups = [sheets[start : start + most] for start in range(0, len(sheets), most)]
    companies = ((item, group) for item in benchmark.items for group in groups)
    total = len(benchmark.items) * len(groups)
    with engine_for(kit) as engine, Progress("scoring", total, failing="with gaps") as progress:
        apart: list[Company] = []
        for portion, ended in _ended(companies, kit, engine):
            if isinstance(ended, Lost) and len(portion.bundle.edits) > 1:
                apart += [(portion.item, [sheet]) for sheet in portion.sheets]
            else:
                progress.advance(failed=not _write(portion, ended, kit))
        for portion, ended in _ended(apart, kit, engine):
            _write(portion, ended, kit)


def _ended(
    companies: Iterable[Company], kit: Kit, engine: Engine[Bundle, Found]
) -> Iterator[tuple[Portion, Ended]]:
    """Each portion with what came of its bundle, in order."""
    under_way: deque[Portion] = deque()

    def bundles() -> Iterator[Bundle]:
        for portion in in_order(lambda company: plan(*company, kit), companies, PLANNERS):
            under_way.append(portion)
            yield portion.bundle

    for ended in engine.results(bundles(), max(AHEAD, 2 * engine.room())):
        yield under_way.popleft(), ended


def _write(portion: Portion, ended: Ended, kit: Kit) -> bool:
    """Let a portion's rows count; returns whether all have a value."""
    found = ended.result if isinstance(ended, Done) else portion.unmeasured(ended.reason, kit)
    complete = True
    for sheet, rows in portion.rows(found, kit):
        sheet.write(rows)
        complete &= all(row.status == "ok" for row in rows)
    return complete


def plan(item: Item, sheets: Sequence[Sheet], kit: Kit) -> Portion:
    """What is to be measured of some models' edits of an item; changes nothing."""
    task = Task(item, kit.instruments)
    plans = [sheet.plan(task, kit.gauges) for sheet in sheets]
    edits = tuple(Edit(one.read, one.places) for one in plans if one.todo and not isinstance(one.read, Gap))
    pictures = (task.input, task.target) if edits else (b"", None)
    return Portion(item, sheets, plans, Bundle(item.id, item.instruction, *pictures, edits))

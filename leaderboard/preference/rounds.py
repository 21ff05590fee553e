"""Comparisons in rounds: what is planned is asked, and what was answered says what to plan next."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.calls.budget import Budget
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.preference.planning import UNTIL, next_pairs, standing
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Judge
from motionedit_bench.metrics.judge.estimate import Estimate
from motionedit_bench.predictions import COMPARISONS, model_name
from motionedit_bench.progress import Progress, warn
from motionedit_bench.scoring.compared import Row, judge_of, write_comparisons
from motionedit_bench.scoring.hearing import several
from motionedit_bench.scoring.prefer import Pair, about, every_pair, pairs_of_cases, prefer


@dataclass(frozen=True)
class Plan:
    """How comparisons are chosen.

    Attributes:
        seed: whose draw breaks ties. until: see `planning.UNTIL`. all_pairs: nothing is chosen.
    """

    seed: int = 0
    until: float = UNTIL
    all_pairs: bool = False


class Rounds:
    """Comparisons of the models in ``folders`` by one judge or several, each asked of the same pairs.

    After each round the rows are written to ``comparisons.jsonl`` in ``out``, in the order of items, names
    and judges, after those of other judges. Where that has rows of these judges already, their pairs are the
    first round: what was answered is in the judges' ledger and costs nothing. So what is planned follows from
    what is recorded, whatever was interrupted between two rounds.

    Attributes:
        ended: why there was no further round.
    """

    def __init__(
        self,
        benchmark: Benchmark,
        folders: Sequence[Path],
        judges: Sequence[Judge],
        instruments: Instruments,
        out: Path,
        plan: Plan,
        budget: Budget,
    ) -> None:
        self.benchmark = benchmark
        self.folders = folders
        self.judges = judges
        self.instruments = instruments
        self.out = out
        self.plan = plan
        self.budget = budget
        self.ended = ""
        self.items = [item.id for item in benchmark.items]
        self._places = {item: place for place, item in enumerate(self.items)}
        self.models = sorted(map(model_name, folders))

    @property
    def most(self) -> int:
        """Pairs of edits that there are."""
        return len(self.items) * len(self.models) * (len(self.models) - 1) // 2

    def run(self, workers: int = 1) -> list[Row]:
        """All rows, round by round.

        Raises:
            StorageError: they cannot be written, or a judge's answers cannot be kept.
        """
        rows: list[Row] = []
        pairs = [] if self.plan.all_pairs else _pairs(self.recorded())
        spent = self.budget.summary if any(judge.asks for judge in self.judges) else None
        total = self.most * len(self.judges)
        try:
            with Progress("comparing", total, failing="without outcome", note=spent) as progress:
                while pairs or (pairs := self._next(rows)):
                    told = list(self._ask(pairs, workers, progress))
                    rows = sorted(rows + told, key=self._place)
                    write_comparisons(rows, self.out)
                    if all(row["status"] == "failed" and "blame" in row for row in told):
                        self.ended = "no judge could be asked in the last round"
                        break
                    pairs = []
        finally:
            for judge in self.judges:
                judge.close()
        answered = Counter((row["judge"], row["answered_by"]) for row in rows if "answered_by" in row)
        for one in several(answered):
            warn(one)
        return rows

    def recorded(self) -> list[Row]:
        """The rows that there are of these judges, items and models."""
        mine = {(*judge_of(told), told["rubric"]) for told in map(about, self.judges)}
        items, models = set(self.items), set(self.models)
        return [
            row
            for row in read_lines(self.out / COMPARISONS)
            if (*judge_of(row), row.get("rubric")) in mine
            and row["item_id"] in items
            and {row["model_a"], row["model_b"]} <= models
        ]

    def estimates(self) -> tuple[list[Pair], list[Estimate]]:
        """The pairs of the next round, and what they would take of each judge; nothing is asked."""
        if self.plan.all_pairs:
            pairs = every_pair(self.items, self.models)
        else:
            pairs = next_pairs(self.recorded(), self.items, self.models, self.plan.seed, self.plan.until)
        cases = list(pairs_of_cases(self.benchmark, self.folders, self.instruments, pairs))
        return pairs, [judge.estimate_preferences(cases) for judge in self.judges]

    def _place(self, row: Row) -> tuple[int, str, str]:
        """Where a row stands among those of its judge, whichever round it was of."""
        return self._places[row["item_id"]], row["model_a"], row["model_b"]

    def _next(self, rows: Sequence[Row]) -> list[Pair]:
        room = self._room()
        if room == 0 or any(row["status"] == "unavailable" for row in rows):
            self.ended = "the budget is spent, and the same command goes on from here"
            return []
        if self.plan.all_pairs:
            self.ended = "there are no more"
            return [] if rows else every_pair(self.items, self.models)
        found = next_pairs(rows, self.items, self.models, self.plan.seed, self.plan.until, room)
        if not found:
            left = int(standing(rows, self.models).open(self.plan.until).sum())
            self.ended = (
                f"{left} pairs of models stay open, and met on all items"
                if left
                else f"all models are told apart, or known to be near (--until {self.plan.until:g})"
            )
        return found

    def _room(self) -> int | None:
        """Pairs that the budget has calls and money for, about; ``None`` where nothing limits them."""
        asking = sum(judge.asks for judge in self.judges)
        if not asking or self.plan.all_pairs:
            return None
        budget = self.budget
        left = []
        if budget.max_calls is not None:
            left.append(float(budget.max_calls - budget.calls))
        if budget.max_cost is not None and budget.spent:
            left.append((budget.max_cost - budget.spent) * budget.calls / budget.spent)
        return max(0, int(min(left) // (2 * asking))) if left else None

    def _ask(self, pairs: Sequence[Pair], workers: int, progress: Progress) -> Iterator[Row]:
        for judge in self.judges:
            for row in prefer(self.benchmark, self.folders, judge, self.instruments, pairs, workers):
                progress.advance(failed=row["outcome"] is None)
                yield row


def _pairs(rows: Iterable[Row]) -> list[Pair]:
    return list(dict.fromkeys((row["item_id"], row["model_a"], row["model_b"]) for row in rows))

"""The scoring: every metric of every prediction, as rows that are written as they come."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from motionedit_bench import provenance
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import PredictionsError
from motionedit_bench.files import make_folder
from motionedit_bench.made_on import warn_of_another
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Case
from motionedit_bench.parallel import in_order
from motionedit_bench.predictions import SEEDS, ModelPredictions, seed_folders
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Score
from motionedit_bench.scoring.gauge import MetricGauge
from motionedit_bench.scoring.hearing import several
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.kit import Kit
from motionedit_bench.scoring.measuring import measure_all
from motionedit_bench.scoring.open import Gap, Task, open_edit
from motionedit_bench.scoring.replica import EngineFor, here
from motionedit_bench.scoring.sheet import Sheet

READY, AHEAD = 32, 128
"""While judges are at work, at most so many further edits are made ready, and so many more are taken up,
so that one slow answer holds nobody up."""


def score(
    benchmark: Benchmark,
    folders: Sequence[Path],
    metrics: Sequence[str],
    instruments: Instruments,
    out: Path | None = None,
    engine_for: EngineFor = here,
    judges: Sequence[JudgeGauge] = (),
    spent: Callable[[], str] | None = None,
) -> Counter[str]:
    """Score every model's predictions on every item; returns how many rows have which status.

    Rows go to ``scores.jsonl`` in the model's folder, or in ``out/<model>``; what is there already
    and still holds is not computed again. Nothing that goes wrong with one item ends the scoring.
    What computes is done by the engine; then ``judges`` that ask models rate one edit after the other, with
    many calls under way. Rows and their order depend neither on the engine nor on how many work in it.

    ``spent`` tells progress what judges have cost.

    Raises:
        UsageError: an unknown metric. PredictionsError: two models' scores would go to one folder.
        StorageError: a folder cannot be written, or another scoring is writing to it.
    """
    measured = [MetricGauge(name, instruments) for name in metrics]
    _warn_of_unavailable(measured)
    with Progress("reading the benchmark", len(benchmark.items)) as progress:
        benchmark.fingerprint(progress.advance)
    session = _session(measured, instruments)
    with ExitStack() as stack:
        sheets = []
        for predictions, place in list(_places(folders, out)):
            sheets.append(Sheet(predictions, place))
            stack.callback(sheets[-1].close)
        for sheet in sheets:
            sheet.describe(benchmark, session)
        warn_of_another(benchmark, [sheet.predictions.folder for sheet in sheets])
        kit = Kit((*measured, *(one for one in judges if not one.judge.asks)), instruments)
        if kit.gauges:
            measure_all(benchmark, sheets, kit, engine_for)
        asking = [one for one in judges if one.judge.asks]
        if asking:
            _judge(benchmark, sheets, asking, instruments, spent)
        if judges:
            told = [one.facts() for one in judges]
            for sheet in sheets:
                sheet.describe(benchmark, {**session, "judges": told})
    return sum((sheet.tally for sheet in sheets), Counter())


def _places(folders: Sequence[Path], out: Path | None) -> Iterator[tuple[ModelPredictions, Path]]:
    """Each model, and the folder of its scores, which is made; one folder under two names is one model's.

    Raises:
        PredictionsError: with ``out``, two models would write to the same folder.
    """
    taken: dict[tuple[int, int], Path] = {}
    for folder in folders:
        predictions = ModelPredictions(folder)
        place = make_folder(_in(out, folder, predictions.model) if out else folder)
        facts = place.stat()
        first = taken.setdefault((facts.st_dev, facts.st_ino), folder)
        if first is folder:
            yield predictions, place
        elif out:
            raise PredictionsError(
                f"the scores of {first} and {folder} would both go to {place}: "
                "rename one, or give another --out"
            )
        else:
            warn(f"{folder} is {first} under another name: scored once")


def _in(out: Path, folder: Path, model: str) -> Path:
    """Where the scores of a folder go: that of a further seed has its place in its model's."""
    is_seed = folder in seed_folders(folder.parent.parent)
    return out / model / SEEDS / folder.name if is_seed else out / model


def _session(measured: Sequence[MetricGauge], instruments: Instruments) -> dict[str, Any]:
    """What `scoring.json` says of this sitting."""
    return provenance.session() | {
        "metrics": {gauge.name: {**gauge.choice, **gauge.versions} for gauge in measured},
        "flow": instruments.flow,
        "flow_size": instruments.flow_size,
        "flow_batch": instruments.flow_options.get("batch", 1),
        "device": instruments.device,
    }


def _warn_of_unavailable(measured: Sequence[MetricGauge]) -> None:
    """Say what cannot be measured, all metrics of one reason at once."""
    unavailable: dict[str, list[str]] = {}
    for gauge in measured:
        if gauge.why_not:
            unavailable.setdefault(str(gauge.advice), []).append(gauge.name)
    for advice, names in unavailable.items():
        warn(f"unavailable: {', '.join(names)}: {advice}")


def _judge(
    benchmark: Benchmark,
    sheets: Sequence[Sheet],
    gauges: Sequence[JudgeGauge],
    instruments: Instruments,
    spent: Callable[[], str] | None,
) -> None:
    """Have every edit rated by judges that ask models, with as many calls under way as they allow."""
    edits = ((sheet, task) for task in _tasks(benchmark, instruments) for sheet in sheets)

    def measure(edit: tuple[Sheet, Task]) -> tuple[Sheet, list[Score]]:
        sheet, task = edit
        return sheet, sheet.measure(task, gauges)

    def abandon() -> None:
        for gauge in gauges:
            gauge.judge.close()

    answered: Counter[tuple[str, str]] = Counter()
    at_once = max(gauge.judge.concurrency for gauge in gauges)
    total = len(benchmark.items) * len(sheets)
    with Progress("judging", total, failing="with gaps", note=spent) as progress:
        threads = at_once + min(at_once, READY)
        ahead = threads + min(AHEAD, 7 * at_once)
        for sheet, rows in in_order(measure, edits, threads, None, ahead, abandon):
            sheet.write(rows)
            answered.update({(row.choice["judge"], row.versions.get("answered_by", "")) for row in rows})
            progress.advance(failed=any(row.status != "ok" for row in rows))
    for told in several({who: count for who, count in answered.items() if who[1]}):
        warn(told)


def cases(benchmark: Benchmark, folders: Sequence[Path], instruments: Instruments) -> Iterator[Case]:
    """Every edit that can be judged; those that cannot are passed over."""
    models = [ModelPredictions(folder) for folder in folders]
    for task in _tasks(benchmark, instruments):
        for predictions in models:
            edit = open_edit(task, predictions)
            if not isinstance(edit, Gap):
                yield Case(task.item.instruction, edit)


def _tasks(benchmark: Benchmark, instruments: Instruments) -> Iterator[Task]:
    return (Task(item, instruments) for item in benchmark.items)

"""What shares a table: a benchmark, its items, and each model's scores with the word for them.

Scores in a folder of models are `mebench score`'s own. On a board nothing of a submission is believed: the
benchmark is the board's, and what the board did not record of a check itself is claimed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from motionedit_bench.benchmarks import Benchmark, open_benchmark
from motionedit_bench.errata import errata_of
from motionedit_bench.errors import BenchmarkError, MebenchError, PredictionsError, UsageError, explain
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.cards import UNTOLD, Told, told_by, told_here
from motionedit_bench.leaderboard.clusters import Videos
from motionedit_bench.leaderboard.ranking import Terms
from motionedit_bench.leaderboard.scored import is_board, scored_folders, scored_name
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.history import SUBMISSIONS, current
from motionedit_bench.leaderboard.submission.policy import POLICY, read_policy
from motionedit_bench.leaderboard.submission.reading import Hostile
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.leaderboard.submission.ways import Ways
from motionedit_bench.leaderboard.summary import Standing
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.predictions import SCORES, SCORING, seed_folders
from motionedit_bench.progress import Progress, warn
from motionedit_bench.scoring.rows import read_scoring
from motionedit_bench.trained_on import trained_on


@dataclass(frozen=True)
class Entry:
    """One model's scores.

    Attributes:
        folder: what was scored here, or submitted.
        scores: the board's own rows of a submission that it checked; ``None`` where there are none.
        standing: that of all rows; ``None`` where each row says its own in the field ``standing``.
        remark: what a reader should know of how it was checked.
        items: of the benchmark, which bound what is read of a submission.
        trained_on: what to tell of its training, as its submitter or its LoRA says it; trainee: of what.
        card: what its card tells.
        seeds: folders with the scores of its further seeds; see `motionedit_bench.predictions.seed_folders`.
    """

    model: str
    folder: Path
    scores: Path | None
    standing: Standing | None
    errata: tuple[str, ...] = ()
    remark: str | None = None
    items: int = 0
    trained_on: str | None = None
    trainee: str = "its LoRA"
    card: Told = UNTOLD
    seeds: tuple[Path, ...] = ()

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows in their order.

        Raises:
            MebenchError, OSError: they cannot be read.
        """
        return _claimed_rows(self.folder, self.items) if self.scores is None else read_lines(self.scores)

    def rows_by_seed(self) -> Iterator[Iterator[dict[str, Any]]]:
        """The rows of each seed, the first one's first.

        Raises:
            MebenchError, OSError: they cannot be read.
        """
        yield self.rows()
        for folder in self.seeds:
            yield read_lines(folder / SCORES)

    @property
    def size(self) -> int:
        """Bytes of the scores of the first seed."""
        path = self.scores or self.folder / SCORES
        return path.stat().st_size if path.exists() else 0


@dataclass(frozen=True)
class Contest:
    """All that shares a table.

    Attributes:
        items: id and category, in the benchmark's order.
        benchmark: a board's own; ``None`` for scores that were made here.
        videos: by item, the video that it was cut from, where the benchmark names it.
        where: which models were chosen, in words.
        folder: that of models that were scored here, where judges' comparisons of them lie.
    """

    bench: Mapping[str, Any]
    items: tuple[tuple[str, str | None], ...]
    entries: tuple[Entry, ...]
    terms: Terms
    benchmark: Benchmark | None = None
    videos: Videos = field(default_factory=dict)
    where: str | None = None
    folder: Path | None = None

    @property
    def ids(self) -> list[str]:
        return [item for item, _ in self.items]

    def open(self, bench: str | None = None) -> Benchmark:
        """The benchmark itself: a board's own, the one named, or the one that was scored here.

        Raises:
            UsageError: only a submission says which it is.
            BenchmarkError: it cannot be opened.
        """
        if self.benchmark is not None:
            return self.benchmark
        if bench is None and any(entry.standing == "claimed" for entry in self.entries):
            raise UsageError("say which benchmark it is, with --bench: a submission's own word is not taken")
        return open_benchmark(bench or self.bench["spec"])


def contest(folder: Path, bench: str | None = None) -> Contest:
    """All scored models in a folder, one of them, or a board's submissions that count.

    ``bench`` is a board's benchmark, where it is not the one that its policy names.

    Raises:
        PredictionsError: nothing is scored there, or the models were scored on different benchmarks.
        UsageError: the board's policy is wrong.
        BenchmarkError: the board's benchmark cannot be opened.
    """
    found = _of_board(folder, bench) if is_board(folder) else _of_folder(folder)
    return replace(found, entries=tuple(_told(one, found) for one in found.entries))


def _told(entry: Entry, found: Contest) -> Entry:
    """The entry with what its run and its card tell of it."""
    submitted = found.benchmark is not None or _is_submission(entry.folder)
    card = told_by(entry.folder, len(found.items)) if submitted else told_here(entry.folder)
    by_run = trained_on(entry.folder, found.bench)
    trainee = "its LoRA" if by_run else "by its card it"
    return replace(entry, card=card, trained_on=by_run or card.training(found.bench), trainee=trainee)


def _of_folder(folder: Path) -> Contest:
    scored = scored_folders(folder)
    described = {}
    for path in scored:
        about = read_scoring(path / SCORING)
        described[scored_name(path)] = path, about
    benches = {about["bench"]["fingerprint"]: about["bench"] for _, about in described.values()}
    if len(benches) > 1:
        names = "; ".join(
            f"{bench['name']} ({fingerprint[:12]}): "
            + ", ".join(
                model
                for model, (_, about) in described.items()
                if about["bench"]["fingerprint"] == fingerprint
            )
            for fingerprint, bench in benches.items()
        )
        raise PredictionsError(
            f"{folder} holds scores on different benchmarks, which share no table: {names}"
        )
    first = next(about for _, about in described.values())
    items = tuple((item["id"], item.get("category")) for item in first["items"])
    for path, about in described.values():
        if {item["id"] for item in about["items"]} != {item for item, _ in items}:
            told = (
                f"{path / SCORING} expects other items of {first['bench']['name']} than that of {scored[0]}"
            )
            raise PredictionsError(f"{told}: remove the wrong one, and run `mebench score` again")
    entries = []
    for model, (path, about) in described.items():
        errata = tuple(one.what for one in errata_of(path, *about.get("errata", ())))
        if _is_submission(path):
            entries.append(Entry(model, path, None, "claimed", errata, items=len(items)))
        else:
            seeds = further_seeds(path, first["bench"]["fingerprint"])
            remark = f"each figure is over {len(seeds) + 1} seeds of {len(items)} items" if seeds else None
            entries.append(Entry(model, path, path / SCORES, "measured", errata, remark, seeds=seeds))
    videos = {item["id"]: str(item["video"]) for item in first["items"] if item.get("video")}
    return Contest(first["bench"], items, tuple(entries), Terms(), videos=videos, folder=folder)


def further_seeds(folder: Path, fingerprint: str) -> tuple[Path, ...]:
    """The folders of a model's further seeds; one without scores counts as well, as one that lacks all items.

    Raises:
        PredictionsError: one was scored on another benchmark.
    """
    found = tuple(seed_folders(folder))
    for path in found:
        if (path / SCORING).exists() and read_scoring(path / SCORING)["bench"]["fingerprint"] != fingerprint:
            raise PredictionsError(
                f"{path} holds scores on another benchmark than {folder}: score both on one"
            )
    return found


def _is_submission(folder: Path) -> bool:
    return (folder / form.CHECKSUMS).exists()


def _of_board(board: Path, bench: str | None) -> Contest:
    submitted = current(board)
    if not submitted:
        raise PredictionsError(f"{board / SUBMISSIONS} holds no submission that counts")
    policy = read_policy(board)
    try:
        benchmark = open_benchmark(bench or policy.bench)
    except BenchmarkError as error:
        told = f"{error} (a board is of the benchmark that its {POLICY} or --bench names)"
        raise BenchmarkError(told) from error
    with Progress("reading the benchmark", len(benchmark.items)) as progress:
        fingerprint = benchmark.fingerprint(progress.advance)
    entries = []
    for model, folder in submitted.items():
        try:
            entries.append(_submitted(board, model, folder, fingerprint, len(benchmark.items)))
        except (MebenchError, OSError, ValueError) as error:
            leave_out(model, error)
    if not entries:
        raise PredictionsError(f"{board / SUBMISSIONS} holds no submission that can be read")
    flow = policy.flow or benchmark.default_flow
    terms = Terms(policy.headline, frozenset(policy.takes), flow)
    items = tuple((item.id, item.category) for item in benchmark.items)
    videos = {item.id: item.video for item in benchmark.items if item.video}
    return Contest(benchmark.facts(), items, tuple(entries), terms, benchmark, videos)


def leave_out(model: str, error: Exception) -> None:
    """Say that a submission is not shown, and why: what is wrong with one is no other's affair."""
    warn(f"left out: the submission of {ascii(model)[1:-1]}: {explain(error)}")


def _submitted(board: Path, model: str, folder: Path, fingerprint: str, items: int) -> Entry:
    """One submission, by the board's own record of its check where that stands.

    Raises:
        Hostile: it cannot be read safely, or is of another benchmark.
    """
    with open_contents(folder, Bounds(items)) as contents:
        errata = tuple(one.what for one in errata_of(folder))
        found = checked(board, model, folder.name)
        if found is not None and found.record.bench == fingerprint and found.accepted:
            return Entry(model, folder, found.scores, None, errata)
        about = form.Scoring.model_validate(orjson.loads(contents.read(form.SCORING)))
    if about.bench.fingerprint != fingerprint:
        raise Hostile("it was scored on another benchmark, or on another version of it")
    remark = None
    if found is not None:
        word = "on another version of the benchmark" if found.accepted else found.record.word
        remark = f"checked, {word}"
    return Entry(model, folder, None, "claimed", errata, remark, items)


def _claimed_rows(folder: Path, items: int) -> Iterator[dict[str, Any]]:
    """The rows that a submission itself has, if each is of their form.

    Raises:
        Hostile: one is not, or there is more than an honest submission has.
    """
    with open_contents(folder, Bounds(items)) as contents:
        if form.SCORES not in contents.sizes:
            raise Hostile(f"there is no {form.SCORES}")
        lines = contents.read(form.SCORES).split(b"\n")
    if not any(map(bytes.strip, lines)):
        raise Hostile(f"{form.SCORES} has no row")
    ways = Ways()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = orjson.loads(line)
                sound = _sound(form.Row.model_validate(row))
            except ValueError as error:
                raise Hostile(f"{form.SCORES}, line {number} is no row") from error
            if not sound:
                raise Hostile(f"{form.SCORES}, line {number} has a value that there cannot be")
            if not ways.admit(row):
                raise Hostile(f"{form.SCORES}, line {number} is of more ways than a metric can have")
            yield row


def _sound(row: form.Row) -> bool:
    """Whether a value goes with status ``ok`` alone, and is within its metric's bounds."""
    if row.value is None or row.status != "ok":
        return row.value is None and row.status != "ok"
    return row.metric not in CATALOGUE or CATALOGUE[row.metric].allows(row.value)

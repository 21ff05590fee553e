"""What a user asks of mining, and its run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motionedit_bench.benchmarks import Benchmark, open_benchmark
from motionedit_bench.benchmarks.base import METADATA
from motionedit_bench.engines import Engine
from motionedit_bench.engines.here import Here
from motionedit_bench.engines.threads import Threads
from motionedit_bench.errors import UsageError, one_line
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.locks import alone
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.judge.opening import Terms
from motionedit_bench.mining.card import CARD
from motionedit_bench.mining.elsewhere import elsewhere
from motionedit_bench.mining.faces import detector
from motionedit_bench.mining.finishing import INSTRUCTIONS, Finishing, Made, last_candidates, open_judge
from motionedit_bench.mining.judging import estimate, judge_facts
from motionedit_bench.mining.licences import read_licences
from motionedit_bench.mining.mine import Mined, mine
from motionedit_bench.mining.report import write_report
from motionedit_bench.mining.settings import SETTINGS, Settings, read_settings, settings_text
from motionedit_bench.mining.videos import Source, describe, sources
from motionedit_bench.mining.work import Miners, Task
from motionedit_bench.mining.written import Written, read_written
from motionedit_bench.progress import note, warn
from motionedit_bench.scoring.estimate import table
from motionedit_bench.texts import visible

if TYPE_CHECKING:
    from motionedit_bench.engines.cluster import Cluster


@dataclass(frozen=True)
class Request:
    """The request, as `mebench mine` takes it.

    Attributes:
        asked: settings that hold before those of ``mine.toml``, as its tables.
        limit: how many pairs are kept at most. device: for flows that are learned.
        workers: threads. cluster: where work is done instead, ``None`` for this machine.
        judge: who is asked about candidates, under which terms. review: whether a page for review is written.
        not_in: a benchmark that no candidate may be like. licences: a file of the videos' licences.
    """

    videos: Sequence[Path]
    bench: Path
    asked: Mapping[str, Any]
    instructions: Path | None = None
    limit: int | None = None
    workers: int = 1
    device: str = "auto"
    cluster: "Cluster | None" = None
    judge: str | None = None
    terms: Terms = field(default_factory=Terms)
    review: bool = False
    not_in: str | None = None
    licences: Path | None = None

    @cached_property
    def settings(self) -> Settings:
        """What ``mine.toml`` says, and what is asked.

        Raises:
            UsageError: a setting or a value that there is not.
        """
        found = read_settings(self.bench / SETTINGS, self.asked)
        FLOWS.get(found.measures.flow)
        return found

    @cached_property
    def sources(self) -> list[Source]:
        """The files that are looked at; see `videos.sources`."""
        return sources(self.videos)

    def estimate(self) -> str:
        """What a run would look at, told by the files' heads; nothing is written."""
        videos = [describe(one, digest=False) for one in self.sources]
        good = [video for video in videos if video.status == "ok"]
        seconds = sum(video.duration or 0 for video in good)
        window = self.settings.pairs.window
        return "\n".join(
            [
                *(
                    f"{visible(video.name)}: {video.status}: {video.reason}"
                    for video in videos
                    if video.status != "ok"
                ),
                f"would look at {len(good)} of {len(videos)} videos, {seconds:.0f} s in all: about "
                f"{seconds // window:.0f} pairs of {window:g} s",
            ]
        )

    def judging(self) -> str:
        """What asking the judge about the candidates of the last run would take; nothing is asked."""
        if self.judge is None:
            return ""
        judge = open_judge(self.judge, replace(self.terms, dry_run=True))
        try:
            candidates = last_candidates(self.bench)
            if not candidates:
                return (
                    f"{self.judge} would be asked at most 3 questions about each candidate; what that costs "
                    "can be told once a run without --judge has found them"
                )
            told = table([estimate(self.bench, candidates, judge)])
            return (
                f"would ask about the {len(candidates)} candidates of the last run, if all are kept:\n{told}"
            )
        finally:
            judge.model.close()

    def run(self) -> tuple[Mined, Made]:
        """Mine, and make the benchmark where instructions are given or a judge is asked.

        Raises:
            UsageError: settings, instructions, licences or the judge are wrong; the folder has other things.
            StorageError: the folder cannot be written, or another process mines into it.
        """
        settings = self.settings
        self._check_place()
        given = read_written(self.instructions) if self.instructions else None
        if (self.bench / INSTRUCTIONS).exists():
            read_written(self.bench / INSTRUCTIONS)  # a mistake in it is told before the work, not after
        names = [one.name for one in self.sources]
        licences = read_licences(self.licences, names) if self.licences else {}
        other = None if self.not_in is None else open_benchmark(self.not_in)
        judge = None if self.judge is None else open_judge(self.judge, self.terms)
        try:
            with alone(make_folder(self.bench / "mine"), "mining into"):
                finishing = Finishing(self.bench, settings, given, judge, self.review, licences)
                return self._work(settings, finishing, other)
        finally:
            if judge:
                judge.model.close()

    def _work(self, settings: Settings, finishing: Finishing, other: Benchmark | None) -> tuple[Mined, Made]:
        """All that is written, by one process at a time."""
        place = self.bench / SETTINGS
        if not place.exists() or read_settings(place) != settings:
            write_whole(place, settings_text(settings).encode())
        others = elsewhere(self.bench, other) if other else None
        mined = mine(self.bench, self.sources, settings, self._engine, self.limit, others)
        for video in mined.videos:
            if video.status != "ok":
                warn(f"{visible(video.name)}: {video.status}: {video.reason}")
        self._tell_lost(finishing.given or {}, mined)
        made = finishing.make(mined)
        judge = finishing.judge
        faces = {} if settings.gates.faces else {"faces": detector()}
        asked = {
            **faces,
            **(others.facts() if others else {}),
            **(judge_facts(judge, made.verdicts) if judge else {}),
        }
        write_report(self.bench, mined, settings, made.items, asked)
        return mined, made

    def _tell_lost(self, given: Mapping[str, Written], mined: Mined) -> None:
        """Say which lines are of no candidate: spreadsheets spoil ids that look like numbers.

        Raises:
            UsageError: all that could become items are, so that the file must be of something else.
        """
        names = {one.id for one in mined.candidates}
        lost = [name for name in given if name not in names]
        if lost:
            note(
                f"{len(lost)} lines of {self.instructions} are of pairs that are no candidates now, "
                f"such as {one_line(repr(lost[0]), 40)}"
            )
        usable = {name for name, one in given.items() if one.is_usable}
        if usable and not usable & names and self.judge is None:
            raise UsageError(
                f"{self.instructions}: none of its instructions is of a candidate in {self.bench}: "
                "it is another folder's, or the settings are others now"
            )

    def _check_place(self) -> None:
        """Let nobody lose a benchmark of another making, or a text: these files would be written over."""
        for name in () if (self.bench / "mine" / "videos.jsonl").exists() else (METADATA, CARD):
            if (self.bench / name).exists():
                raise UsageError(
                    f"{self.bench} has a {name} that is not of mining: give another folder by --out"
                )

    def _engine(self, recipe: Miners) -> Engine[Task, Any]:
        if self.cluster is not None:
            from motionedit_bench.engines.ray import Replicas

            return Replicas(recipe, self.cluster, self.device)
        return Here(recipe, self.device) if self.workers == 1 else Threads(recipe, self.workers, self.device)

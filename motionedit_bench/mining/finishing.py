"""From candidates to a benchmark: what judge and people say, the page for review, items, the card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from motionedit_bench import cache
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge import COMPUTED, KINDS
from motionedit_bench.metrics.judge.opening import Terms, open_model
from motionedit_bench.metrics.judge.register import Register
from motionedit_bench.mining.build import build
from motionedit_bench.mining.card import CARD, FIGURES, write_card
from motionedit_bench.mining.fates import Fates, fates
from motionedit_bench.mining.journals import read_stage
from motionedit_bench.mining.judging import STAGE, Judged, judged
from motionedit_bench.mining.licences import Licence
from motionedit_bench.mining.mine import Mined
from motionedit_bench.mining.records import Candidate, Measures, Pair, Video, candidate_folder
from motionedit_bench.mining.review import write_review
from motionedit_bench.mining.settings import Settings
from motionedit_bench.mining.stats.motion import profile
from motionedit_bench.mining.stats.page import check_drawing, write_stats
from motionedit_bench.mining.written import Written, read_written, write_written
from motionedit_bench.progress import warn

INSTRUCTIONS = "instructions.csv"


@dataclass(frozen=True)
class Made:
    """What came of the candidates.

    Attributes:
        verdicts: of a judge, one a candidate; empty without one.
        items: the lines of ``metadata.jsonl``; ``None`` where no benchmark was made.
        page: for review, where it was asked for.
    """

    verdicts: Sequence[Judged] = ()
    items: Sequence[Mapping[str, Any]] | None = None
    page: Path | None = None

    @property
    def is_whole(self) -> bool:
        """Whether no candidate waits for a judge."""
        return all(one.kept is not None for one in self.verdicts)


@dataclass(frozen=True)
class Finishing:
    """What is to be made of candidates in ``bench``.

    Attributes:
        given: what the user wrote; ``None``: nothing was given.
        judge: who is asked about them. review: whether a page for review is written.
        licences: by the videos' names.
    """

    bench: Path
    settings: Settings
    given: Mapping[str, Written] | None = None
    judge: Register | None = None
    review: bool = False
    licences: Mapping[str, Licence] = field(default_factory=dict)

    def make(self, mined: Mined) -> Made:
        """Ask the judge, write ``instructions.csv`` and the page, and make the benchmark.

        What a person wrote holds before what a judge says, in the file that is given as in the one that lies
        there; an empty line says nothing. What a judge said earlier stays where none is asked.

        Raises:
            StorageError: the folder cannot be written.
        """
        place = self.bench / INSTRUCTIONS
        there = read_written(place) if place.exists() else {}
        if self.judge:
            there = by_hand(self.bench, there)
        verdicts = judged(self.bench, mined.candidates, self.judge) if self.judge else []
        said = {one.id: one.written for one in verdicts if one.kept is not None}
        written = {**said, **_filled(there), **_filled(self.given or {})}
        write_written(place, mined.candidates, written)
        page = write_review(self.bench, mined.candidates, written, verdicts) if self.review else None
        if self.given is None and not self.judge:
            return Made(page=page)
        chosen = written if self.judge else self.given or {}
        items = build(self.bench, mined.candidates, chosen, self.settings.test_share, mined.kin)
        if items:
            self._describe(mined, items, fates(mined.candidates, chosen, said_in(self.bench)))
        else:
            (self.bench / CARD).unlink(missing_ok=True)
        return Made(verdicts, items, page)

    def _describe(self, mined: Mined, items: Sequence[Mapping[str, Any]], ended: Fates) -> None:
        """The card, with figures where they can be drawn."""
        try:
            check_drawing()
        except UsageError as error:
            warn(f"the card has no figures: {error}")
            looked = None
        else:
            instruments = Instruments(self.settings.measures.flow, store=cache.optional("flows"))
            looked = profile(open_benchmark(str(self.bench.resolve())), instruments)
            write_stats([looked], self.bench / FIGURES)
        write_card(self.bench, mined, self.settings, items, ended, self.licences, looked)


def _filled(written: Mapping[str, Written]) -> dict[str, Written]:
    """The lines that say something."""
    return {name: one for name, one in written.items() if one != Written()}


def by_hand(bench: Path, written: Mapping[str, Written]) -> dict[str, Written]:
    """What in ``instructions.csv`` is a person's: all lines but those that a judge's verdict once came to."""
    said = said_in(bench)
    return {
        name: one
        for name, one in written.items()
        if one not in [verdict.written for verdict in said.get(name, ())]
    }


def said_in(bench: Path) -> dict[str, list[Judged]]:
    """All that judges ever said of the candidates of a folder, by their ids, the latest last."""
    said: dict[str, list[Judged]] = {}
    for row in read_stage(bench, STAGE):
        one = Judged.read(row)
        said.setdefault(one.id, []).append(one)
    return said


def open_judge(spec: str, terms: Terms) -> Register:
    """The judge of that name.

    Raises:
        UsageError: there is none, or it is one that computes what it says and reads no pictures.
        WeightsUnavailable: a local model cannot be had.
    """
    if spec in COMPUTED:
        known = ", ".join(name for name in KINDS if name not in COMPUTED)
        raise UsageError(f"judge {spec} rates edits and cannot say what moves: give one of {known}")
    return open_model(spec, terms)


def last_candidates(bench: Path) -> list[Candidate]:
    """The candidates of the last run, as far as their pictures are there; nothing is written."""
    videos = {row["sha256"]: Video.read(row) for row in read_stage(bench, "videos")}
    decided = {row["id"]: row.get("kept") for row in read_stage(bench, "decisions")}
    found = {
        row["id"]: Candidate(videos[row["video"]], Pair.read(row), Measures.read(row["measures"]))
        for row in read_stage(bench, "measures")
        if decided.get(row["id"]) and "measures" in row and row["video"] in videos
    }
    return [one for one in found.values() if (candidate_folder(bench, one.id) / "target.png").exists()]

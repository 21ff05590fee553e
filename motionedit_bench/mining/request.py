"""What a user asks of mining, and its run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motionedit_bench.engines import Engine
from motionedit_bench.engines.here import Here
from motionedit_bench.engines.threads import Threads
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.mining.build import build
from motionedit_bench.mining.mine import Mined, mine
from motionedit_bench.mining.report import write_report
from motionedit_bench.mining.settings import SETTINGS, Settings, read_settings, settings_text
from motionedit_bench.mining.videos import Source, describe, sources
from motionedit_bench.mining.work import Miners, Task
from motionedit_bench.mining.written import read_written, write_written
from motionedit_bench.progress import note, warn

if TYPE_CHECKING:
    from motionedit_bench.engines.cluster import Cluster

INSTRUCTIONS = "instructions.csv"


@dataclass(frozen=True)
class Request:
    """The request, as `mebench mine` takes it.

    Attributes:
        asked: settings that hold before those of ``mine.toml``, as its tables.
        limit: how many pairs are kept at most. device: for flows that are learned.
        workers: threads. cluster: where work is done instead, ``None`` for this machine.
    """

    videos: Sequence[Path]
    bench: Path
    asked: Mapping[str, Any]
    instructions: Path | None = None
    limit: int | None = None
    workers: int = 1
    device: str = "auto"
    cluster: "Cluster | None" = None

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
                    f"{video.name}: {video.status}: {video.reason}"
                    for video in videos
                    if video.status != "ok"
                ),
                f"would look at {len(good)} of {len(videos)} videos, {seconds:.0f} s in all: about "
                f"{seconds // window:.0f} pairs of {window:g} s",
            ]
        )

    def run(self) -> tuple[Mined, list[dict[str, Any]] | None]:
        """Mine, and build the benchmark where instructions are given: its items, else ``None``.

        Raises:
            UsageError: settings or instructions are wrong. StorageError: the folder cannot be written.
        """
        settings = self.settings
        given = read_written(self.instructions) if self.instructions else None
        place = make_folder(self.bench) / INSTRUCTIONS
        there = read_written(place) if place.exists() else {}
        _write(self.bench / SETTINGS, settings_text(settings))
        mined = mine(self.bench, self.sources, settings, self._engine, self.limit)
        for video in mined.videos:
            if video.status != "ok":
                warn(f"{video.name}: {video.status}: {video.reason}")
        write_written(place, mined.candidates, {**there, **(given or {})})
        items = None if given is None else self._built(mined, given)
        write_report(self.bench, mined, settings, items or ())
        return mined, items

    def _built(self, mined: Mined, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        if others := given.keys() - {one.id for one in mined.candidates}:
            note(f"{len(others)} lines of {self.instructions} are of pairs that are no candidates now")
        return build(self.bench, mined.candidates, given, self.settings.test_share)

    def _engine(self, recipe: Miners) -> Engine[Task, Any]:
        if self.cluster is not None:
            from motionedit_bench.engines.ray import Replicas

            return Replicas(recipe, self.cluster, self.device)
        return Here(recipe, self.device) if self.workers == 1 else Threads(recipe, self.workers, self.device)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        write_whole(path, text.encode())

"""From videos to candidates: the stages one after another, each from its journal where that still holds."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from motionedit_bench.engines import Engine
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.mining.deciding import decide
from motionedit_bench.mining.elsewhere import Elsewhere
from motionedit_bench.mining.faceless import with_faces
from motionedit_bench.mining.journals import StageJournal, key_of
from motionedit_bench.mining.kin import Kin, kin_of
from motionedit_bench.mining.pairs import pairs_of
from motionedit_bench.mining.pictures import SIDES, Pictures
from motionedit_bench.mining.records import (
    Candidate,
    Decision,
    Measured,
    Measures,
    Pair,
    Shot,
    Video,
    candidate_folder,
)
from motionedit_bench.mining.settings import Settings
from motionedit_bench.mining.sheet import write_sheets
from motionedit_bench.mining.shots import Found
from motionedit_bench.mining.stages import Stages, Unit
from motionedit_bench.mining.videos import Source
from motionedit_bench.mining.work import Describe, Draw, FindShots, MeasurePairs, Miners, Task
from motionedit_bench.progress import warn
from motionedit_bench.provenance import package_version
from motionedit_bench.records import digest
from motionedit_bench.texts import visible

AT_ONCE = 8
"""Pairs of one video that are measured in one go."""

Engines = Callable[[Miners], Engine[Task, Any]]
"""From a recipe to an engine of such miners."""


@dataclass(frozen=True)
class Mined:
    """What came of a run.

    Attributes:
        videos: each file that was asked for. shots: how many were found. decisions: one a pair.
        candidates: the pairs that are kept, by video and time; their pictures are there.
        kin: videos that show the same as others.
        lost: how many pieces of work nobody could do; the same command tries them again.
    """

    videos: Sequence[Video]
    shots: int
    decisions: Sequence[Decision]
    candidates: Sequence[Candidate]
    lost: int
    kin: Kin

    @property
    def is_whole(self) -> bool:
        """Whether every video could be read to its end, and all work was done."""
        return not self.lost and all(video.status == "ok" for video in self.videos)


def mine(
    bench: Path,
    sources: Sequence[Source],
    settings: Settings,
    engines: Engines,
    limit: int | None = None,
    others: Elsewhere | None = None,
) -> Mined:
    """Find the candidates in videos, at most ``limit``, and write their pictures below ``bench/mine/``.

    None of them has a picture like one of ``others``.

    Results do not depend on the engine, nor on how often the run was interrupted.

    Raises:
        StorageError: another process mines into ``bench``, or it cannot be written.
    """
    make_folder(bench / "mine")
    with engines(Miners(settings.measures.flow)) as engine:
        stages = Stages(bench, engine)
        videos = _videos(stages, sources)
        paths = {video.sha256: one.path for video, one in zip(videos, sources, strict=True) if video.sha256}
        found = shots_of(stages, paths, settings)
        pairs = [pair for sha256 in paths for pair in pairs_of(sha256, found[sha256].shots, settings.pairs)]
        measured, decisions = measured_of(stages, pairs, paths, settings)
        if not settings.gates.faces:
            measured, unseen = with_faces(stages, measured, paths, settings.gates)
            decisions += unseen
        decisions += decide(measured, settings, limit, others)
        _record(bench, decisions)
        videos = [_broken(video, found) for video in videos]
        candidates = _drawn(stages, _kept(videos, measured, decisions), paths, settings)
    write_sheets(bench, candidates)
    kin = kin_of({one.pair.id: one.pair.video for one in measured}, decisions)
    shots = sum(len(one.shots) for one in found.values())
    return Mined(videos, shots, decisions, candidates, stages.lost, kin)


def _videos(stages: Stages, sources: Sequence[Source]) -> list[Video]:
    """What each file is, in the order of the files."""
    keys = {one.name: key_of("videos", 2, one.stamp(), package_version("av")) for one in sources}
    journal = stages.fill(
        "videos",
        lambda there: [
            Unit((keys[one.name],), Describe(one.path, one.name))
            for one in sources
            if _is_unknown(there.get(keys[one.name]), one.path)
        ],
        lambda _, video: [video.row()],
    )
    lost = {"status": "unavailable", "reason": "nobody was able to look at it"}
    return [Video.read(journal.get(keys[one.name]) or {"name": one.name, **lost}) for one in sources]


def _is_unknown(row: Mapping[str, Any] | None, path: Path) -> bool:
    """Whether a file is to be looked at: not yet, or in vain where it can be read now."""
    return row is None or (row["status"] == "missing" and os.access(path, os.R_OK))


def shots_of(stages: Stages, paths: Mapping[str, Path], settings: Settings) -> dict[str, Found]:
    """The shots of each video, by its SHA-256."""
    versions = [package_version(name) for name in ("av", "scenedetect-headless", "opencv-python-headless")]
    made_with = settings.shots.model_dump(), versions
    keys = {sha256: key_of("shots", 2, sha256, made_with) for sha256 in paths}
    journal = stages.fill(
        "shots",
        lambda there: [
            Unit((key,), FindShots(paths[sha256], settings.shots))
            for sha256, key in keys.items()
            if there.get(key) is None
        ],
        lambda _, found: [{"shots": [shot.row() for shot in found.shots], "reason": found.reason}],
    )
    rows = {sha256: journal.get(key) or {"shots": [], "reason": None} for sha256, key in keys.items()}
    return {
        sha256: Found(tuple(Shot.read(one) for one in row["shots"]), row["reason"])
        for sha256, row in rows.items()
    }


def _broken(video: Video, found: Mapping[str, Found]) -> Video:
    """A video with what was learned of it when it was decoded to its end."""
    shots = found.get(video.sha256)
    if shots is None or shots.reason is None:
        return video
    return replace(video, status="partial" if shots.shots else "corrupt", reason=shots.reason)


def measured_of(
    stages: Stages, pairs: Sequence[Pair], paths: Mapping[str, Path], settings: Settings
) -> tuple[list[Measured], list[Decision]]:
    """The pairs that could be measured, and that the others could not."""
    versions = stages.engine.facts["flow"], package_version("av"), package_version("imagehash")
    made_with = settings.measures.model_dump(), versions
    keys = {pair.id: key_of("measures", 2, [pair.video, pair.t0, pair.t1], made_with) for pair in pairs}

    def units(there: StageJournal) -> list[Unit]:
        lacking = [pair for pair in pairs if there.get(keys[pair.id]) is None]
        return [
            Unit(tuple(keys[pair.id] for pair in some), MeasurePairs(paths[video], some, settings.measures))
            for video, own in groupby(lacking, key=lambda pair: pair.video)
            for some in _batches(list(own))
        ]

    def rows(task: Any, results: Sequence[Measures | str]) -> list[dict[str, Any]]:
        return [
            {**pair.row(), **({"reason": one} if isinstance(one, str) else {"measures": one.row()})}
            for pair, one in zip(task.pairs, results, strict=True)
        ]

    journal = stages.fill("measures", units, rows)
    there = [(pair, row) for pair in pairs if (row := journal.get(keys[pair.id]))]
    measured = [Measured(pair, Measures.read(row["measures"])) for pair, row in there if "measures" in row]
    return measured, [Decision(pair.id, False, "unreadable") for pair, row in there if "measures" not in row]


def _batches(pairs: Sequence[Pair]) -> list[tuple[Pair, ...]]:
    return [tuple(pairs[place : place + AT_ONCE]) for place in range(0, len(pairs), AT_ONCE)]


def _record(bench: Path, decisions: Sequence[Decision]) -> None:
    """Add the decisions that are not as they were last, and that what was kept is no pair any more."""
    now = {decision.id for decision in decisions}
    with StageJournal(bench, "decisions") as journal:
        earlier = {row["id"]: row for row in journal.rows()}
        gone = [Decision(name, False) for name, row in earlier.items() if row["kept"] and name not in now]
        for decision in [*decisions, *gone]:
            key = key_of("decisions", 1, decision.row())
            if earlier.get(decision.id, {}).get("key") != key:
                journal.add(key, decision.row())


def _kept(
    videos: Sequence[Video], measured: Sequence[Measured], decisions: Sequence[Decision]
) -> list[Candidate]:
    """The pairs that are kept, in the order of ``measured``; of equal files the first is named."""
    kept = {decision.id for decision in decisions if decision.kept}
    named = {video.sha256: video for video in reversed(videos)}
    return [
        Candidate(named[one.pair.video], one.pair, one.measures) for one in measured if one.pair.id in kept
    ]


def _drawn(
    stages: Stages, candidates: Sequence[Candidate], paths: Mapping[str, Path], settings: Settings
) -> list[Candidate]:
    """The candidates whose pictures are there, once those that lack them have got them."""
    drawn_with = settings.measures.width, stages.engine.facts["flow"], package_version("av")
    keys = {one.id: key_of("candidates", 3, [one.id, one.measures.box], drawn_with) for one in candidates}

    def units(there: StageJournal) -> list[Unit]:
        return [
            Unit((keys[one.id],), Draw(paths[one.pair.video], one.pair, one.measures.box, settings.measures))
            for one in candidates
            if not _is_drawn(stages.bench, there.get(keys[one.id]))
        ]

    def rows(task: Any, pictures: Pictures | str) -> list[dict[str, Any]]:
        if isinstance(pictures, str):
            return [{"id": task.pair.id, "reason": pictures}]
        folder = make_folder(candidate_folder(stages.bench, task.pair.id))
        for side, content in pictures.named():
            write_whole(folder / f"{side}.png", content)
        return [{"id": task.pair.id, **{side: digest(content) for side, content in pictures.named()}}]

    journal = stages.fill("candidates", units, rows)
    there = {one.id: journal.get(keys[one.id]) or {} for one in candidates}
    for one in candidates:
        if reason := there[one.id].get("reason"):
            warn(f"{visible(one.video.name)} at {one.pair.t0:.2f} s: no pictures of pair {one.id}: {reason}")
    return [one for one in candidates if "input" in there[one.id]]


def _is_drawn(bench: Path, row: Mapping[str, Any] | None) -> bool:
    """Whether what a line says of a candidate's pictures is so: others may be in their place, or none."""
    if row is None or "reason" in row:
        return row is not None
    folder = candidate_folder(bench, row["id"])
    try:
        return all(digest((folder / f"{side}.png").read_bytes()) == row[side] for side in SIDES)
    except OSError:
        return False

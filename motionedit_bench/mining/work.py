"""The stages that decode videos, as work for an engine."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from motionedit_bench.engines import Place, Recipe, Replica
from motionedit_bench.metrics.flow import FLOWS, FlowEstimator
from motionedit_bench.mining import measures, shots, videos
from motionedit_bench.mining.decoding import Unreadable, opened
from motionedit_bench.mining.faces import Face, find_faces
from motionedit_bench.mining.pictures import Pictures, draw, frames_of
from motionedit_bench.mining.records import Box, Measures, Pair, Video
from motionedit_bench.mining.settings import MeasureSettings, ShotSettings
from motionedit_bench.texts import visible


class Task(ABC):
    """A piece of work: small and picklable; the video lies at ``path`` wherever it is done."""

    path: Path

    @abstractmethod
    def do(self, flow: FlowEstimator) -> Any:
        """Its result, which may say that the video cannot be read."""


@dataclass(frozen=True)
class Absent:
    """What comes of a piece of work whose video is not there: nothing is learned of it."""

    reason: str


@dataclass(frozen=True)
class Describe(Task):
    """What a file is."""

    path: Path
    name: str

    def do(self, flow: FlowEstimator) -> Video:
        return videos.describe(videos.Source(self.name, self.path))


@dataclass(frozen=True)
class FindShots(Task):
    """Where a video's shots are."""

    path: Path
    settings: ShotSettings

    def do(self, flow: FlowEstimator) -> shots.Found:
        return shots.find_shots(self.path, self.settings)


@dataclass(frozen=True)
class MeasurePairs(Task):
    """What is to be measured of some pairs of one video; the text is the reason why one cannot be."""

    path: Path
    pairs: Sequence[Pair]
    settings: MeasureSettings

    def do(self, flow: FlowEstimator) -> list[Measures | str]:
        found: list[Measures | str] = []
        while len(found) < len(self.pairs):
            found += self._until_one_fails(self.pairs[len(found) :], flow)
        return found

    def _until_one_fails(self, pairs: Sequence[Pair], flow: FlowEstimator) -> list[Measures | str]:
        """Of pairs in a row, up to the first that cannot be measured: the others may well be."""
        found: list[Measures | str] = []
        try:
            with opened(self.path) as film:
                for pair in pairs:
                    found.append(measures.measure(measures.window_of(film, pair, self.settings), flow))
        except Unreadable as error:
            if error.status == "missing":
                raise
            found.append(str(error))
        return found


@dataclass(frozen=True)
class FindFaces(Task):
    """The faces in both frames of a pair without bars; the text is the reason why nobody can look."""

    path: Path
    pair: Pair
    box: Box

    def do(self, flow: FlowEstimator) -> tuple[list[Face], list[Face]] | str:
        try:
            first, last = frames_of(self.path, self.pair, self.box)
        except Unreadable as error:
            if error.status == "missing":
                raise
            return str(error)
        return find_faces(first), find_faces(last)


@dataclass(frozen=True)
class Draw(Task):
    """The pictures of a candidate; the text is the reason why there are none."""

    path: Path
    pair: Pair
    box: Box
    settings: MeasureSettings

    def do(self, flow: FlowEstimator) -> Pictures | str:
        try:
            return draw(self.path, self.pair, self.box, self.settings.width, flow)
        except Unreadable as error:
            if error.status == "missing":
                raise
            return str(error)


class Miner(Replica[Task, Any]):
    """A flow estimator, ready to measure; OpenCV has one thread meanwhile, since there are several miners."""

    def __init__(self, flow: FlowEstimator) -> None:
        self.flow = flow
        self.facts = {"flow": flow.version()}
        self._threads = cv2.getNumThreads()
        cv2.setNumThreads(1)

    def do(self, task: Task) -> Any:
        try:
            return task.do(self.flow)
        except Unreadable as error:
            return Absent(f"{visible(task.path.name)}: {error}")

    def close(self) -> None:
        cv2.setNumThreads(self._threads)


@dataclass(frozen=True)
class Miners(Recipe[Task, Any]):
    """Miners with the flow estimator of this name."""

    same = ("flow",)

    flow: str

    def __str__(self) -> str:
        return "mining"

    def make(self, place: Place) -> Miner:
        return Miner(FLOWS.get(self.flow)(place.device))

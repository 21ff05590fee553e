"""Stage 5: which pairs show a subject that moves before a camera at rest, and which of a shot are best."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from motionedit_bench.mining.records import Decision, Measured, Measures, Rule
from motionedit_bench.mining.settings import GateSettings

Bounds = tuple[float, float]

EASE = 0.005
"""What is added to the camera's motion where the subject's is divided by it."""


def rank(measures: Measures) -> float:
    """How good a pair is: the subject's motion by the camera's; more is better."""
    return measures.subject / (measures.camera + EASE)


def gate(one: Measured, gates: GateSettings) -> Decision:
    """Whether a pair is inside all bounds, else the first that it breaks; no other pair is looked at."""
    for rule, exact, (low, high) in _bounded(one.measures, gates):
        value = round(exact, 6)
        if not low <= value <= high:
            return Decision(one.pair.id, False, rule, value, low if value < low else high)
    if one.faces and not gates.faces:
        return Decision(one.pair.id, False, "faces", one.faces, 0)
    return Decision(one.pair.id, True)


def _bounded(measures: Measures, gates: GateSettings) -> Iterator[tuple[Rule, float, Bounds]]:
    most = float("inf")
    before, after = measures.light
    sharper = measures.sharpness[1] / max(measures.sharpness[0], 1e-9)
    yield "light", before, gates.light
    yield "light", after, gates.light
    yield "light_change", abs(after - before), (0, gates.light_change)
    yield "camera", measures.camera, (0, gates.camera)
    yield "subject", measures.subject, (gates.subject, most)
    yield "moved", measures.moved, gates.moved
    yield "fb", measures.fb, (gates.fb, 1)
    yield "inliers", measures.inliers, (gates.inliers, 1)
    yield "sharpness", sharper, gates.sharpness


def best_of_shots(kept: Sequence[Measured], per_shot: int) -> list[Decision]:
    """Keep the best pairs of each shot; of two that share a frame as input and target, the better one.

    ``kept`` are pairs inside all bounds, those of one shot side by side.
    """
    return [
        decision
        for _, shot in groupby(kept, key=lambda one: (one.pair.video, one.pair.shot))
        for decision in _best(sorted(shot, key=better_first), per_shot)
    ]


def better_first(one: Measured) -> tuple[float, str]:
    """By what pairs are sorted so that the better ones come first; equal ones by their ids."""
    return -rank(one.measures), one.pair.id


def _best(shot: Sequence[Measured], per_shot: int) -> Iterator[Decision]:
    taken: list[Measured] = []
    for one in shot:
        sharing = [other for other in taken if one.pair.t0 == other.pair.t1 or one.pair.t1 == other.pair.t0]
        if sharing:
            yield Decision(one.pair.id, False, "shared_frame", other=sharing[0].pair.id)
        elif len(taken) == per_shot:
            yield Decision(
                one.pair.id, False, "per_shot", round(rank(one.measures), 6), per_shot, taken[0].pair.id
            )
        else:
            taken.append(one)
            yield Decision(one.pair.id, True)

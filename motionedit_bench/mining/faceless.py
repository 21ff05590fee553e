"""Stage 5, where it is asked for: how many faces are seen in the pairs that all bounds would keep."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from motionedit_bench.mining.faces import Face, detector
from motionedit_bench.mining.gates import gate
from motionedit_bench.mining.journals import key_of
from motionedit_bench.mining.records import Decision, Measured
from motionedit_bench.mining.settings import GateSettings
from motionedit_bench.mining.stages import Stages, Unit
from motionedit_bench.mining.work import FindFaces
from motionedit_bench.provenance import package_version

Found = tuple[Sequence[Face], Sequence[Face]]


def with_faces(
    stages: Stages, measured: Sequence[Measured], paths: Mapping[str, Path], gates: GateSettings
) -> tuple[list[Measured], list[Decision]]:
    """The pairs with how many faces each has, and decisions on those that could not be looked at.

    Only pairs inside all other bounds are looked at. ``mine/faces.jsonl`` has the faces of both frames. A
    pair at which nobody could look is among neither: nothing is known of it.

    Raises:
        UsageError: there is nothing to find faces by.
    """
    inside = [one for one in measured if gate(one, gates).kept]
    found_with = detector(), package_version("av")
    keys = {one.pair.id: key_of("faces", 1, [one.pair.id, one.measures.box], found_with) for one in inside}
    journal = stages.fill(
        "faces",
        lambda there: [
            Unit((keys[one.pair.id],), FindFaces(paths[one.pair.video], one.pair, one.measures.box))
            for one in inside
            if there.get(keys[one.pair.id]) is None
        ],
        _rows,
    )
    looked: list[Measured] = []
    unreadable: list[Decision] = []
    for one in measured:
        if one.pair.id not in keys:
            looked.append(one)
        elif row := journal.get(keys[one.pair.id]):
            if "reason" in row:
                unreadable.append(Decision(one.pair.id, False, "unreadable"))
            else:
                looked.append(replace(one, faces=max(len(row["input"]), len(row["target"]))))
    return looked, unreadable


def _rows(task: Any, found: Found | str) -> list[dict[str, Any]]:
    if isinstance(found, str):
        return [{"id": task.pair.id, "reason": found}]
    first, last = ([asdict(one) for one in side] for side in found)
    return [{"id": task.pair.id, "input": first, "target": last}]

"""The last stage: candidates with instructions become a benchmark's folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.mining.records import Candidate
from motionedit_bench.mining.written import Written


def build(
    bench: Path, candidates: Sequence[Candidate], written: Mapping[str, Written], test_share: int
) -> list[dict[str, Any]]:
    """Write ``metadata.jsonl``, ``input/ID.png``, ``target/ID.png``; the lines of ``metadata.jsonl`` are returned.

    A candidate becomes an item where something usable is written for it. Pictures are those of
    ``mine/candidates/``; files of earlier items that are none any more are removed.
    """
    raise NotImplementedError

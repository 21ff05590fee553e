"""The last stage: candidates with instructions become a benchmark's folder."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks.base import METADATA
from motionedit_bench.files import json_bytes, make_folder, read_lines, write_whole
from motionedit_bench.mining.kin import Kin
from motionedit_bench.mining.records import Candidate, candidate_folder, split_of
from motionedit_bench.mining.written import Written

ID = re.compile("[0-9a-f]{12}")
"""What `pair_id` gives."""


def build(
    bench: Path, candidates: Sequence[Candidate], written: Mapping[str, Written], test_share: int, kin: Kin
) -> list[dict[str, Any]]:
    """Write ``metadata.jsonl``, ``input/ID.png``, ``target/ID.png``; the lines of the first are returned.

    A candidate becomes an item where something usable is written for it. Its pictures are those in
    ``mine/candidates/``. Pictures of earlier items that are none any more are removed; of no others.
    """
    items = [
        _item(one, written[one.id], split_of(kin.get(one.pair.video, one.pair.video), test_share))
        for one in candidates
        if one.id in written and written[one.id].is_usable
    ]
    named = (str(row.get("id")) for row in read_lines(bench / METADATA))
    earlier = {name for name in named if ID.fullmatch(name)}
    for side in ("input", "target"):
        folder = make_folder(bench / side)
        for item in items:
            _copy(candidate_folder(bench, item["id"]) / f"{side}.png", folder / f"{item['id']}.png")
    write_whole(bench / METADATA, b"".join(json_bytes(item) for item in items))
    for name in earlier - {item["id"] for item in items}:
        for side in ("input", "target"):
            (bench / side / f"{name}.png").unlink(missing_ok=True)
    return items


def _item(one: Candidate, written: Written, split: str) -> dict[str, Any]:
    """A line of ``metadata.jsonl``."""
    source = {"video": one.video.name, "sha256": one.pair.video, "t0": one.pair.t0, "t1": one.pair.t1}
    return {
        "id": one.id,
        "file_name": f"input/{one.id}.png",
        "target_file_name": f"target/{one.id}.png",
        "prompt": written.prompt,
        **({"category": written.category} if written.category else {}),
        "split": split,
        "source": source,
        "measures": one.measures.row(),
    }


def _copy(source: Path, place: Path) -> None:
    content = source.read_bytes()
    if not place.exists() or place.read_bytes() != content:
        write_whole(place, content)

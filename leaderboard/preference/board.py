"""The ranking by direct comparison, as text: strengths, what the order of showing did, and kin."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.preference.families import Family, read_families
from motionedit_bench.leaderboard.preference.kin import kin_table
from motionedit_bench.leaderboard.preference.ratings import by_answering_model, rating_table
from motionedit_bench.scoring.prefer import COMPARISONS

NEEDED = {"item_id", "judge", "model_a", "model_b", "outcome", "orders"}


def preference_board(rows: Sequence[Mapping[str, Any]], families: Sequence[Family]) -> str:
    """All models by all judges together; where one judge was answered for by several models, each apart."""
    one = len({row["judge"] for row in rows}) == 1
    parts = []
    for answered_by, some in by_answering_model(rows) if one else [("", rows)]:
        heading = f"answered by {answered_by}:\n" if answered_by else ""
        parts.append(heading + rating_table(some))
    kin = kin_table(rows, families)
    return "\n\n".join([*parts, *([kin] if kin else [])])


def recorded_board(folder: Path, models: Collection[str]) -> str | None:
    """The same of what `mebench prefer` left in a folder, among these models; ``None`` where it left nothing."""
    path = folder / COMPARISONS
    rows = [
        row
        for row in (read_lines(path) if path.is_file() else ())
        if row.keys() >= NEEDED and {row["model_a"], row["model_b"]} <= set(models)
    ]
    return preference_board(rows, read_families()) if rows else None

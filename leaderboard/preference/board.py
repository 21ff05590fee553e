"""The ranking by direct comparison, as text: strengths, what the order of showing did, and kin."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from tabulate import tabulate

from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.preference.families import Family, read_families
from motionedit_bench.leaderboard.preference.kin import kin_table
from motionedit_bench.leaderboard.preference.planning import places
from motionedit_bench.leaderboard.preference.ratings import flipped, rate
from motionedit_bench.predictions import COMPARISONS

NEEDED = {"item_id", "judge", "model_a", "model_b", "outcome", "orders"}
EXPLAINED = """\
Intervals: bootstrap over items. Flips: of the ties.
#: one more than the models that are told apart as better (99 %)."""


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
    """The same of what `mebench prefer` left in a folder, of these models; ``None`` where it left nothing."""
    path = folder / COMPARISONS
    rows = [
        row
        for row in (read_lines(path) if path.is_file() else ())
        if row.keys() >= NEEDED and {row["model_a"], row["model_b"]} <= set(models)
    ]
    return preference_board(rows, read_families()) if rows else None


def by_answering_model(
    rows: Sequence[Mapping[str, Any]],
) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    """The comparisons of each model that the judge's server used, with its name; one part without a name
    where it stayed with one. Pairs without an answer are in all parts."""
    names = list(dict.fromkeys(row["answered_by"] for row in rows if row.get("answered_by")))
    if len(names) < 2:
        return [("", rows)]
    return [(name, [row for row in rows if row.get("answered_by", name) == name]) for name in names]


def rating_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The ratings as a table, with what is to be known of them below."""
    found = rate(rows)
    place = places(rows)
    cells = [
        (
            place[one.model] or "-",
            one.model,
            "-" if one.share is None else f"{100 * one.share:.1f}",
            "-" if one.ci95 is None else f"[{100 * one.ci95[0]:.1f}, {100 * one.ci95[1]:.1f}]",
            one.won,
            one.ties,
            one.flips,
            f"{one.scored}/{one.expected}",
        )
        for one in sorted(found.models, key=lambda one: list(place).index(one.model))
    ]
    head = ("#", "model", "strength, %", "95 %", "won", "ties", "flips", "scored")
    judges = ", ".join(dict.fromkeys(row["judge"] for row in rows))
    lines = [str(tabulate(cells, head, disable_numparse=True)), ""]
    lines += [f"Bradley-Terry strengths by judge {judges}.", EXPLAINED]
    if found.reason:
        lines.append(f"No strengths: {found.reason}.")
    if found.no_intervals:
        lines.append(f"No intervals: {found.no_intervals}.")
    for judge in dict.fromkeys(row["judge"] for row in rows):
        told = _order_told([row for row in rows if row["judge"] == judge])
        lines += [f"{judge}: {told}" if told and "," in judges else told] if told else []
    return "\n".join(lines)


def _order_told(rows: Sequence[Mapping[str, Any]]) -> str:
    """How much the order in which edits are shown tells in what a judge says."""
    scored = [row for row in rows if row["outcome"] is not None]
    winners = [order["winner"] for row in rows for order in row["orders"]]
    first, second = winners.count("first"), winners.count("second")
    if not scored or not first + second:
        return ""
    flips = sum(map(flipped, scored))
    return (
        f"The order changed the verdict in {flips}/{len(scored)} pairs ({100 * flips / len(scored):.1f} %).\n"
        f"The edit shown first was preferred in {first}/{first + second} answers "
        f"({100 * first / (first + second):.1f} %)."
    )

"""The ranking by direct comparison, as text: strengths, what the order of showing did, judges and kin."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from tabulate import tabulate

from motionedit_bench.leaderboard.preference.conduct import conduct
from motionedit_bench.leaderboard.preference.families import Family, read_families
from motionedit_bench.leaderboard.preference.judges import judges_table
from motionedit_bench.leaderboard.preference.kin import kin_table
from motionedit_bench.leaderboard.preference.planning import places
from motionedit_bench.leaderboard.preference.ratings import rate
from motionedit_bench.scoring.compared import by_judge, read_comparisons
from motionedit_bench.texts import visible_lines

EXPLAINED = """\
Intervals: bootstrap over items. Flips: of the ties.
#: one more than the models that are told apart as better (99 %)."""


def preference_board(rows: Sequence[Mapping[str, Any]], families: Sequence[Family]) -> str:
    """All models by all judges together, then by each; where one judge alone was answered for by several
    models, each apart. Names are as a server or a folder has them, and act on no terminal."""
    parts = []
    for answered_by, some in panels(rows):
        heading = f"answered by {answered_by}:\n" if answered_by else ""
        parts.append(heading + rating_table(some))
    parts += filter(None, (judges_table(by_judge(rows)), kin_table(rows, families)))
    return visible_lines("\n\n".join(parts))


def recorded_board(folder: Path, models: Collection[str], items: Collection[str]) -> str | None:
    """The same of what `mebench prefer` left in a folder, of these models and items; ``None`` where it left
    nothing."""
    rows = read_comparisons(folder, models, items)
    return preference_board(rows, read_families()) if rows else None


def panels(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    """The comparisons that are rated together: all, or, where one judge alone was answered for by several
    models, those of each, with its name. Pairs without an answer are in all parts."""
    if len(by_judge(rows)) > 1:
        return [("", rows)]
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
    judges = by_judge(rows)
    lines = [str(tabulate(cells, head, disable_numparse=True)), ""]
    lines += [f"Bradley-Terry strengths by judge {', '.join(judges)}.", EXPLAINED]
    if found.reason:
        lines.append(f"No strengths: {found.reason}.")
    if found.no_intervals:
        lines.append(f"No intervals: {found.no_intervals}.")
    for judge, own in judges.items():
        told = _order_told(own)
        lines += [f"{judge}: {told}" if told and len(judges) > 1 else told] if told else []
    return "\n".join(lines)


def _order_told(rows: Sequence[Mapping[str, Any]]) -> str:
    """How much the order in which edits are shown tells in what a judge says."""
    found = conduct(rows)
    if not found.scored or not found.decided:
        return ""
    return (
        f"The order changed the verdict in {found.flips}/{found.scored} pairs "
        f"({100 * found.flips / found.scored:.1f} %).\n"
        f"The edit shown first was preferred in {found.first}/{found.decided} answers "
        f"({100 * found.first / found.decided:.1f} %)."
    )

"""Which rows of a board stand together: those that are claimed, or rewrite, never among others; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from motionedit_bench.leaderboard.board import Board, Row
from motionedit_bench.leaderboard.published import SOURCE

PUBLISHED = f"Published: {SOURCE} (other flow and judge: not to be ranked with the above)"
CLAIMED = "Claimed by the submitter, not computed again here: not to be ranked with the above"

REWRITTEN = "Instructions rewritten before the edit: ranked among themselves, not with the above"


@dataclass(frozen=True)
class Block:
    """Rows that stand together, of so many items, below a heading."""

    rows: tuple[Row, ...]
    expected: int
    heading: str | None = None


def blocks(board: Board) -> list[Block]:
    """The models, those that rewrite and those that are claimed apart; then the same by category."""
    found = _apart(board.rows, int(board.bench["items"]))
    for name, rows in board.categories.items():
        count = max((one.items for row in rows for one in row.summaries.values()), default=0)
        found += _apart(rows, count, f"Category {name}, {count} items")
    return found


def _apart(rows: Sequence[Row], expected: int, heading: str | None = None) -> list[Block]:
    own = tuple(row for row in rows if row.source != "claimed" and not row.rewriter)
    found = [Block(own, expected, heading)] if own else []
    rewriting = tuple(row for row in rows if row.source != "claimed" and row.rewriter)
    claimed = tuple(row for row in rows if row.source == "claimed")
    for group, what in ((rewriting, REWRITTEN), (claimed, CLAIMED)):
        if group:
            found.append(Block(group, expected, f"{heading}. {what}" if heading else what))
    return found

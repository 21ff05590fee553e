"""What becomes of a file that lies here and in a store: a pure decision."""

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True)
class Synced:
    """A file when it was the same on both sides, as far as is known.

    Attributes:
        theirs: its mark in the store. ours: its stamp here.
    """

    theirs: str
    ours: str


class Action(Enum):
    """What to do about a file."""

    NOTHING = auto()
    TAKE = auto()
    """Fetch it: the store's is newer, or there is none here."""
    DROP = auto()
    """Remove it here: somebody has removed it there, and there is nothing new in it."""
    PUT = auto()
    """Upload it: ours is newer."""
    CONFLICT = auto()
    """Both sides have changed."""


def decide(theirs: str | None, ours: str | None, known: Synced | None) -> Action:
    """By the file's mark there, its stamp here, ``None`` where there is none, and what both were last.

    >>> decide("b", "1", Synced("a", "1"))
    <Action.TAKE: 2>
    """
    changed_there = theirs != (known.theirs if known else None)
    changed_here = ours != (known.ours if known else None)
    if ours is None:
        return Action.TAKE if theirs is not None else Action.NOTHING
    if changed_there and changed_here:
        return Action.CONFLICT
    if changed_there:
        return Action.DROP if theirs is None else Action.TAKE
    return Action.PUT if changed_here else Action.NOTHING

"""How a submission is to be checked."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """How a submission is to be checked.

    Attributes:
        board: a folder with the ``submissions/`` accepted so far.
        by: who submits, as the platform knows them.
        sample: compute only so many items again, a quick look that verifies nothing; all without it.
        seed: draw the same sample again.
        seen: a person has looked at what looks like a copy.
    """

    board: Path | None = None
    by: str | None = None
    sample: int | None = None
    seed: int | None = None
    seen: bool = False

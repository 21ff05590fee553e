"""How large a submission may be: what an honest one on so many items could need, and not much more.

Everything grows with the benchmark alone, so that a check takes time and memory in proportion to it.
"""

from dataclasses import dataclass

from motionedit_bench.leaderboard.submission.format import (
    CARD,
    CHECKSUMS,
    IMAGES,
    MANIFEST,
    RECORDS,
    SCORES,
    SCORING,
)
from motionedit_bench.metrics.catalogue import BUILT_IN

SIGNATURE = f"{CHECKSUMS}.sig"
"""As OpenSSH calls it; what it signs is not part of what it signs."""

TEXTS = (CARD, SCORES, SCORING, MANIFEST, RECORDS, CHECKSUMS, SIGNATURE)

WAYS = 8
"""In so many ways, such as flows and judges, each metric may be computed."""
ROW = 8_000
"""Bytes of a row on average: those of judges hold their answers."""
LONGEST_LINE = 1_000_000
"""Bytes of one row or record."""
MAX_TEXT, MAX_CARD, MAX_IMAGE = 500_000_000, 100_000, 64_000_000
"""Bytes of one file, however many items there are: of scores, of a card, of an image."""
MEAN_IMAGE = 16_000_000
"""Bytes of an image on average, where there are many."""


@dataclass(frozen=True)
class Bounds:
    """The bounds of a submission on a benchmark of so many items."""

    items: int

    @property
    def files(self) -> int:
        return self.items + len(TEXTS)

    @property
    def rows(self) -> int:
        return self.items * len(BUILT_IN) * WAYS

    @property
    def records(self) -> int:
        """Attempts at edits."""
        return self.items * 20

    @property
    def images(self) -> int:
        """Bytes of all images."""
        return MAX_IMAGE + self.items * MEAN_IMAGE

    def of(self, name: str) -> int:
        """Bytes of one file.

        >>> Bounds(3).of("card.json"), Bounds(3).of("images/item-1.png")
        (100000, 64000000)
        """
        if name.startswith(IMAGES):
            return MAX_IMAGE
        most = {
            CARD: MAX_CARD,
            SIGNATURE: 10_000,
            CHECKSUMS: 10_000 + self.files * 400,
            SCORES: 100_000 + self.rows * ROW,
            RECORDS: 100_000 + self.records * 1_000,
        }
        return min(most.get(name, 1_000_000 + self.items * 2_000), MAX_TEXT)

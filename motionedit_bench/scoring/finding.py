"""What a gauge finds of one edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motionedit_bench.records import Blame, Status


@dataclass(frozen=True)
class Finding:
    """A value with the terms behind it, or the status and reason why there is none.

    ``blame`` says who else than the model is to blame for that; ``versions`` what it turned out to be made
    with, besides what its gauge knew before.
    """

    status: Status
    value: float | None = None
    reason: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    blame: Blame | None = None
    versions: Mapping[str, str] = field(default_factory=dict)

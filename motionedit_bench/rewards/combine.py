"""From what was found of one edit to its reward; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.rewards.mixture import Scale
from motionedit_bench.scoring.finding import Finding


@dataclass(frozen=True)
class Part:
    """One of the rewards that are mixed.

    Attributes:
        name: as the user wrote it. weight: its share of the whole; the shares' sum is 1.
        scale: brings its value to 0..1.
        term: the name of the term that is its value, where that is not the metric's own.
    """

    name: str
    weight: float
    scale: Scale
    term: str | None = None


def combine(parts: Sequence[Part], findings: Mapping[str, Finding]) -> Rewarded:
    """The weighted mean of the parts' rewards, where there is one of each.

    Otherwise there is none, with status and reason of the first part that has none: neither 0, nor what the
    other parts alone would give. In the terms stand all parts, with what is behind each of them.
    """
    found = {part.name: _worth(part, findings[part.name]) for part in parts}
    terms = {part.name: _told(part, *found[part.name]) for part in parts}
    for part in parts:
        _, finding = found[part.name]
        if finding.status != "ok":
            reason = f"{part.name}: {finding.reason or 'no reason given'}"
            return Rewarded(None, finding.status, reason, terms)
    value = math.fsum(part.weight * (found[part.name][0] or 0.0) for part in parts)
    return Rewarded(min(value, 1.0), terms=terms)


def _worth(part: Part, found: Finding) -> tuple[float | None, Finding]:
    """A part's reward and the finding behind it; a value outside its metric's bounds is a failure."""
    if found.status != "ok" or found.value is None:
        return None, found
    value = found.value if part.term is None else float(found.terms[part.term])
    try:
        return part.scale.share(value), replace(found, value=value)
    except ValueError as error:
        return None, Finding("failed", reason=str(error), terms=found.terms)


def _told(part: Part, worth: float | None, found: Finding) -> dict[str, Any]:
    why = {} if found.status == "ok" else {"status": found.status, "reason": found.reason}
    told = {"reward": worth, "weight": part.weight, "value": found.value, "terms": dict(found.terms)}
    return {**told, **why, **({"versions": dict(found.versions)} if found.versions else {})}

"""Rows as they were written before a row said itself which of its fields are its variant."""

from collections.abc import Mapping
from typing import Any

from motionedit_bench.records import Blame

CHOICE = ("flow", "flow_size", "judge", "protocol")
VERSIONS = ("metric_version", "flow_version", "network", "scikit-image", "rubric", "repeats")


def choice(detail: Mapping[str, Any]) -> list[str]:
    """The fields of an old row's detail that the user chose."""
    return [name for name in CHOICE if name in detail]


def versions(detail: Mapping[str, Any]) -> list[str]:
    """The fields of an old row's detail that are versions."""
    return [name for name in VERSIONS if name in detail]


def blame(detail: Mapping[str, Any]) -> Blame | None:
    """A judge that said how it failed is to blame."""
    return "judge" if "outcome" in detail else None

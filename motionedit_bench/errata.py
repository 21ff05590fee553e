"""What is known to be wrong with runs of the past, as far as their manifests tell."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motionedit_bench.predictions import MANIFEST

LONG = 9
"""No first number of a version has so many digits."""


@dataclass(frozen=True)
class Erratum:
    """A fault of some runs' edits; ``found`` says by a manifest whether its run is one of them."""

    name: str
    what: str
    found: Callable[[Mapping[str, Any]], bool]


def errata(manifest: Mapping[str, Any]) -> tuple[Erratum, ...]:
    """The known faults of a run, by its manifest (``run.json``); none where the manifest does not tell."""
    return tuple(erratum for erratum in ERRATA if erratum.found(manifest))


def errata_of(folder: Path, *named: str) -> tuple[Erratum, ...]:
    """The known faults of the run in a folder, if its manifest is there and can be read, and those named."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        manifest = {}
    found = errata(_mapping(manifest))
    return tuple(erratum for erratum in ERRATA if erratum in found or erratum.name in named)


def _pictures_misplaced(manifest: Mapping[str, Any]) -> bool:
    provenance = _mapping(manifest.get("provenance"))
    affected = provenance.get("pipeline") in ("QwenImageEditPipeline", "QwenImageEditPlusPipeline")
    if not affected or provenance.get("corrections"):
        return False
    sessions = manifest.get("sessions")
    if not isinstance(sessions, list):
        return False
    packages = [_mapping(_mapping(session).get("packages")) for session in sessions]
    return any(_major(own.get("transformers")) >= 5 for own in packages)


def _black_pictures_kept(manifest: Mapping[str, Any]) -> bool:
    provenance = _mapping(manifest.get("provenance"))
    return manifest.get("adapter") == "anyedit" and bool(provenance) and "withheld" not in provenance


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _major(version: Any) -> int:
    """The first number of a version, 0 where there is none that a version has.

    >>> _major("5.24.0"), _major("4.57.1"), _major(None)
    (5, 4, 0)
    >>> _major("9" * 5000)
    0
    """
    first = str(version).partition(".")[0]
    return int(first) if first.isdecimal() and len(first) < LONG else 0


ERRATA = (
    Erratum(
        "picture-positions",
        "made by transformers 5 with the tokens of the input picture at wrong positions",
        _pictures_misplaced,
    ),
    Erratum(
        "black-pictures",
        "recorded as edits even where the safety checker had put a black picture in their place",
        _black_pictures_kept,
    ),
)

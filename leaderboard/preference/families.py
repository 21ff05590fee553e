"""Which judges and models are akin, by a table that the user can edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any

from motionedit_bench.errors import UsageError
from motionedit_bench.files import read_toml


@dataclass(frozen=True)
class Family:
    """Patterns of the names of judges and of models that are akin; see ``families.toml``."""

    name: str
    judges: tuple[str, ...]
    models: tuple[str, ...]


def read_families(path: Path | None = None) -> list[Family]:
    """Families from a TOML file; without one, those that come with the harness.

    Raises:
        UsageError: it cannot be read, or is not of that form.
    """
    source = path or files(__package__).joinpath("families.toml")
    try:
        content = read_toml(source.read_text(encoding="utf-8-sig"))
        return [
            Family(name, _patterns(table.pop("judges")), _patterns(table.pop("models")), **table)
            for name, table in content.items()
        ]
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"--families {path} cannot be used ({type(error).__name__}: {error}): it needs, for each family, "
            "a table [NAME] with judges and models, lists of patterns"
        ) from error


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("patterns must be a list of texts")
    return tuple(one.casefold() for one in value)


def akin(row: Mapping[str, Any], families: Sequence[Family]) -> list[tuple[str, str]]:
    """(model, family) of the models in a row of ``comparisons.jsonl`` that are of its judge's own family."""
    judge = [str(row[name]).casefold() for name in ("judge", "answered_by") if row.get(name)]
    return [
        (row[side], family.name)
        for side in ("model_a", "model_b")
        for family in families
        if any(_matches(name, family.judges) for name in judge)
        and _matches(row[side].casefold(), family.models)
    ]


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)

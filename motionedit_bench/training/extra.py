"""Packages that only trainings need, with a word on what to install where one is missing."""

from importlib import import_module
from typing import Any

from motionedit_bench.errors import UsageError


def needed(module: str) -> Any:
    """A module of the extra ``train``.

    Raises:
        UsageError: its package is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise UsageError(
            f"training needs the package {package}: pip install 'motionedit-bench[train]'"
        ) from error

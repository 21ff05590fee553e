"""Packages that some pipelines need beside those of the harness; each is an extra of its name."""

from collections.abc import Collection

from motionedit_bench.errors import AdapterError
from motionedit_bench.provenance import package_version


def missing(packages: Collection[str]) -> str | None:
    """Which of them is not installed, the first; ``None`` where all are."""
    return next((name for name in packages if not package_version(name)), None)


def check_installed(packages: Collection[str], pipeline: str) -> None:
    """Make sure that they are there: without them, a pipeline would fail at every item or read it otherwise.

    Raises:
        AdapterError: one is not.
    """
    if lacking := missing(packages):
        raise AdapterError(
            f"{pipeline} needs the package {lacking}: pip install 'motionedit-bench[{lacking}]'"
        )

"""Model repositories of the hub before anything of them is fetched: their terms, and held commits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, constants
from huggingface_hub.utils import validate_repo_id

from motionedit_bench import hub
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.files import json_bytes, read_json, write_whole

ON_HUB = re.compile(r"(?P<id>[^/@]+/[^/@]+)(?:@(?P<revision>.+?))?(?:/(?P<file>.+\.safetensors))?")
"""``ORG/NAME[@REVISION][/FILE.safetensors]``."""


@dataclass(frozen=True)
class Repository:
    """A model repository at a commit, as the hub describes it.

    Attributes:
        licence: as its card states it; ``None`` where it does not.
        gated: how access is granted, ``auto`` or ``manual``; ``None`` where all have it.
        size: bytes of all files that may be fetched; ``None`` where the hub could not be asked.
    """

    name: str
    commit: str
    licence: str | None = None
    gated: str | None = None
    size: int | None = None

    def __str__(self) -> str:
        gate = f", gated ({self.gated}): accept at {constants.ENDPOINT}/{self.name}" if self.gated else ""
        size = "" if self.size is None else f", up to {told(self.size)}"
        return f"{self.name} at {self.commit[:12]}: licence {self.licence or 'not stated'}{gate}{size}"


def told(count: int | None) -> str:
    """
    >>> told(3_500_000), told(24_000_000_000)
    ('3.5 MB', '24.0 GB')
    """
    number = float(count or 0)
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def look_up(reference: str) -> Repository:
    """What the hub says of ``ORG/NAME[@REVISION]``; the copy that is cached where it must not be asked.

    Raises:
        AdapterError: no such repository or revision, no access, or no hub and no cached copy.
    """
    name, revision = hub.split_revision(reference)
    if hub.is_offline():
        return Repository(name, hub.snapshot(name, revision, fetched=True).name)
    with hub.hub_errors(name, revision):
        about = HfApi().model_info(name, revision=revision, timeout=hub.TIMEOUT, files_metadata=True)
    files = (file for file in about.siblings or () if not file.rfilename.endswith(hub.NOT_LOADED_ENDS))
    card: Any = about.card_data or {}
    licence = card.get("license_name") or card.get("license")
    gated = str(about.gated) if about.gated else None
    size = sum(file.size or 0 for file in files)
    return Repository(name, str(about.sha), None if licence is None else str(licence), gated, size)


def check_named(reference: str) -> None:
    """Make sure that ``ORG/NAME[@REVISION]`` can name a repository, or is a folder here; nobody is asked.

    Raises:
        AdapterError: it does neither.
    """
    name, revision = hub.split_revision(reference)
    if not Path(reference).expanduser().is_dir():
        with hub.hub_errors(name, revision):
            validate_repo_id(name)


def on_hub(references: Iterable[str | None]) -> list[str]:
    """Those that name a repository of the hub, ``ORG/NAME[@REVISION]``; what is a folder here does not.

    >>> on_hub(["org/name@v1", "org/name/file.safetensors", None, "no/such/folder/here", "."])
    ['org/name@v1', 'org/name']
    >>> on_hub(["org/name@refs/pr/1", "org/name@v1/a/b.safetensors"])
    ['org/name@refs/pr/1', 'org/name@v1']
    """
    found = []
    for reference in references:
        match = ON_HUB.fullmatch(reference or "")
        if match and not Path(match.string).expanduser().exists():
            revision = f"@{match['revision']}" if match["revision"] else ""
            found.append(match["id"] + revision)
    return found


def hold(path: Path, found: Sequence[Repository]) -> None:
    """Make sure that repositories are at the commits that a lock file holds; it learns those that it lacks.

    The file: ``{"format": 1, "models": {"ORG/NAME": {"commit": ..., "licence": ...}}}``.

    Raises:
        UsageError: one is at another commit. StorageError: the file is damaged or cannot be written.
    """
    locked = _read(path)
    for one in found:
        held = locked.get(one.name, {}).get("commit", one.commit)
        if held != one.commit:
            raise UsageError(
                f"{path} holds {one.name} at {held}, and it would be loaded at {one.commit}: "
                f"name {one.name}@{held}, or take it out of the lock"
            )
    new = {
        one.name: {"commit": one.commit, "licence": one.licence} for one in found if one.name not in locked
    }
    if new:
        models = dict(sorted((locked | new).items()))
        write_whole(path, json_bytes({"format": 1, "models": models}, indent=1))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = read_json(path.read_bytes())
        return {name: {**one, "commit": str(one["commit"])} for name, one in content["models"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StorageError(f"the lock {path} is damaged ({error}): mend or remove it") from error

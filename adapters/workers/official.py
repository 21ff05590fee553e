"""A model's official code as a worker, in the environment that ``mebench worker setup`` made for it."""

import os
from itertools import takewhile
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.base import Settings
from motionedit_bench.adapters.workers.base import WorkerAdapter, WorkerSettings
from motionedit_bench.adapters.workers.process import Launch
from motionedit_bench.adapters.workers.setup import (
    PROGRAMS,
    Official,
    Place,
    find_place,
    missing,
    revision_of,
)
from motionedit_bench.errors import UsageError
from motionedit_bench.pinning import on_hub
from motionedit_bench.progress import warn

VISIBLE = "CUDA_VISIBLE_DEVICES"


class OfficialSettings(WorkerSettings):
    repo: Path | None = Field(None, exclude=True, description="another checkout than that of the setup")
    python: Path | None = Field(None, exclude=True, description="another Python than that of the setup")
    steps: int = Field(50, ge=1, description="denoising steps")


class OfficialWorker(WorkerAdapter):
    """A model's official code, by a program of ``programs/`` in an environment of its own.

    A subclass is a declaration: `official` (where the code is, what it needs), `default_model`,
    `Settings`, `sources` (where each value is from), `size_rule` (what size the edit has), `licence`.
    What `Settings` adds to `OfficialSettings` goes to the program as it is.
    """

    Settings: ClassVar[type[Settings]] = OfficialSettings
    settings: OfficialSettings
    default_model: ClassVar[str]

    official: ClassVar[Official]
    size_rule: ClassVar[str]
    licence: ClassVar[str]
    sources: ClassVar[dict[str, str]]

    @classmethod
    def state(cls) -> str:
        """``ready``, or what is missing; neither weights nor memory are looked at."""
        return missing(cls.official) or "ready"

    def place(self) -> Place:
        """The checkout and the Python that run it: those that were set, else those of the setup.

        Raises:
            AdapterError: neither, or they are gone.
        """
        return find_place(self.official, self.settings.repo, self.settings.python)

    def load(self) -> None:
        """Start it, after a word where it will not be recorded which commit ran."""
        place = self.place()
        if revision_of(place.repo) is None:
            warn(f"{place.repo} is no git checkout: which commit of {self.official.url} ran is not recorded")
        super().load()

    def repositories(self) -> list[str]:
        beside = (getattr(self.settings, name, None) for name in ("base", "flux", "siglip"))
        return on_hub([self.model, *beside])

    def launch(self, log: Path) -> Launch:
        place = self.place()
        device, gpu = one_gpu(self.device, os.environ.get(VISIBLE))
        program = PROGRAMS / f"{self.official.name}.py"
        own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        return Launch(
            command=[str(place.python), str(program), str(place.repo)],
            log=log,
            timeout=self.settings.timeout,
            start_timeout=self.settings.start_timeout,
            hello={
                "model": self.model,
                "device": device,
                "settings": self.settings.model_dump(mode="json"),
            },
            environment=own | {"PYTHONNOUSERSITE": "1"} | gpu,
        )

    def provenance(self) -> dict[str, Any]:
        """What was loaded, by which commit of the official code, and where each setting is from."""
        chosen = {*self.settings.model_fields_set, *({"model"} if self.model != self.default_model else ())}
        return {
            "model": self.model,
            **super().provenance(),
            "official_code": {"url": self.official.url, "commit": revision_of(self.place().repo)},
            "size": self.size_rule,
            "sources": {
                name: "set for this run" if name in chosen else source
                for name, source in self.sources.items()
            },
        }


def one_gpu(device: str, visible: str | None) -> tuple[str, dict[str, str]]:
    """What the official code is told and its environment says, for ``cuda:N`` to be all that it sees.

    Much of that code says ``cuda`` and means the first GPU. ``visible`` is CUDA_VISIBLE_DEVICES as it
    is, numbers or UUIDs, in which N counts from 0.

    >>> one_gpu("cuda:1", "4,GPU-5ae1c9,7"), one_gpu("cuda:1", None), one_gpu("auto", "4")
    (('cuda', {'CUDA_VISIBLE_DEVICES': 'GPU-5ae1c9'}), ('cuda', {'CUDA_VISIBLE_DEVICES': '1'}), ('auto', {}))

    Raises:
        UsageError: CUDA_VISIBLE_DEVICES does not reach that far.
    """
    kind, _, number = device.partition(":")
    if kind != "cuda" or not number:
        return device, {}
    if visible is None:
        return kind, {VISIBLE: number}
    # CUDA takes them up to the first that it does not know.
    names = list(takewhile(lambda name: name not in ("", "-1"), map(str.strip, visible.split(","))))
    if int(number) >= len(names):
        raise UsageError(f"no device {device}: {VISIBLE}={visible} shows {len(names)} of the GPUs")
    return kind, {VISIBLE: names[int(number)]}


def official_of(name: str) -> Official:
    """The official code behind an adapter's name.

    Raises:
        UsageError: no such adapter, or one that runs no official code.
    """
    from motionedit_bench.adapters import ADAPTERS

    kind = ADAPTERS.get(name)
    if not issubclass(kind, OfficialWorker):
        raise UsageError(f"adapter {name} needs no environment of its own: there is nothing to set up")
    return kind.official

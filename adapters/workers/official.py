"""A model's official code as a worker, in the environment that ``mebench worker setup`` made for it."""

import os
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

    def launch(self, log: Path) -> Launch:
        place = self.place()
        program = PROGRAMS / f"{self.official.name}.py"
        own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        return Launch(
            command=[str(place.python), str(program), str(place.repo)],
            log=log,
            timeout=self.settings.timeout,
            start_timeout=self.settings.start_timeout,
            hello={
                "model": self.model,
                "device": self.device,
                "settings": self.settings.model_dump(mode="json"),
            },
            environment=own | {"PYTHONNOUSERSITE": "1"},
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

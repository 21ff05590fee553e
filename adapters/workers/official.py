"""A model's official code as a worker, in the environment that ``mebench worker setup`` made for it."""

from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from motionedit_bench.adapters.base import Settings
from motionedit_bench.adapters.workers.base import WorkerAdapter, WorkerSettings
from motionedit_bench.errors import UsageError
from motionedit_bench.pinning import on_hub
from motionedit_bench.progress import warn
from motionedit_bench.workers.launching import launch_of
from motionedit_bench.workers.process import Launch
from motionedit_bench.workers.setup import (
    Official,
    Place,
    find_place,
    missing,
    revision_of,
)


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
        return launch_of(
            self.official,
            self.place(),
            log,
            self.device,
            {"model": self.model, "settings": self.settings.model_dump(mode="json")},
            (self.settings.timeout, self.settings.start_timeout),
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

"""What a run or a scoring needs from elsewhere: whether it is here, its size, and how it is brought."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from motionedit_bench import cache, hub, weights
from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.benchmarks.declared import declared
from motionedit_bench.benchmarks.hub import open_declared, open_hub
from motionedit_bench.errors import MebenchError, UsageError
from motionedit_bench.metrics.networks.embedding import FILES, WEIGHTS, locate


class Need(ABC):
    """One thing that is needed.

    Attributes:
        name: what it is called. source: where it comes from.
    """

    name: str
    source: str

    @abstractmethod
    def is_here(self) -> bool:
        """Whether it is on this machine; nobody is asked."""

    def size(self) -> int | None:
        """About how many bytes are to be brought; ``None`` where that is not known.

        Raises:
            MebenchError: whoever knows cannot be asked.
        """
        return None

    def repositories(self) -> list[str]:
        """The hub's model repositories that it takes files from, each ``ORG/NAME[@REVISION]``."""
        return []

    @abstractmethod
    def bring(self) -> None:
        """Bring it.

        Raises:
            MebenchError: it cannot be had; the text says what to do.
        """


@dataclass(frozen=True)
class DataSet(Need):
    """A benchmark of the hub, at a revision; ``chosen`` are its columns, as in `open_hub`."""

    name: str
    repository: str
    revision: str | None
    chosen: Mapping[str, str] | None = None
    source: str = "the hub"

    def is_here(self) -> bool:
        return _is_cached(self.repository, self.revision, "dataset")

    def size(self) -> int | None:
        return hub.bytes_of(self.repository, self.revision, "dataset")

    def bring(self) -> None:
        hub.snapshot(self.repository, self.revision, "dataset")
        about, file, _ = declared(self.name) or (None, None, None)
        if about is not None and file is not None:
            open_declared(about, file, self.revision, self.chosen, fetched=True)
        else:
            open_hub(self.repository, self.revision, self.chosen, fetched=True)


@dataclass(frozen=True)
class Embedded(Need):
    """A benchmark that is built here."""

    name: str
    source: str = "built here"

    def is_here(self) -> bool:
        return any(cache.location().glob(f"{self.name}-v*"))

    def bring(self) -> None:
        open_benchmark(self.name)


@dataclass(frozen=True)
class Repository(Need):
    """All of a model's repository at a revision, without weights in forms that are not loaded."""

    name: str
    repository: str
    revision: str | None
    source: str = "the hub"

    def is_here(self) -> bool:
        return _is_cached(self.repository, self.revision, "model")

    def size(self) -> int | None:
        return hub.bytes_of(self.repository, self.revision)

    def repositories(self) -> list[str]:
        return [f"{self.repository}@{self.revision}" if self.revision else self.repository]

    def bring(self) -> None:
        hub.snapshot(self.repository, self.revision)


@dataclass(frozen=True)
class Encoder(Need):
    """An image encoder of the hub: its settings, and its weights in one file."""

    name: str
    kind: str
    model: str
    source: str = "the hub"

    def is_here(self) -> bool:
        repository, revision = hub.split_revision(self.model)
        there = [hub.cached(repository, revision, file) for file in FILES]
        return all(there) and any(hub.cached(repository, revision, file) for file in WEIGHTS)

    def bring(self) -> None:
        locate(self.model, f"--{self.kind}-model")


@dataclass(frozen=True)
class Published(Need):
    """One of the published files of `motionedit_bench.weights`."""

    name: str
    weights: str
    source: str = "publisher, registry"

    def is_here(self) -> bool:
        return weights.is_here(self.weights)

    def size(self) -> int | None:
        return weights.CATALOGUE[self.weights].megabytes * 10**6

    def bring(self) -> None:
        weights.get(self.weights)


@dataclass(frozen=True)
class Model(Need):
    """What an adapter loads."""

    name: str
    adapter: Adapter

    @property
    def source(self) -> str:  # type: ignore[override]
        return self.adapter.model or "needs nothing"

    def is_here(self) -> bool:
        return self.adapter.is_fetched()

    def repositories(self) -> list[str]:
        return self.adapter.repositories()

    def bring(self) -> None:
        self.adapter.fetch()


@dataclass(frozen=True)
class Elsewhere(Need):
    """What is asked each time, so that it cannot be brought: a server, or a store."""

    name: str
    source: str

    @property
    def why(self) -> str:
        """Why it cannot be brought."""
        return "needs a network each time"

    def is_here(self) -> bool:
        return False

    def bring(self) -> None:
        raise UsageError(f"{self.name} cannot be brought: {self.why}")


@dataclass(frozen=True)
class ByItself(Elsewhere):
    """What a program of its own fetches when it starts; ``references`` are what it takes from the hub, and
    ``advice`` says how to have it do so."""

    references: tuple[str, ...]
    advice: str

    @property
    def why(self) -> str:
        return f"its own program fetches it: where there is a network, {self.advice}"

    def is_here(self) -> bool:
        return all(_is_cached(*hub.split_revision(one), "model") for one in self.references)

    def repositories(self) -> list[str]:
        return list(self.references)


@dataclass(frozen=True)
class Ready(Need):
    """What needs nothing from elsewhere."""

    name: str
    source: str

    def is_here(self) -> bool:
        return True

    def bring(self) -> None:
        return None


def _is_cached(repository: str, revision: str | None, kind: Literal["model", "dataset"]) -> bool:
    try:
        hub.snapshot(repository, revision, kind, fetched=True)
    except MebenchError:
        return False
    return True


__all__ = [
    "ByItself",
    "DataSet",
    "Elsewhere",
    "Embedded",
    "Encoder",
    "Model",
    "Need",
    "Published",
    "Ready",
    "Repository",
]

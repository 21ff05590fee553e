"""From what a user means to do without a network to what that needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench import weights
from motionedit_bench.adapters import find_adapter, parse_settings
from motionedit_bench.adapters.workers.official import OfficialWorker
from motionedit_bench.benchmarks import EMBEDDED
from motionedit_bench.benchmarks.columns import parse_choice
from motionedit_bench.benchmarks.declared import declared
from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.hub import split_revision
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.catalogue import JUDGED
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.instruments import CLIP_MODEL, DINO_MODEL
from motionedit_bench.metrics.judge import COMPUTED, KINDS
from motionedit_bench.metrics.judge.official import JUDGES
from motionedit_bench.metrics.judge.providers import PROVIDERS
from motionedit_bench.pinning import on_hub
from motionedit_bench.prefetching.needs import (
    ByItself,
    DataSet,
    Elsewhere,
    Embedded,
    Encoder,
    Model,
    Need,
    Published,
    Ready,
    Repository,
)
from motionedit_bench.stores.url import is_url, place

ENCODERS = {"clip": CLIP_MODEL, "dino": DINO_MODEL}


@dataclass(frozen=True)
class Plan:
    """What is to be done without a network; names as the commands take them.

    Attributes:
        model, settings: of the adapter, where it is one.
        flow: the benchmark's own where it is ``None``.
    """

    bench: str | None = None
    adapters: tuple[str, ...] = ()
    model: str | None = None
    settings: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    flow: str | None = None
    judges: tuple[str, ...] = ()

    def needs(self) -> list[Need]:
        """All that it needs, each thing once.

        Raises:
            UsageError: an unknown name, or nothing is named; a model for several adapters.
        """
        if (self.model or self.settings) and len(self.adapters) != 1:
            raise UsageError("--model and --set go with one adapter: name it with --adapters")
        found = [*self._bench(), *self._models(), *self._flow(), *self._metrics(), *self._judges()]
        if not found:
            raise UsageError("say what to bring: --bench, --adapters, --metrics, --flow, --judge")
        return list({need.name: need for need in found}.values())

    def _bench(self) -> Iterator[Need]:
        if self.bench is None:
            return
        spec, _, columns = self.bench.partition("#")
        if not spec:
            raise UsageError(f"--bench {self.bench!r} names no benchmark")
        if spec in EMBEDDED:
            yield Embedded(spec)
        elif is_url(spec):
            yield Elsewhere(str(place(spec)), "a store")
        elif Path(spec).is_dir():
            yield Ready(spec, "a folder here")
        else:
            yield self._data_set(spec, parse_choice(columns) if columns else None)

    def _data_set(self, spec: str, chosen: Mapping[str, str] | None) -> Need:
        known = declared(spec)
        if known is None:
            return DataSet(spec, *split_revision(spec), chosen)
        about, file, revision = known
        if file is not None and (file.parent / about.data).is_dir():
            return Ready(spec, "a folder here")
        return DataSet(spec, about.data, revision, chosen)

    def _models(self) -> Iterator[Need]:
        for name in self.adapters:
            kind = find_adapter(name)
            made = kind(parse_settings(kind.Settings, self.settings), self.model)
            if made.bill is not None:
                yield Elsewhere(name, "a server")
            elif issubclass(kind, OfficialWorker) and (references := made.repositories()):
                how = f"`mebench worker setup {name}`, then `mebench run --adapter {name} --limit 1`"
                yield ByItself(name, references[0], tuple(references), how)
            else:
                yield Model(name, made)

    def _flow(self) -> Iterator[Need]:
        known = declared(self.bench.partition("#")[0]) if self.bench and self.metrics else None
        flow = self.flow or (known[0].flow if known else None)
        if flow is None:
            return
        FLOWS.get(flow)
        name = f"flow {flow}"
        yield Published(name, flow) if flow in weights.CATALOGUE else Ready(name, "computed")

    def _metrics(self) -> Iterator[Need]:
        for name in self.metrics:
            if name in JUDGED:
                yield Ready(f"metric {name}", "by --judge")
                continue
            kind = METRICS.get(name)
            encoder = getattr(kind, "encoder", None)
            if kind.weights is not None:
                for one in weights.members(kind.weights):
                    yield Published(f"weights {one}", one)
            elif encoder in ENCODERS:
                yield Encoder(ENCODERS[encoder], encoder, ENCODERS[encoder])

    def _judges(self) -> Iterator[Need]:
        for spec in self.judges:
            kind, _, name = spec.partition(":")
            if spec in COMPUTED:
                yield Ready(f"judge {spec}", "computed")
            elif kind in PROVIDERS and name:
                yield Elsewhere(f"judge {spec}", "a server")
            elif kind == "worker" and "=" in name:
                yield Ready(f"judge {spec}", "a program of yours")
            elif kind == "worker" and name in JUDGES:
                settings, how = (
                    JUDGES[name].settings,
                    f"`mebench worker setup {name}`, then score an edit by it",
                )
                references = tuple(on_hub([settings.get(one) or None for one in ("model", "base", "lora")]))
                yield ByItself(f"judge {spec}", "the hub", references, how)
            elif kind != "local" or not name:
                raise unknown_name("judge", spec, KINDS)
            elif Path(name).is_dir():
                yield Ready(f"judge {spec}", "a folder here")
            else:
                yield Repository(f"judge {spec}", *split_revision(name))

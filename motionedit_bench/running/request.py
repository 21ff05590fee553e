"""A run as a user asks for it, and all that becomes of the request before anything is edited."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from motionedit_bench.adapters import Adapter, find_adapter, parse_settings, short_name
from motionedit_bench.benchmarks import DEFAULT, Benchmark, open_benchmark
from motionedit_bench.benchmarks.shard import Shard
from motionedit_bench.engines import Engine
from motionedit_bench.engines.cluster import Cluster
from motionedit_bench.errors import AdapterError, UsageError
from motionedit_bench.offline import brought_by
from motionedit_bench.predictions import SEEDS, is_of_a_run, model_name
from motionedit_bench.progress import warn
from motionedit_bench.records import Item
from motionedit_bench.running.editing import ByName, Edited, EditTask
from motionedit_bench.running.run import Outcome, finished, run
from motionedit_bench.running.spending import forecast, spent
from motionedit_bench.running.verifying import Verification, verify
from motionedit_bench.stores import Place, Url, reading, writing


@dataclass(frozen=True)
class Request:
    """Which model edits which items, and where the edits go; what is ``None`` is chosen for the user.

    Attributes:
        adapter: a name, or ``path/to/file.py:CLASS``. settings: ``KEY=VALUE`` texts.
        bench: see `open_benchmark`; the paper's where it is ``None``. out: the model's own folder.
        limit, ids: only so many items, or only these. workers: processes, on the GPUs in turn.
        cluster: the Ray cluster that edits; this machine where it is ``None``.
        shard: every N-th of the items, edited into a place of its own beside ``out``.
        batch: items in one call of the model, where it takes several.
        lock: a file that holds the commits of models; see `motionedit_bench.pinning.hold`.
        max_calls, max_cost, prices: limits where edits are paid for, the second in US dollars, by the
            built-in prices or those in a file; earlier sessions of the run count.
        opened: the benchmark, where it is open already.
        further: whether ``seed`` is a further one, whose edits go into ``seeds/`` in the model's folder.
    """

    adapter: str
    bench: str | None = None
    out: Place | None = None
    model: str | None = None
    settings: tuple[str, ...] = ()
    limit: int | None = None
    ids: tuple[str, ...] | None = None
    seed: int = 42
    workers: int = 1
    device: str = "auto"
    cluster: Cluster | None = None
    shard: Shard | None = None
    batch: int = 1
    max_calls: int | None = None
    max_cost: float | None = None
    prices: Path | None = None
    lock: Path | None = None
    opened: Benchmark | None = None
    further: bool = False

    @cached_property
    def made(self) -> Adapter:
        """The adapter, with nothing loaded yet.

        Raises:
            UsageError: there is none of that name, or a setting, model or batch that it does not take.
        """
        kind = find_adapter(self.adapter)
        if self.batch > 1 and not kind.batches:
            raise UsageError(f"{self.adapter} edits one item a call: leave out --batch")
        if self.batch > 1 and (self.workers > 1 or self.cluster is not None):
            raise UsageError("--batch goes with one process: share items out over several by --shard I/N")
        made = kind(parse_settings(kind.Settings, self.settings), self.model, self.device)
        if any(one is not None for one in (self.max_calls, self.max_cost, self.prices)):
            self._limit(made)
        return made

    def _limit(self, adapter: Adapter) -> None:
        if adapter.bill is None:
            raise UsageError(f"{self.adapter} costs nothing: leave out --max-calls, --max-cost, --prices")
        if self.workers > 1 or self.cluster is not None:
            raise UsageError("limits of cost go with one process: use --set concurrency=N in it")
        adapter.bill.limit(self.max_calls, self.max_cost, self.prices)

    @property
    def recipe(self) -> ByName:
        """How such an adapter is made elsewhere."""
        return ByName(self.adapter, self.settings, self.model, Path.cwd())

    @cached_property
    def folder(self) -> Place:
        """The folder that edits go to.

        Raises:
            UsageError: a shard, or a further seed, in a store.
        """
        out = self.out or Path("preds") / short_name(self.adapter)
        if self.shard is not None:
            out = self.shard.place(out) / model_name(self.shard.here(out))
        if not self.further:
            return out
        if isinstance(out, Url):
            raise UsageError(f"--seeds goes with folders here, and {out} is in a store")
        return out / SEEDS / str(self.seed)

    @cached_property
    def benchmark(self) -> Benchmark:
        whole = self.opened or open_benchmark(self.bench or DEFAULT)
        return whole.part(self.shard, self.limit, self.ids) if self.shard else whole

    @cached_property
    def items(self) -> Sequence[Item]:
        return self.benchmark.items if self.shard else self.benchmark.select(self.limit, self.ids)

    def there(self) -> int:
        """How many of the items have their edit already."""
        with reading(self.folder) as folder:
            done = finished(folder)
        return sum(item.id in done for item in self.items)

    def cost(self, edits: int) -> str | None:
        """About what so many edits will cost; ``None`` where they cost nothing."""
        if self.made.bill is None:
            return None
        with reading(self.folder) as folder:
            return forecast(self.made, edits, spent(folder))

    def run(self) -> Outcome:
        """Edit what is not there yet; see `motionedit_bench.running.run.run`."""
        self._look_up()
        made, engine = self.made, self._engine()
        name, benchmark, items = short_name(self.adapter), self.benchmark, self.items
        with self._missing_is_told(), writing(self.folder, "run", is_of_a_run) as folder:
            return run(name, made, benchmark, items, folder, self.seed, engine)

    def verify(self, count: int) -> Verification:
        """Edit so many finished items again; see `motionedit_bench.running.verifying.verify`."""
        self._look_up()
        made, engine = self.made, self._engine()
        name, benchmark, items = short_name(self.adapter), self.benchmark, self.items
        with self._missing_is_told(), reading(self.folder) as folder:
            return verify(name, made, benchmark, items, folder, self.seed, count, engine)

    @contextmanager
    def _missing_is_told(self) -> Iterator[None]:
        """Say by which command a model is brought that is not here, where nobody may be asked for it."""
        try:
            yield
        except AdapterError as error:
            from motionedit_bench import hub

            if not isinstance(error, hub.HubUnreachable) or not hub.is_offline():
                raise
            words = ["--adapters", self.adapter, *(["--model", self.model] if self.model else [])]
            words += [word for setting in self.settings for word in ("--set", setting)]
            raise AdapterError(f"{error}; {brought_by(*words)}") from error

    def _look_up(self) -> None:
        """Say the terms of what is to be fetched, and hold it to the lock, before anything is.

        Raises:
            UsageError: a model is at another commit than the lock says.
            AdapterError: a lock is to be kept, and the hub cannot be asked.
        """
        to_fetch, references = not self.made.is_fetched(), self.made.repositories()
        if self.lock is None and not to_fetch:
            return
        from motionedit_bench import hub, pinning  # which take long to import

        if self.lock is None and hub.is_offline():
            return
        if self.lock is not None and not references:
            self._say_that_nothing_is_held()
            return
        try:
            found = [pinning.look_up(reference) for reference in references]
        except AdapterError:
            if self.lock is None:
                return  # whoever loads it says what is wrong
            raise
        for one in found if to_fetch else ():
            warn(f"to be fetched: {one}")
        if self.lock is not None:
            pinning.hold(self.lock, found)

    def _say_that_nothing_is_held(self) -> None:
        model, why = self.made.model, "it takes no files from the hub"
        if self.made.bill is not None:
            why = "at most, records say which version its server used (served_model)"
        elif model is not None and not Path(model).expanduser().exists():
            return  # whoever loads it says what is wrong
        warn(f"--lock holds nothing of {self.adapter}: {why}")

    def _engine(self) -> Engine[EditTask, Edited] | None:
        """Who edits, where that is not the adapter in this process."""
        engine: Engine[EditTask, Edited] | None = None
        if self.cluster is not None:
            from motionedit_bench.engines.ray import Replicas

            engine = Replicas(self.recipe, self.cluster, self.device)
        elif self.workers > 1:
            from motionedit_bench.engines.processes import Processes

            engine = Processes(self.recipe, self.workers, self.device)
        elif self.batch > 1:
            from motionedit_bench.running.batches import Batches

            engine = Batches(self.made, self.items, self.batch, self.seed)
        return engine

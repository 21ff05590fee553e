"""A benchmark from a folder in an object store; its pictures are fetched when they are asked for."""

from motionedit_bench.benchmarks.base import METADATA, Benchmark
from motionedit_bench.benchmarks.folder import read_items
from motionedit_bench.errors import BenchmarkError
from motionedit_bench.records import Picture
from motionedit_bench.stores import Url, place
from motionedit_bench.stores.fetched import Fetched

AHEAD = 64
"""So many pictures are fetched with one that is not here yet: those that are named after it."""


def open_stored(spec: str) -> Benchmark:
    """The benchmark described by ``metadata.jsonl`` in that folder of a store; see `open_folder`.

    Raises:
        BenchmarkError: there is no such file, or it does not keep its format.
        StorageError, UsageError: see `motionedit_bench.stores.store.Store`.
    """
    url = place(spec)
    if not isinstance(url, Url):
        raise ValueError(f"{spec} is no address of a store")
    files = Fetched(url)
    if METADATA not in files.marks:
        raise BenchmarkError(f"benchmark folder {url} has no {METADATA}: only such can be read from a store")
    named: dict[str, int] = {}

    def find(name: str, where: str) -> Picture:
        if name not in files.marks:
            raise BenchmarkError(f"{where}: image {name!r} does not exist")
        named.setdefault(name, len(named))

        def read() -> bytes:
            if not files.here(name).exists():
                first = named[name]
                files.fetch(list(named)[first : first + AHEAD])
            return files.read(name)

        return Picture(f"{url}/{name}", read)

    items = read_items(files.read(METADATA), f"{url}/{METADATA}", find)
    return Benchmark(name=url.name, spec=str(url), items=items)

"""Files of a store, fetched into the cache when they are asked for, and once."""

import threading
from collections.abc import Iterable
from pathlib import Path

from motionedit_bench import cache
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.progress import Progress
from motionedit_bench.records import digest_of
from motionedit_bench.stores.store import Store
from motionedit_bench.stores.url import Url

AT_ONCE = 16
"""So many files are in memory at a time."""


class Fetched:
    """The files of a folder in a store as they were when it was looked at.

    Each is kept in the cache by its address and its mark, so that one that has changed is fetched again.
    Safe to use from many threads.

    Raises (on construction, and by its methods):
        StorageError, UsageError: see `Store`.
    """

    def __init__(self, url: Url, depth: int | None = None) -> None:
        self.url = url
        self._store = Store(url)
        self.marks = self._store.marks(depth)
        self._folder = make_folder(cache.directory() / "stores" / "fetched")
        self._lock = threading.Lock()

    def here(self, name: str) -> Path:
        """Where a file lies once it is fetched."""
        return self._folder / digest_of([str(self.url), name, self.marks[name]])

    def fetch(self, names: Iterable[str]) -> None:
        """Fetch those of the files that are not here yet."""
        with self._lock:
            missing = [name for name in dict.fromkeys(names) if not self.here(name).exists()]
            with Progress(f"fetching from {self.url}", len(missing)) as progress:
                for start in range(0, len(missing), AT_ONCE):
                    for name, content in self._store.read(missing[start : start + AT_ONCE]).items():
                        write_whole(self.here(name), content, durable=False)
                        progress.advance()

    def read(self, name: str) -> bytes:
        """The bytes of a file, which is fetched unless it is here."""
        if not self.here(name).exists():
            self.fetch([name])
        return self.here(name).read_bytes()

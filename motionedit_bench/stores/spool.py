"""A folder here whose files go to a store: what is written there, before it is there."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from motionedit_bench import cache
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.progress import Progress
from motionedit_bench.stores.agreement import Action, Synced, decide
from motionedit_bench.stores.fetched import AT_ONCE
from motionedit_bench.stores.notes import Notes, stamp
from motionedit_bench.stores.store import Store
from motionedit_bench.stores.url import Url

DEPTH = 2
"""Folders of models, and the files in them."""

LOG, LOGS = ".jsonl", (".json", ".jsonl")


class Spool:
    """The files of a folder in a store that one command writes, kept in the cache until they are there.

    ``wanted`` says by a file's name, without folders, which these are; all else in the store is left alone.
    The folder is at the same place every time, so that what could not be uploaded is found again.

    Raises:
        UsageError (on construction): nothing can be written to that store.
        StorageError (always): the store cannot be reached, or somebody else has written these files, too.
    """

    def __init__(self, url: Url, kind: str, wanted: Callable[[str], bool]) -> None:
        if url.read_only:
            raise UsageError(f"{url} can only be read: write into a folder here, and upload that by yourself")
        self.url = url
        self.folder = cache.directory() / "stores" / kind / url.scheme / Path(*url.parts)
        self._wanted = wanted
        self._store = Store(url)
        self._notes = Notes(self.folder)

    def pull(self) -> None:
        """Bring what was written there since, from another machine."""
        make_folder(self.folder)
        theirs = self._theirs()
        actions = self._actions(theirs)
        drop = [name for name, action in actions.items() if action is Action.DROP]
        for name in drop:
            (self.folder / name).unlink()
        self._notes.keep(dict.fromkeys(drop))
        take = [name for name, action in actions.items() if action is Action.TAKE]
        with Progress(f"fetching from {self.url}", len(take)) as progress:
            for some in _batches(take):
                for name, content in self._store.read(some).items():
                    make_folder((self.folder / name).parent)
                    write_whole(self.folder / name, content)
                    progress.advance()
                self._agree({name: theirs[name] for name in some}, {n: self._stamp(n) for n in some})

    def push(self) -> int:
        """Upload what is new here, pictures before logs; how many files that were."""
        actions = self._actions(self._theirs())
        for name, action in actions.items():
            if action in (Action.TAKE, Action.DROP):
                raise StorageError(self._contested(name))
        put = [name for name, action in actions.items() if action is Action.PUT]
        pictures, logs = ([name for name in put if name.endswith(LOGS) is wanted] for wanted in (False, True))
        stamps: dict[str, str | None] = {}
        for some in (*_batches(pictures), *_batches(logs)):
            stamps |= {name: self._stamp(name) for name in some}  # before: what comes later is new again
            self._store.write({name: (self.folder / name).read_bytes() for name in some})
        if put:
            self._agree(self._theirs(), stamps)
        return len(put)

    def _theirs(self) -> dict[str, str]:
        found = self._store.marks(DEPTH)
        return {name: mark for name, mark in found.items() if self._is_ours(name)}

    def _is_ours(self, name: str) -> bool:
        last = name.rpartition("/")[2]
        return not last.startswith(".") and self._wanted(last)

    def _ours(self) -> Iterator[str]:
        for pattern in ("*", "*/*"):
            for path in self.folder.glob(pattern):
                if path.is_file() and self._is_ours(name := path.relative_to(self.folder).as_posix()):
                    yield name

    def _stamp(self, name: str) -> str | None:
        return stamp(self.folder / name)

    def _actions(self, theirs: Mapping[str, str]) -> dict[str, Action]:
        """What is to be done about each file; those that changed on both sides are looked into.

        Raises:
            StorageError: they differ.
        """
        actions = {}
        for name in sorted({*theirs, *self._ours()}):
            ours = self._stamp(name)
            action = decide(theirs.get(name), ours, self._notes.get(name))
            if action is Action.CONFLICT:
                action = self._looked_into(name, theirs)
                if action is Action.NOTHING:
                    self._agree(theirs, {name: ours})
            actions[name] = action
        return actions

    def _looked_into(self, name: str, theirs: Mapping[str, str]) -> Action:
        """A file that was uploaded, and a kill kept that from being noted, is ours all the same."""
        if name in theirs:
            there, here = self._store.read([name])[name], (self.folder / name).read_bytes()
            if there == here:
                return Action.NOTHING
            if name.endswith(LOG) and here.startswith(there):
                return Action.PUT
        raise StorageError(self._contested(name))

    def _contested(self, name: str) -> str:
        return (
            f"{self.url}/{name} was changed by another writer: let one command write there at a time; "
            f"to go on from what is there now, remove {self.folder}"
        )

    def _agree(self, theirs: Mapping[str, str], ours: Mapping[str, str | None]) -> None:
        """Write down that these files are the same on both sides."""
        same = {name: Synced(theirs[name], mark) for name, mark in ours.items() if mark and name in theirs}
        self._notes.keep(dict(same))


def _batches(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE))

"""What is known of files here and in a store: what they were when both were last the same."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from motionedit_bench.files import json_bytes, make_folder, write_whole
from motionedit_bench.stores.agreement import Synced

NOTE = ".store.json"
"""In each folder, for the files in it."""


def stamp(path: Path) -> str | None:
    """A text that is another once a file here is written; ``None`` where there is none."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return f"{facts.st_size} {facts.st_mtime_ns}"


class Notes:
    """The notes of a folder and of those in it, by name, with ``/`` between folders.

    One that is damaged counts as none: then files are compared by their bytes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = dict(self._read())

    def _read(self) -> Iterator[tuple[str, Synced]]:
        for path in self._folder.rglob(NOTE):
            place = path.parent.relative_to(self._folder)
            try:
                for name, (theirs, ours) in json.loads(path.read_bytes()).items():
                    yield (place / name).as_posix(), Synced(str(theirs), str(ours))
            except (ValueError, TypeError, AttributeError):
                continue

    def get(self, name: str) -> Synced | None:
        return self._known.get(name)

    def keep(self, found: dict[str, Synced | None]) -> None:
        """Write down what these files are now; ``None`` for those that are gone on both sides."""
        for name, synced in found.items():
            self._known.pop(name, None)
            if synced is not None:
                self._known[name] = synced
        folders: dict[Path, dict[str, list[str]]] = defaultdict(dict)
        for name, synced in self._known.items():
            path = self._folder / name
            folders[path.parent][path.name] = [synced.theirs, synced.ours]
        for folder in {(self._folder / name).parent for name in found}:
            write_whole(make_folder(folder) / NOTE, json_bytes(folders[folder]), durable=False)

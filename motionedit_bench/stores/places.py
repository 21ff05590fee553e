"""What a command does with a folder, wherever it is: read it, or write it."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from motionedit_bench import cache
from motionedit_bench.errors import MebenchError, StorageError
from motionedit_bench.files import make_folder
from motionedit_bench.progress import warn
from motionedit_bench.stores.fetched import Fetched
from motionedit_bench.stores.spool import DEPTH, LOGS, Spool
from motionedit_bench.stores.url import Place, Url

EVERY = 20.0
"""Seconds between uploads of what is new."""


@contextmanager
def reading(place: Place, logs_alone: bool = False) -> Iterator[Path]:
    """The folder, for reading: itself, or a copy of what lies in the store now.

    A folder in a store has folders of models in it, or is one; what lies deeper is left there.
    ``logs_alone`` leaves pictures there, too.

    Raises:
        StorageError, UsageError: see `motionedit_bench.stores.store.Store`.
    """
    if isinstance(place, Path):
        yield place
        return
    found = Fetched(place, DEPTH)
    names = [name for name in found.marks if not logs_alone or name.endswith(LOGS)]
    found.fetch(names)
    views = make_folder(cache.directory() / "stores" / "views")
    with tempfile.TemporaryDirectory(dir=views) as folder:
        view = make_folder(Path(folder) / place.name)
        for name in names:
            _link(found.here(name), make_folder((view / name).parent) / view.joinpath(name).name)
        with _named(view, place):
            yield view


def _link(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, name)


@contextmanager
def writing(place: Place, kind: str, wanted: Callable[[str], bool]) -> Iterator[Path]:
    """The folder, for writing: itself, or one here whose files are uploaded now and then and in the end.

    What is in the store is brought first. ``kind`` is the command's, ``wanted`` says by their names which
    files it writes. Where uploads fail the work goes on, and everything is kept here.

    Raises:
        StorageError: the store cannot be reached at the start or at the end, or somebody else writes there.
        UsageError: see `Spool`.
    """
    if isinstance(place, Path):
        yield place
        return
    spool = Spool(place, kind, wanted)
    spool.pull()
    with _uploaded(spool), _named(spool.folder, place):
        yield spool.folder


@contextmanager
def _uploaded(spool: Spool) -> Iterator[None]:
    """Push what is new now and then, and in the end, whatever ends it."""
    ended = threading.Event()

    def push_now_and_then() -> None:
        failing = False
        while not ended.wait(EVERY):
            try:
                spool.push()
                failing = False
            except StorageError as error:
                if not failing:
                    warn(f"{error}; the work goes on, and what it makes is kept in {spool.folder}")
                failing = True

    thread = threading.Thread(target=push_now_and_then, daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        ended.set()
        thread.join()
        try:
            spool.push()
        except StorageError as error:
            warn(_kept(spool, error))
        raise
    ended.set()
    thread.join()
    try:
        spool.push()
    except StorageError as error:
        raise StorageError(_kept(spool, error)) from error


def _kept(spool: Spool, error: StorageError) -> str:
    return f"{error}; what was made is kept in {spool.folder}, and the same command uploads it"


@contextmanager
def _named(folder: Path, url: Url) -> Iterator[None]:
    """Errors speak of the store's address where they mean the folder here."""
    try:
        yield
    except MebenchError as error:
        error.args = (str(error).replace(str(folder), str(url)), *error.args[1:])
        raise

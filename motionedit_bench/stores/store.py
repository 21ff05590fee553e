"""An object store, through fsspec: what lies in a folder there, and what goes wrong with it in one line."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from motionedit_bench.errors import MebenchError, StorageError, UsageError, one_line
from motionedit_bench.stores.url import Url, is_safe

PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "hf": "huggingface_hub"}
EXTRAS = {"s3": "motionedit-bench[s3]", "gs": "gcsfs"}
"""What to install for a store, where it is not there."""

MARKS = ("ETag", "etag", "md5Hash", "blob_id", "oid", "LastModified", "updated", "mtime")
"""What stores say of an object that changes with its bytes, the best first."""

_FOREIGN = ("botocore", "aiobotocore", "aiohttp", "google", "gcsfs", "huggingface_hub", "httpx", "requests")
"""The packages whose errors are the network's, or the store's."""

_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError", "ProfileNotFound")


class Store:
    """A folder in a store. Names are of the files in it and below, with ``/`` between folders.

    Raises (everywhere):
        StorageError: there is no such bucket or file, no access, or nobody answers.
        UsageError: what it takes to speak with the store is not installed.
    """

    def __init__(self, url: Url) -> None:
        self.url = url
        with self._explained():
            from fsspec import filesystem

            # Listings are asked for anew: others write there, too.
            self._files: Any = filesystem(url.scheme, use_listings_cache=False, skip_instance_cache=True)
            self._root = f"{'/'.join(url.parts)}/"

    def marks(self, depth: int | None = None) -> dict[str, str]:
        """Each file's mark, by name: a text that is another once its bytes are.

        Only so many folders deep; what no file in a folder here can be is passed over: names that lead out of
        it, or are too long, or are those of folders, which some programs leave a file for.
        """
        with self._explained():
            # With a depth of its own, fsspec would pass over the folders that it cannot look into.
            found = self._files.find(self._root.rstrip("/"), detail=True)
        names = {path.removeprefix(self._root): path for path in found if path.startswith(self._root)}
        folders = {str(folder) for name in names for folder in PurePosixPath(name).parents}
        marks = {}
        for name, path in names.items():
            parts = name.split("/")
            if all(map(is_safe, parts)) and name not in folders and (depth is None or len(parts) <= depth):
                marks[name] = _mark(found[path])
        return marks

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The bytes of these files, fetched at once where the store allows it."""
        wanted = list(names)
        with self._explained():
            # Its other ways to read several take * and ? in a name for those of a pattern.
            found = self._files.cat_ranges([self._root + name for name in wanted], None, None)
            for error in (one for one in found if isinstance(one, Exception)):
                raise error
        return dict(zip(wanted, found, strict=True))

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Put these files there, each whole, at once where the store allows it."""
        with self._explained():
            self._files.pipe({self._root + name: content for name, content in contents.items()})

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except MebenchError:
            raise
        except Exception as error:
            told = _told(self.url, error)
            if told is None:
                raise
            raise told from error


def _mark(facts: Mapping[str, Any]) -> str:
    said = next((str(facts[name]) for name in MARKS if facts.get(name)), "")
    return f"{facts.get('size')} {said}"


def _told(url: Url, error: Exception) -> MebenchError | None:
    """What went wrong with a store, and what to do; ``None`` for what is none of the store's."""
    kind, said = type(error).__name__, one_line(error) or type(error).__name__
    if isinstance(error, ImportError):
        package = EXTRAS.get(url.scheme, PACKAGES[url.scheme])
        return UsageError(
            f"{url} cannot be opened without {PACKAGES[url.scheme]}: python -m pip install '{package}'"
        )
    if kind in _CREDENTIALS:
        return StorageError(
            f"{url} cannot be opened: {said}; give the store's usual credentials, or for public data "
            f"set FSSPEC_{url.scheme.upper()}_ANON=true"
        )
    if isinstance(error, FileNotFoundError):
        return StorageError(f"{url} cannot be opened: {said}; check bucket and folder")
    if isinstance(error, PermissionError):
        return StorageError(f"{url} may not be read or written with these credentials: {said}")
    foreign = type(error).__module__.partition(".")[0] in _FOREIGN
    if foreign or isinstance(error, OSError | TimeoutError):
        return StorageError(f"{url} does not answer ({kind}: {said}): check the network, or try again later")
    return None

"""Addresses of folders in object stores, and how they are told from folders here."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import UsageError

SCHEMES = ("s3", "gs", "hf")
"""The stores that can be read; to all but the hub can be written."""

READ_ONLY = ("hf",)

LONGEST = 200
"""Bytes of a file's name: the usual 255, without what it is called while it is written."""

_FORM = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)


@dataclass(frozen=True)
class Url:
    """A folder in an object store, ``SCHEME://BUCKET/FOLDER``.

    >>> str(Url("s3", ("bucket", "preds"))), Url("s3", ("bucket", "preds")).name
    ('s3://bucket/preds', 'preds')
    """

    scheme: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.scheme}://{'/'.join(self.parts)}"

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written there: on the hub each file would be a commit."""
        return self.scheme in READ_ONLY


Place = Path | Url
"""A folder, wherever it is."""


def is_url(text: str) -> bool:
    """Whether a text is an address and not a path.

    >>> is_url("s3://bucket/preds"), is_url("preds/a:b")
    (True, False)
    """
    return _FORM.fullmatch(text) is not None


def place(text: str | Path | Url) -> Place:
    """The folder that a user names: an address of a store, else a path.

    Raises:
        UsageError: an address of another kind, or one that names no folder.
    """
    if not isinstance(text, str):
        return text
    found = _FORM.fullmatch(text)
    if found is None:
        return Path(text)
    scheme, parts = found[1].lower(), tuple(found[2].rstrip("/").split("/"))
    if scheme not in SCHEMES:
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise UsageError(f"no store can be opened by {text!r}: give a folder, or an address with {known}")
    if not all(is_safe(part) for part in parts):
        raise UsageError(f"{text!r} names no folder in a store: give {scheme}://BUCKET/FOLDER")
    return Url(scheme, parts)


def is_safe(part: str) -> bool:
    """Whether a part of a name in a store can be a file's name here, within its folder."""
    fits = len(os.fsencode(part)) <= LONGEST
    return fits and part not in ("", ".", "..") and "\0" not in part and "/" not in part

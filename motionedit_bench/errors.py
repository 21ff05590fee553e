"""What can go wrong and is not a bug, as one tree.

::

    MebenchError                 one line on standard error, exit status 2
    +-- UsageError               the request itself is wrong: a name, an option, a value
    +-- BenchmarkError           a benchmark cannot be opened or breaks its format
    +-- PredictionsError         a folder of predictions is not what it should be
    +-- AdapterError             an adapter cannot start or go on: weights, hub, access, memory
    +-- StorageError             a file cannot be written: full disk, read-only folder
    +-- ImageError               one image cannot be used; becomes that row's reason
    +-- EditRefused              a model declined one edit; becomes that record's reason
    +-- EditFailed               one edit did not come about; becomes that record's reason
    +-- WeightsUnavailable       learned weights cannot be had; becomes the rows' reason
    +-- NotApplicable            nobody's edit of an item can be scored; becomes the rows' reason

The last five concern one item or one metric and never end a command. Whatever
is not a `MebenchError` is a bug and keeps its traceback.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from motionedit_bench.surrogates import escaped


class MebenchError(Exception):
    """Base of all expected failures; its text is one line for the user."""


class UsageError(MebenchError):
    """The request is wrong: an unknown name, a value outside its range."""


class BenchmarkError(MebenchError):
    """A benchmark cannot be opened, or does not keep its format."""


class PredictionsError(MebenchError):
    """A predictions folder is absent, empty, or of another shape than expected."""


class AdapterError(MebenchError):
    """An adapter cannot start, or cannot edit any further item; the text says what to do."""


class StorageError(MebenchError):
    """A file or folder cannot be written."""


class ImageError(MebenchError):
    """One image cannot be decoded or is not a still picture of sane size."""


class EditRefused(MebenchError):
    """The model declined to make this edit."""


class EditFailed(MebenchError):
    """One edit did not come about, for a reason that the next item need not share."""


class ServerFailed(EditFailed):
    """The server failed for an item, also when tried again: its own fault only if others are served."""


class WeightsUnavailable(MebenchError):
    """Learned weights are not on this machine and cannot be fetched.

    ``told`` is what rows say of it, which others read: without paths, servers and what to do here.
    """

    def __init__(self, text: str, told: str | None = None) -> None:
        super().__init__(text)
        self.told = told or text


class NotApplicable(MebenchError):
    """This item cannot be scored by this metric, whoever edits it; the text is the row's reason."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for a name that is not among the known ones, with the nearest one named.

    >>> str(unknown_name("flow", "diss", ["dis", "tvl1"]))
    "unknown flow 'diss': did you mean 'dis'? Known: dis, tvl1"
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return UsageError(f"unknown {kind} {name!r}: {hint}Known: {', '.join(names) or 'none'}")


def explain(error: Exception) -> str:
    """One line for a record: the message of an expected failure, else also its type and place."""
    text = escaped(" ".join(str(error).split()))
    if isinstance(error, MebenchError) and text:
        return text
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" ({Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno})" if place else ""
    return f"{type(error).__name__}: {text or 'no message'}{where}"


def one_line(text: object, most: int = 200) -> str:
    """A text or an error on one line of at most so many characters; what is cut off is marked.

    >>> one_line("much\\n  too long", most=11)
    'much too...'
    """
    line = escaped(" ".join(str(text).split()))
    return line if len(line) <= most else line[: most - 3] + "..."

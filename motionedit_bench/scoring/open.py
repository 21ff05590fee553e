"""How a prediction becomes a comparison, or the reason why it does not."""

from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import ImageError, NotApplicable
from motionedit_bench.images import colours, decode
from motionedit_bench.lazily import lazily
from motionedit_bench.metrics.comparison import Comparison, Scene, Together
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.records import Item, Status, digest, digest_of


@dataclass(frozen=True)
class Gap:
    """An edit that is not there, or that nobody can look at: the status and reason of its rows."""

    status: Status
    reason: str


@dataclass(frozen=True)
class Looks:
    """What a score depends on of a file, told by its header.

    Attributes:
        identity: a hash of its bytes, and of how its colours are converted where they are.
        note: what becomes of its colours, in words; ``None`` where it is plain sRGB.
    """

    identity: str
    note: str | None = None


def looks(content: bytes) -> Looks:
    """What a file looks like; one that cannot be decoded is its bytes alone."""
    try:
        found = colours(content)
    except ImageError:
        return Looks(digest(content))
    own = digest(content)
    return Looks(own if found.version is None else digest_of([own, found.version]), found.note)


class Task:
    """An item whose edits are looked at: its pictures are read once and decoded when first needed.

    ``input`` and ``target`` are their files' bytes.
    """

    def __init__(self, item: Item, instruments: Instruments) -> None:
        self.item = item
        self._instruments = instruments
        self.input = item.input.read()
        self.target = item.target.read() if item.target else None

    @lazily
    def _looks(self) -> dict[str, Looks]:
        """By picture, of those that there are."""
        contents = {"input": self.input, "target": self.target}
        return {name: looks(content) for name, content in contents.items() if content is not None}

    @property
    def digests(self) -> list[str | None]:
        """The identities of input and target."""
        seen = self._looks
        return [seen["input"].identity, seen["target"].identity if "target" in seen else None]

    @property
    def notes(self) -> dict[str, str]:
        """What becomes of their colours, by picture, where they are not plain sRGB."""
        return {name: one.note for name, one in self._looks.items() if one.note}

    @lazily
    def scene(self) -> Scene:
        """The item's pictures.

        Raises:
            NotApplicable: the input cannot be decoded.
        """
        try:
            return Scene(decode(self.input), self.target, self._instruments, self.input)
        except ImageError as error:
            raise NotApplicable(f"an image of the benchmark is unusable: {error}") from error


def open_edit(
    task: Task, predictions: ModelPredictions, together: Together | None = None
) -> Comparison | Gap:
    """One model's edit of an item beside the item; or the gap where it is.

    A gap is ``missing``, ``failed`` or ``refused`` as the run left it, ``corrupt`` where the file cannot
    be read or decoded, ``not_applicable`` where the item's own input cannot. The target is not looked at.
    """
    return decode_edit(task, read_edit(task.item.id, predictions), together)


def read_edit(item_id: str, predictions: ModelPredictions) -> bytes | Gap:
    """The file of one model's edit of an item, as it lies there."""
    prediction = predictions.of(item_id)
    if prediction.picture is None:
        return Gap(prediction.status, prediction.reason or "no reason given")
    try:
        return prediction.picture.read()
    except OSError as error:
        name = Path(prediction.picture.name).name
        return Gap("corrupt", f"{name} cannot be read: {error.strerror or type(error).__name__}")


def decode_edit(task: Task, read: bytes | Gap, together: Together | None = None) -> Comparison | Gap:
    """What `read_edit` found, decoded; see `open_edit`."""
    if isinstance(read, Gap):
        return read
    try:
        return Comparison(task.scene, decode(read), read, together)
    except ImageError as error:
        return Gap("corrupt", str(error))
    except NotApplicable as error:
        return Gap("not_applicable", str(error))

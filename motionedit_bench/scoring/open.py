"""How a prediction becomes a comparison, or the reason why it does not."""

from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import ImageError, NotApplicable
from motionedit_bench.images import decode
from motionedit_bench.lazily import lazily
from motionedit_bench.metrics.comparison import Comparison, Scene, Together
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.records import Item, Status, digest


@dataclass(frozen=True)
class Gap:
    """An edit that is not there, or that nobody can look at: the status and reason of its rows."""

    status: Status
    reason: str


class Task:
    """An item whose edits are looked at: its pictures are read once and decoded when first needed."""

    def __init__(self, item: Item, instruments: Instruments) -> None:
        self.item = item
        self._instruments = instruments
        self._input = item.input.read()
        self._target = item.target.read() if item.target else None
        self.digests = [digest(self._input), digest(self._target) if self._target is not None else None]

    @lazily
    def scene(self) -> Scene:
        """The item's pictures.

        Raises:
            NotApplicable: the input cannot be decoded.
        """
        try:
            return Scene(decode(self._input), self._target, self._instruments, self._input)
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

"""The narrow waist between the harness and a model."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from PIL import Image
from pydantic import BaseModel, ConfigDict, ValidationError

from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.records import Item

if TYPE_CHECKING:
    from motionedit_bench.adapters.served.prices import Bill


class Settings(BaseModel):
    """What ``--set KEY=VALUE`` may set: declared fields and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parse_settings(kind: type[Settings], assignments: Iterable[str]) -> Settings:
    """Settings from ``KEY=VALUE`` texts, checked against the declared fields.

    Raises:
        UsageError: no ``=``, an unknown key (with the known ones), or a value of another type or range.
    """
    values: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set takes KEY=VALUE, but got {assignment!r}")
        if key not in kind.model_fields:
            raise unknown_name("setting", key, kind.model_fields)
        values[key] = value
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        found = error.errors()[0]
        key = ".".join(map(str, found["loc"]))
        raise UsageError(f"--set {key}={found['input']}: {found['msg']}") from error


class Adapter(ABC):
    """A model that edits images by instruction.

    A subclass says what may be set (`Settings`), whether it draws random numbers (`samples`) and
    which model it loads when none is named (`default_model`, ``None`` where it loads none), and
    implements `edit`. Constructing one is cheap; `load` does what takes long and is called once
    before the first edit. Edits are called one at a time, unless it says otherwise (`concurrency`).
    """

    Settings: ClassVar[type[Settings]] = Settings
    samples: ClassVar[bool] = False
    default_model: ClassVar[str | None] = None
    licence: ClassVar[str | None] = None
    """The weights' licence, as their publisher states it; a note for people, to be checked there."""
    memory: ClassVar[str | None] = None
    """What the weights take on a GPU, computed from the numbers of parameters; activations come on top."""
    model_is: ClassVar[str | None] = None
    """What ``--model`` has to name, where it has to be given."""
    batches: ClassVar[bool] = False
    """Whether `edit_together` edits several items in one call."""
    source: ClassVar[dict[str, str] | None] = None
    """Name and SHA-256 of the file that the class was loaded from, where it is not installed."""
    bill: "Bill | None" = None
    """What its edits cost and may cost, where each is paid for."""

    def __init__(
        self, settings: BaseModel | None = None, model: str | None = None, device: str = "auto"
    ) -> None:
        if model is None and self.model_is:
            raise UsageError(f"adapter {type(self).__name__} needs --model: {self.model_is}")
        if model is not None and self.default_model is None and not self.model_is:
            raise UsageError(
                f"adapter {type(self).__name__} loads no model, so --model {model!r} cannot apply"
            )
        self.settings: BaseModel = settings if settings is not None else self.Settings()
        self.model = model or self.default_model
        self.device = device

    @property
    def concurrency(self) -> int:
        """How many edits may be under way at once, each in a thread of its own; at least 1."""
        return 1

    def repositories(self) -> list[str]:
        """The hub's repositories that `load` takes files from, each ``ORG/NAME[@REVISION]``."""
        return []

    def load(self) -> None:
        """Load weights and whatever else is needed before the first edit.

        Raises:
            AdapterError: it cannot start; the text says what to do.
        """
        return None

    def fetch(self) -> None:
        """Bring to this machine what `load` would fetch from elsewhere, and load nothing.

        Raises:
            AdapterError: it cannot be had; the text says what to do.
        """
        return None

    def is_fetched(self) -> bool:
        """Whether `load` would fetch nothing from elsewhere; nobody is asked."""
        return True

    @abstractmethod
    def edit(self, item: Item, seed: int) -> Image.Image:
        """The edited image, of any size, mode RGB.

        The same item and seed give the same image. ``seed`` is in [0, 2**31) and already mixes
        the run's seed with the item's id. Any exception but `AdapterError` becomes the item's
        failed record.
        Only the baselines of the harness look at ``item.target``.

        Raises:
            EditRefused: the model declined.
            AdapterError: no further item can be edited either; ends the run.
        """

    def shape(self, item: Item) -> Hashable:
        """What items must have in common to be edited together, such as their size."""
        return None

    def edit_together(self, items: Sequence[Item], seeds: Sequence[int]) -> list[Image.Image]:
        """The edited images of several items of one shape, in their order; where `batches` says that it can.

        Each has its own seed. Whatever is raised, but an `AdapterError`, has the items edited one by one.
        """
        raise NotImplementedError(f"{type(self).__name__} edits one item a call")

    def provenance(self) -> dict[str, Any]:
        """What was really loaded (ids, revisions, dtype, device), for the manifest; JSON values."""
        return {}

    def notes(self) -> dict[str, Any]:
        """What the record of the edit made last says besides; JSON values."""
        return {}

    def cut(self, item: Item) -> dict[str, dict[str, int]]:
        """Where the model read less than the whole instruction of an item that was edited.

        By tokenizer, the instruction's ``tokens`` and how many of them were ``read``; empty where it read
        all, or where that cannot be seen.
        """
        return {}

    def close(self) -> None:
        """End what `load` started, such as processes; called once after the last edit, also after errors."""
        return None

    @classmethod
    def state(cls) -> str:
        """``ready``, or in one line what is missing on this machine and how to get it."""
        return "ready"

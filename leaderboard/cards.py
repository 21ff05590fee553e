"""What a model's card tells that rows are marked and chosen by: weights, training, instructions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from motionedit_bench.benchmarks.declared import training_set
from motionedit_bench.errors import MebenchError, UsageError
from motionedit_bench.files import read_json, read_toml
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.format import CARD, CardLine

CARDS = ("card.toml", CARD)
"""How the file with a model's card may be called, in the model's folder."""

NOBODY = "none"
"""What a card says of who rewrites instructions, where nobody does."""

Answer = Literal["yes", "no", "unknown"]


class Told(BaseModel):
    """The fields of a card that rows are marked and chosen by; ``None`` where it does not say.

    Attributes:
        trained_on: data sets, by their ids on the hub or by name.
        prompt_rewrite: who rewrites an instruction before the edit; `NOBODY` where it goes as it is.
    """

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    open_weights: bool | None = None
    trained_on: list[CardLine] | None = None
    prompt_rewrite: CardLine | None = None

    @property
    def rewriter(self) -> str | None:
        """Who rewrites instructions, if somebody does."""
        nobody = self.prompt_rewrite is None or self.prompt_rewrite.casefold() == NOBODY
        return None if nobody else self.prompt_rewrite

    def training(self, bench: Mapping[str, Any]) -> str | None:
        """What to tell of the training, beside a benchmark; ``None`` where none of it is the benchmark's.

        ``bench`` is the benchmark's `Benchmark.facts`. All words are the harness's own.
        """
        own, benchmark = training_set(str(bench["name"])), str(bench["name"])
        if any(_is_of(one, benchmark) for one in self.trained_on or ()):
            return f"trained on {benchmark}, this very benchmark"
        if own is not None and any(_is_of(one, own) for one in self.trained_on or ()):
            return f"trained on {own}, the training set of this benchmark"
        return None


UNTOLD = Told()


def _is_of(told: str, data: str) -> bool:
    """Whether a card means a data set: by its id, its name alone, or an address that ends with its id.

    >>> [_is_of(one, "a/Set") for one in ("a/set", "Set", "https://x.org/a/Set/", "b/Set", "a/MySet")]
    [True, True, True, False, False]
    """
    parts = told.casefold().strip().rstrip("/").partition("@")[0].split("/")
    wanted = data.casefold().split("/")
    return parts == wanted[-1:] or parts[-len(wanted) :] == wanted


def told_here(folder: Path) -> Told:
    """What the card in a model's own folder tells; nothing without one.

    Raises:
        UsageError: it cannot be read, or one of these fields is wrong.
    """
    path = next((folder / name for name in CARDS if (folder / name).is_file()), None)
    if path is None:
        return UNTOLD
    try:
        text = path.read_text(encoding="utf-8-sig")
        return Told.model_validate(read_toml(text) if path.suffix == ".toml" else read_json(text))
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def told_by(submission: Path, items: int) -> Told:
    """What the card of a submission tells, its submitter's word; nothing where it cannot be read.

    ``items`` are the benchmark's, which bound what is read.
    """
    try:
        with open_contents(submission, Bounds(items)) as contents:
            return Told.model_validate_json(contents.read(CARD))
    except (MebenchError, OSError, LookupError, ValueError):
        return UNTOLD

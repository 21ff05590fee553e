"""What a board asks of its submissions: ``board.toml`` in its folder, or the defaults."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from motionedit_bench.benchmarks import DEFAULT
from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.files import read_toml
from motionedit_bench.leaderboard.submission.standing import Standing
from motionedit_bench.metrics.catalogue import CATALOGUE
from motionedit_bench.metrics.flow import FLOWS

POLICY = "board.toml"

HEADLINE = ("motion_gain", "mas")
"""What of the motion is the edit's own doing, and the paper's score. The first one leads: it is the one that
orders edits of known quality rightly, by ``studies/sensitivity.py``."""


def _metric(name: str) -> str:
    if name not in CATALOGUE or CATALOGUE[name].better is None or CATALOGUE[name].derived:
        raise ValueError(f"{name} is no metric by which models can be ranked")
    return name


def _flow(name: str) -> str:
    if name not in FLOWS.names():
        raise ValueError(unknown_name("flow", name, FLOWS))
    return name


def _standing(name: Standing) -> Standing:
    if name == "claimed":
        raise ValueError("what is claimed alone is never ranked with others")
    return name


class Strict(BaseModel):
    """No other field, and no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Limits(Strict):
    """What the check of one submission may take.

    Attributes:
        pixels: of one picture.
        seconds: of the whole check, in wall time; a minute and ten seconds an item where none are given.
        memory: bytes that the check may take at once.
    """

    pixels: Annotated[int, Field(ge=1)] = 40_000_000
    seconds: Annotated[int, Field(ge=1)] | None = None
    memory: Annotated[int, Field(ge=1_000_000)] = 6_000_000_000

    def seconds_for(self, items: int) -> int:
        """The seconds that a check on so many items may take."""
        return self.seconds or 60 + 10 * items


class Policy(Strict):
    """What a board asks.

    Attributes:
        bench: the board's own benchmark, as ``--bench`` takes it; a folder's path is from the board's folder.
        headline: the metrics that a model needs, for every item, to be ranked.
        takes: the standings of figures by which it may be ranked.
        flow: the estimator of the headline's motion; the benchmark's own where none is given.
    """

    bench: str = DEFAULT
    headline: Annotated[
        tuple[Annotated[str, AfterValidator(_metric)], ...], Field(min_length=1, strict=False)
    ] = HEADLINE
    takes: Annotated[
        tuple[Annotated[Standing, AfterValidator(_standing)], ...], Field(min_length=1, strict=False)
    ] = ("recomputed",)
    flow: Annotated[str, AfterValidator(_flow)] | None = None
    limits: Limits = Limits()


def read_policy(board: Path | None) -> Policy:
    """The policy of a board; that of a board without ``board.toml``, or of no board, is the default.

    Raises:
        UsageError: it cannot be read, or a field is wrong.
    """
    if board is None or not (board / POLICY).exists():
        return Policy()
    try:
        found = Policy.model_validate(read_toml((board / POLICY).read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or POLICY
        known = ", ".join(Policy.model_fields)
        raise UsageError(f"{board / POLICY}: {where}: {first['msg']}; it may have {known}") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{board / POLICY} cannot be read: {error}") from error
    beside = board / found.bench
    return found.model_copy(update={"bench": str(beside)}) if beside.is_dir() else found

"""Benchmarks by declaration: a data set that a small TOML file describes, one of the harness or a user's."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from motionedit_bench.benchmarks.base import check_id
from motionedit_bench.benchmarks.columns import COLUMNS
from motionedit_bench.errors import BenchmarkError, UsageError, one_line
from motionedit_bench.files import read_toml

SUFFIX = ".toml"
BUILT_IN = tuple(sorted(path.stem for path in Path(__file__).parent.glob(f"*{SUFFIX}")))
"""The names of the declarations that come with the harness."""

NOT_OF_AN_ID = re.compile(r"[^A-Za-z0-9._-]+")


def _fields(columns: dict[str, str | tuple[str, ...]]) -> dict[str, str | tuple[str, ...]]:
    for field, column in columns.items():
        if field not in COLUMNS:
            raise ValueError(f"no field {field!r}: there are {', '.join(COLUMNS)}")
        if isinstance(column, tuple) and field != "id":
            raise ValueError(f"{field!r} takes one column; several make an id alone")
    return columns


Columns = Annotated[
    dict[str, str | Annotated[tuple[str, ...], Field(min_length=1, strict=False)]], AfterValidator(_fields)
]


class Declaration(BaseModel):
    """A data set as a benchmark.

    Attributes:
        data: ``OWNER/NAME`` on the hub, or a folder of parquet files beside the file.
        about: what it is, in a line. licence: of its pictures, as its page states it.
        revision: the commit that it is held to; where none is given, the newest is taken, and recorded.
        split: of the data set. items: how many there should be; another number is a warning.
        flow: the estimator that its scores use unless another is asked for.
        training_set: the data set that it comes with to be trained on.
        columns: which column holds which field. Those left out are found by name. Several columns make an id
            together, joined by ``-``; what an id cannot hold becomes ``-``.
        categories: what its category's values are called; a value that is not among them is an error.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    data: Annotated[str, Field(min_length=1)]
    about: str = ""
    licence: str | None = None
    revision: str | None = None
    split: str = "train"
    items: Annotated[int, Field(ge=1)] | None = None
    flow: str = "dis"
    training_set: str | None = None
    columns: Columns = {}
    categories: dict[str, str] = {}

    @property
    def plain_columns(self) -> dict[str, str]:
        """The columns by field; of an id's several the first."""
        return {field: one if isinstance(one, str) else one[0] for field, one in self.columns.items()}

    @property
    def id_columns(self) -> tuple[str, ...]:
        """The columns that make an id together; empty where it has one of its own."""
        found = self.columns.get("id", ())
        return () if isinstance(found, str) else found

    def named(self, values: Sequence[str | None], where: str) -> list[str | None]:
        """The names of categories.

        Raises:
            BenchmarkError: a value is not among those declared.
        """
        if not self.categories:
            return list(values)
        for row, value in enumerate(values):
            if value is not None and value not in self.categories:
                raise BenchmarkError(
                    f"data set {where}, row {row}: category {value!r} is not declared: "
                    f"there are {', '.join(self.categories)}"
                )
        return [None if value is None else self.categories[value] for value in values]


def joined_id(values: Sequence[Any], where: str) -> str:
    """An id of several cells.

    >>> joined_id(["Camera Zoom", 7], "row 0")
    'Camera-Zoom-7'

    Raises:
        BenchmarkError: a cell holds neither text nor a whole number, or no id comes of them.
    """
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise BenchmarkError(
                f"{where}: an id is made of texts and whole numbers, but got {one_line(repr(value), most=60)}"
            )
    return check_id(NOT_OF_AN_ID.sub("-", "-".join(map(str, values))), where)


def read_declaration(path: Path) -> Declaration:
    """The declaration in a file.

    Raises:
        UsageError: it cannot be read, or a field is missing or wrong.
    """
    try:
        return Declaration.model_validate(read_toml(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{path}: {where}: {first['msg']}; a benchmark's file has {', '.join(Declaration.model_fields)}"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


@cache
def built_in() -> Mapping[str, Declaration]:
    """The declarations that come with the harness, by name."""
    return {name: read_declaration(Path(__file__).with_name(name + SUFFIX)) for name in BUILT_IN}


def declared(spec: str) -> tuple[Declaration, Path | None, str | None] | None:
    """What a built-in's name, ``FILE.toml`` or a built-in's own ``OWNER/NAME`` means, each ``[@REVISION]``.

    The declaration, the file where it is a user's, and the revision asked for, or else declared; ``None`` for
    all else.

    Raises:
        UsageError: a file that is none; see `read_declaration`.
    """
    name, revision = spec, ""
    if not spec.endswith(SUFFIX) and "@" in spec:
        name, _, revision = spec.rpartition("@")
    if name.endswith(SUFFIX):
        path = Path(name)
        found = read_declaration(path)
        return found, path.resolve(), revision or found.revision
    for own, one in built_in().items():
        if name in (own, one.data):
            return one, None, revision or one.revision
    return None


def training_set(benchmark: str) -> str | None:
    """The data set that a benchmark of the hub, by its id, comes with to be trained on."""
    return next((one.training_set for one in built_in().values() if one.data == benchmark), None)

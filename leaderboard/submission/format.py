"""What a submission is made of, as pydantic models; the published JSON Schema is generated from them."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from motionedit_bench.records import STATUSES, Blame
from motionedit_bench.texts import line, plain, portable, url

FORMAT = 1
"""Raised when an older checker could misread a newer submission."""

CARD, SCORES, SCORING, MANIFEST, RECORDS, CHECKSUMS = (
    "card.json",
    "scores.jsonl",
    "scoring.json",
    "run.json",
    "records.jsonl",
    "checksums.json",
)
IMAGES = "images/"

LONGEST_TEXT = 20_000
DEEPEST = 32


Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(plain)]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\n\t]+$"), AfterValidator(plain)
]
CardLine = Annotated[Line, AfterValidator(line)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
ModelName = Annotated[Name, AfterValidator(portable)]
Link = Annotated[AnyHttpUrl, Field(strict=False), BeforeValidator(url)]
ItemId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,128}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=10**12)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]


class Strict(BaseModel):
    """No field that is not named here, and no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Card(Strict):
    """Who submits what."""

    name: ModelName = Field(description="the model's name, as on the board; letters, digits, . _ -")
    organisation: CardLine
    licence: CardLine = Field(description="of the model's weights; `closed` where there are none to be had")
    link: Link = Field(description="where to read more of the model")
    contact: CardLine = Field(description="whom to ask")
    open_weights: bool
    trained_on: list[CardLine] | None = Field(
        None,
        max_length=50,
        description="the data sets that it was trained on, by their ids on the hub or by name",
    )
    prompt_rewrite: CardLine | None = Field(
        None, description="who rewrites an instruction before the edit; `none` where it goes as it is"
    )


class Open(BaseModel):
    """Further fields are allowed; those named here have their type."""

    model_config = ConfigDict(extra="allow", strict=True)


class Recorded(Strict):
    """One answer of a judge, as it came; see `answer.Answer`."""

    text: Text | None
    model: Line | None = None
    refusal: Text | None = None
    finish: Line | None = None
    digits: dict[str, Annotated[float, Field(le=0, allow_inf_nan=False)]] | None = None
    whole: bool = False
    tokens_in: Count | None = None
    tokens_out: Count | None = None


class Detail(Open):
    """What a value was made with, and the terms behind it."""

    metric_version: Line | None = None
    flow: Line | None = None
    flow_size: Line | None = None
    flow_version: Line | None = None
    network: Line | None = None
    scikit_image: Line | None = Field(None, alias="scikit-image")
    judge: Line | None = None
    protocol: Line | None = None
    rubric: Line | None = None
    repeats: Line | None = None
    outcome: Line | None = None
    why: Text | None = None
    values: list[Number] | None = None
    answers: list[Recorded] | None = None


class Variant(Strict):
    """Which fields of a row's detail are its choice, and which are versions."""

    choice: list[Line]
    versions: list[Line]


class Row(Strict):
    """One line of ``scores.jsonl``; those written before rows had a variant are without."""

    model: ModelName
    item_id: ItemId
    metric: Name
    value: Number | None
    status: Literal[STATUSES]  # type: ignore[valid-type]
    reason: Text | None
    detail: Detail
    variant: Variant | None = None
    blame: Blame | None = None
    image: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] | None = None
    key: Hash

    @model_validator(mode="after")
    def _names_its_variant(self) -> Self:
        """Each field of the variant stands in the detail once, as a line of text."""
        if self.variant is not None:
            there = self.detail.model_dump(by_alias=True, exclude_unset=True)
            names = [*self.variant.choice, *self.variant.versions]
            if len(set(names)) < len(names) or not all(isinstance(there.get(name), str) for name in names):
                raise ValueError("variant must name texts of the detail, each once")
        return self


class Bench(Strict):
    """The benchmark that was scored."""

    spec: Line
    name: Line
    revision: Line | None
    fingerprint: Hash
    items: Annotated[int, Field(ge=1, le=1_000_000)]
    columns: dict[Line, Line] | None = Field(None, description="which column each field was read from")


class Listed(Strict):
    """One item of it."""

    id: ItemId
    category: Line | None
    video: Line | None = Field(None, description="that its pictures were cut from, where it is named")


class Told(Open):
    """What a scoring says of a judge: its name, and which models answered how often."""

    judge: Line
    answered_by: dict[str, Count] = {}


class Session(Open):
    """One sitting of a scoring."""

    judges: list[Told] = []


class Scoring(Strict):
    """``scoring.json``."""

    format: Literal[1]
    model: ModelName
    bench: Bench
    items: list[Listed]
    sessions: list[Session]
    errata: list[Line] = Field([], description="names of what is known to be wrong with the edits")


class Record(Open):
    """One line of ``records.jsonl``."""

    item_id: ItemId
    status: Literal["ok", "failed", "refused"]
    reason: Text | None = None


class Manifest(Open):
    """``run.json``."""

    bench: dict[str, Any]


class Checksums(Strict):
    """``checksums.json``: SHA-256 of every other file."""

    format: Literal[1]
    files: dict[Annotated[str, StringConstraints(max_length=200)], Hash]


def texts_in(value: Any, depth: int = 0) -> Iterator[str]:
    """All texts in a JSON value, names of fields among them.

    Raises:
        ValueError: values lie in each other more than `DEEPEST` times.
    """
    if depth > DEEPEST:
        raise ValueError(f"values lie in each other more than {DEEPEST} times")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts_in(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner, depth + 1)


def schema() -> dict[str, Any]:
    """The JSON Schemas of all files, by file name."""
    models: dict[str, type[BaseModel]] = {
        CARD: Card,
        SCORES: Row,
        SCORING: Scoring,
        RECORDS: Record,
        MANIFEST: Manifest,
        CHECKSUMS: Checksums,
    }
    return {"format": FORMAT, "files": {name: model.model_json_schema() for name, model in models.items()}}

"""What goes over the line between a reward server and those who train: JSON, never a pickle; pure.

``POST /v1/rewards`` takes ``{"items": [{"id", "image"}]}`` with pictures as base64 of PNG files, and answers
``{"rewards": [{"id", "reward", "status", "reason", "terms"}]}``, one for each item in their order. Whatever
is wrong with a request is answered with 4xx and ``{"error": "one line"}``.
"""

import base64
from collections.abc import Mapping, Sequence

import orjson
from PIL import Image
from pydantic import BaseModel, ConfigDict, ValidationError

from motionedit_bench.errors import ImageError, one_line
from motionedit_bench.files import json_bytes
from motionedit_bench.images import decode, encode_png, to_array
from motionedit_bench.rewards.base import Pixels, Rewarded

REWARDS, HEALTH = "/v1/rewards", "/health"

IDENTITY = "X-Mebench-Reward"
"""The header in which every answer says by which reward it is: a hash of all that `HEALTH` tells of it."""

MOST_ITEMS = 64
"""Edits in a request."""
MOST_PIXELS = 4_194_304
"""Of an edit: 2048 x 2048."""
MOST_BYTES = 268_435_456
"""Of a request: 256 MiB."""


class Rejected(Exception):
    """A request that is not served: an HTTP status, and why, in one line."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(one_line(reason, most=300))
        self.status = status


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AskedEdit(Strict):
    id: str
    image: str


class Asked(Strict):
    items: list[AskedEdit]


class Told(Strict):
    id: str
    reward: float | None
    status: str
    reason: str | None
    terms: dict[str, object]


class Answered(Strict):
    rewards: list[Told]


def request_of(item_id: str, pictures: Sequence[Pixels]) -> bytes:
    """The body that asks for the rewards of some edits of one item."""
    encoded = (base64.b64encode(encode_png(Image.fromarray(one))).decode() for one in pictures)
    return orjson.dumps({"items": [{"id": item_id, "image": image} for image in encoded]})


def read_request(content: bytes) -> list[tuple[str, Pixels]]:
    """The edits in a body, each with its item's id, decoded.

    Raises:
        Rejected: it is not of the protocol, or there is too much of something.
    """
    try:
        asked = Asked.model_validate_json(content)
    except ValidationError as error:
        raise Rejected(422, _first(error)) from error
    if not 1 <= len(asked.items) <= MOST_ITEMS:
        raise Rejected(413, f"items: 1 to {MOST_ITEMS} a request, but got {len(asked.items)}")
    return [(edit.id, _picture(edit, number)) for number, edit in enumerate(asked.items)]


def _picture(edit: AskedEdit, number: int) -> Pixels:
    where = f"items.{number}.image ({edit.id})"
    try:
        return to_array(decode(base64.b64decode(edit.image, validate=True), MOST_PIXELS))
    except ValueError as error:
        raise Rejected(422, f"{where}: not base64: {error}") from error
    except ImageError as error:
        raise Rejected(422, f"{where}: {error}") from error


def response_of(rewards: Sequence[tuple[str, Rewarded]]) -> bytes:
    """The body that tells rewards by their items' ids."""
    told = [
        {"id": name, "reward": one.value, "status": one.status, "reason": one.reason, "terms": one.terms}
        for name, one in rewards
    ]
    return json_bytes({"rewards": told})


def read_response(content: bytes, item_id: str, count: int) -> list[Rewarded]:
    """The rewards in an answer to `request_of`; nothing is guessed and nothing is filled in.

    Raises:
        ValueError: it is not of the protocol: no JSON, too few or too many, of another item, a number that
            is no reward, a status that does not go with it.
    """
    try:
        told = Answered.model_validate(orjson.loads(content)).rewards
    except orjson.JSONDecodeError as error:
        raise ValueError(f"its answer is no JSON: {error}") from error
    except ValidationError as error:
        raise ValueError(_first(error)) from error
    if len(told) != count:
        raise ValueError(f"{len(told)} rewards for {count} edits")
    for number, one in enumerate(told):
        if one.id != item_id:
            raise ValueError(f"rewards.{number} is of item {one.id!r}, asked was {item_id!r}")
    return [_rewarded(one) for one in told]


def _rewarded(told: Told) -> Rewarded:
    terms: Mapping[str, object] = told.terms
    reason = told.reason and one_line(told.reason, most=300)
    return Rewarded(told.reward, told.status, reason, terms)  # type: ignore[arg-type]  # checked by it


def _first(error: ValidationError) -> str:
    """The first of what pydantic found wrong."""
    found = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, found["loc"]))
    return one_line(f"{where}: {found['msg']}" if where else found["msg"], most=200)

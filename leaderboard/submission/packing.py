"""Packs a scored model: always the same bytes for the same content."""

import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from motionedit_bench.errors import PredictionsError, UsageError
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.submission.format import (
    CARD,
    CHECKSUMS,
    IMAGES,
    MANIFEST,
    RECORDS,
    SCORES,
    SCORING,
    Card,
    plain,
    texts_in,
)
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.records import digest
from motionedit_bench.scoring.rows import counting, read_scoring

CARDS = ("card.toml", CARD)
"""How the file with a model's card may be called, in the model's folder."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time in an archive: the content alone makes its bytes."""


@dataclass(frozen=True)
class Package:
    """A submission's files by name, and the hash of all of them."""

    model: str
    files: Mapping[str, bytes]

    @property
    def hash(self) -> str:
        return digest(self.files[CHECKSUMS])

    def as_zip(self) -> bytes:
        """The same as an archive."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(self.files):
                entry = zipfile.ZipInfo(name, LONG_AGO)
                entry.external_attr = 0o100644 << 16
                entry.create_system = 3
                archive.writestr(entry, self.files[name], zipfile.ZIP_DEFLATED, 9)
        return buffer.getvalue()


def find_card(folder: Path) -> Path:
    """The card that lies in a model's folder.

    Raises:
        UsageError: there is none.
    """
    for name in CARDS:
        if (folder / name).is_file():
            return folder / name
    fields = ", ".join(Card.model_fields)
    raise UsageError(f"{folder} has no {CARDS[0]}: write one ({fields}), or name one with --card FILE")


def read_card(path: Path) -> Card:
    """A card from a TOML or JSON file.

    Raises:
        UsageError: it cannot be read, or a field is missing or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        return Card.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the card"
        needed = ", ".join(Card.model_fields)
        raise UsageError(f"{path}: {where}: {first['msg']}; a card has {needed}") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def pack(scores: Path, card: Card, images: Path | None = None) -> Package:
    """A scored model's folder as a submission; ``images`` is the folder of its edits, if they go along.

    Of rows about the same thing the one that counts goes.

    Raises:
        PredictionsError: the folder is not scored, or the card is of another model.
    """
    if not (scores / SCORES).exists() or not (scores / SCORING).exists():
        raise PredictionsError(f"{scores} is not scored: run `mebench score {scores}` first")
    model = read_scoring(scores / SCORING).get("model")
    if model != card.name:
        raise UsageError(f"the card is of {card.name!r}, the scores in {scores} are of {model!r}")
    files: dict[str, bytes] = {CARD: _json(card.model_dump(mode="json"))}
    for name in (SCORING, MANIFEST, RECORDS):
        if (scores / name).exists():
            files[name] = (scores / name).read_bytes()
    rows = counting(read_lines(scores / SCORES)).values()
    for row in rows:
        try:
            for text in texts_in(row):
                plain(text)
        except ValueError as error:
            raise PredictionsError(
                f"{scores / SCORES}: a text of {row.get('metric')} of {row.get('item_id')} {error}, which no "
                "board takes: score it again, or remove that row"
            ) from error
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    files[SCORES] = "".join(lines).encode()
    if images is not None:
        for item, paths in ModelPredictions(images).files.items():
            files |= {f"{IMAGES}{item}{path.suffix.lower()}": path.read_bytes() for path in paths}
    sums = {name: digest(content) for name, content in sorted(files.items())}
    files[CHECKSUMS] = _json({"format": 1, "files": sums})
    return Package(card.name, files)


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

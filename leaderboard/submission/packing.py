"""Packs a scored model: always the same bytes for the same content."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from motionedit_bench.errors import PredictionsError, UsageError, one_line
from motionedit_bench.files import read_json, read_lines, read_toml
from motionedit_bench.images import SUFFIXES
from motionedit_bench.leaderboard.cards import CARDS
from motionedit_bench.leaderboard.scored import scored_name
from motionedit_bench.leaderboard.submission.bounds import WAYS, Bounds
from motionedit_bench.leaderboard.submission.format import (
    CARD,
    CHECKSUMS,
    IMAGES,
    MANIFEST,
    RECORDS,
    SCORES,
    SCORING,
    Card,
    Manifest,
    Record,
    Row,
    Scoring,
)
from motionedit_bench.leaderboard.submission.parsing import parse
from motionedit_bench.leaderboard.submission.ways import Ways
from motionedit_bench.predictions import SEEDS, ModelPredictions, seed_folders
from motionedit_bench.progress import warn
from motionedit_bench.records import digest
from motionedit_bench.running.manifest import read as read_manifest
from motionedit_bench.scoring.rows import counting, read_scoring
from motionedit_bench.travelling import travelling

KEPT = ("answers", "values")
"""What a row records of a judge's words: evidence, from elsewhere."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time in an archive: the content alone makes its bytes."""


@dataclass(frozen=True)
class Package:
    """A submission's files by name, and the hash of all of them.

    ``items`` and ``rows`` count the items that were scored, and the rows about them.
    """

    model: str
    files: Mapping[str, bytes]
    items: int
    rows: int

    @property
    def summary(self) -> str:
        """What is in it, in a line."""
        size = sum(map(len, self.files.values()))
        images = sum(name.startswith(IMAGES) for name in self.files)
        return (
            f"{len(self.files)} files, {size} bytes: {self.rows} rows, "
            f"{images or 'no'} images of {self.items} items"
        )

    @property
    def hash(self) -> str:
        return digest(self.files[CHECKSUMS])

    def as_zip(self) -> bytes:
        """The same as an archive."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in sorted(self.files):
                entry = zipfile.ZipInfo(name, LONG_AGO)
                entry.external_attr = 0o100644 << 16
                entry.create_system = 3
                # a picture of one colour would be deflated so far that it looks like a bomb
                method = zipfile.ZIP_STORED if name.startswith(IMAGES) else zipfile.ZIP_DEFLATED
                archive.writestr(entry, self.files[name], method, 9)
        return buffer.getvalue()


def find_card(folder: Path) -> Path:
    """The card that lies in a model's folder.

    Raises:
        UsageError: there is none.
    """
    for name in CARDS:
        if (folder / name).is_file():
            return folder / name
    fields = ", ".join(name for name, field in Card.model_fields.items() if field.is_required())
    raise UsageError(f"{folder} has no {CARDS[0]}: write one ({fields}), or name one with --card FILE")


def read_card(path: Path) -> Card:
    """A card from a TOML or JSON file.

    Raises:
        UsageError: it cannot be read, or a field is missing or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = read_toml(text) if path.suffix == ".toml" else read_json(text)
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

    Of rows about the same thing the one that counts goes. Nothing goes that tells of this machine's folders.

    Raises:
        PredictionsError: the folder is not scored, or there are no edits of its items in ``images``.
        UsageError: the card is of another model.
    """
    if not (scores / SCORES).exists() or not (scores / SCORING).exists():
        raise PredictionsError(f"{scores} is not scored: run `mebench score {scores}` first")
    model = scored_name(scores)
    if model != card.name:
        raise UsageError(f"the card is of {card.name!r}, the scores in {scores} are of {model!r}")
    about = read_scoring(scores / SCORING)
    files: dict[str, bytes] = {CARD: _json(card.model_dump(mode="json", exclude_none=True))}
    files[SCORING] = _json(_published(about) | {"model": model})
    _check_form(Scoring, files[SCORING], str(scores / SCORING), "remove it, and score again")
    for folder in filter(None, (images, scores)):
        if (folder / MANIFEST).exists():
            files[MANIFEST] = _json(_published(read_manifest(folder / MANIFEST)))
            _check_form(Manifest, files[MANIFEST], str(folder / MANIFEST), "mend or remove it")
        if (folder / RECORDS).exists():
            files[RECORDS] = _records(folder / RECORDS)
    if seed_folders(scores):
        warn(f"{scores}: a submission is of one seed; further ones in {SEEDS}/ stay here")
    rows = _rows(scores / SCORES, model)
    files[SCORES] = _lines(rows)
    if images is not None:
        edits = _images(images, [item["id"] for item in about["items"]])
        _check_scored(rows, edits)
        files |= edits
    sums = {name: digest(content) for name, content in sorted(files.items())}
    files[CHECKSUMS] = _json({"format": 1, "files": sums})
    _check_sizes(files, Bounds(len(about["items"])))
    return Package(card.name, files, len(about["items"]), len(rows))


def _records(path: Path) -> bytes:
    """The records of a run.

    Raises:
        PredictionsError: one that no board takes.
    """
    found = [travelling(record) for record in read_lines(path)]
    for record in found:
        _check_form(Record, _lines([record]), f"{path}, {record.get('item_id')}", "mend or remove that line")
    return _lines(found)


def _rows(path: Path, model: str) -> list[dict[str, Any]]:
    """The rows that count, under the name that the model has now; recorded answers stay as they were given.

    Raises:
        PredictionsError: one that no board takes.
    """
    found = []
    ways = Ways()
    for row in counting(read_lines(path)).values():
        answers = {name: row["detail"][name] for name in KEPT if name in row["detail"]}
        row = travelling(row)
        found.append({**row, "model": model, "detail": {**row["detail"], **answers}})
        where = f"{path}, {row.get('metric')} of {row.get('item_id')}"
        _check_form(Row, _lines(found[-1:]), where, "score it again, or remove that row")
        if not ways.admit(found[-1]):
            told = f"no board takes a metric in more than {WAYS} ways (flow, judge, versions)"
            raise PredictionsError(f"{where}: {told}: remove the rows of some")
    return found


def _check_form(kind: type[BaseModel], content: bytes, where: str, advice: str) -> None:
    """Make sure that a board reads this as what it is meant to be."""
    try:
        kind.model_validate(parse(content))
    except ValueError as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        told = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else error
        raise PredictionsError(f"{where}: no board takes it ({one_line(told)}): {advice}") from error


def _check_sizes(files: Mapping[str, bytes], bounds: Bounds) -> None:
    """Make sure that no file is larger than a board takes."""
    for name, content in files.items():
        if len(content) > bounds.of(name):
            raise PredictionsError(
                f"{name} has {len(content)} bytes, and no board takes more than {bounds.of(name)} of it"
            )


def _images(folder: Path, ids: Sequence[str]) -> dict[str, bytes]:
    """The edits of these items, by their names in a submission.

    Raises:
        PredictionsError: there is none, or one that no board takes under its name.
    """
    if not folder.is_dir():
        raise PredictionsError(f"{folder} is no folder of images: name one with --images DIR")
    found = {}
    predictions = ModelPredictions(folder)
    for item in ids:
        picture = predictions.of(item).picture
        if picture is None:
            continue
        suffix = Path(picture.name).suffix.lower()
        if suffix not in SUFFIXES:
            raise PredictionsError(
                f"{picture.name}: no board takes an image of that name: call it {item}{SUFFIXES[0]}, "
                "or by what it is"
            )
        found[f"{IMAGES}{item}{suffix}"] = picture.read()
    if not found:
        raise PredictionsError(f"no images of the scored items are in {folder}: name them with --images DIR")
    return found


def _check_scored(rows: Iterable[Mapping[str, Any]], edits: Mapping[str, bytes]) -> None:
    """Make sure that the images are those that the rows are about, as far as these say it."""
    now = {Path(name).stem: digest(content) for name, content in edits.items()}
    for row in rows:
        if row.get("image") is not None and row["image"] != now.get(row["item_id"], ""):
            raise PredictionsError(
                f"the image of {row['item_id']} is not the one that was scored: run `mebench score` again, "
                "or name the images that were with --images DIR"
            )


def _published(about: dict[str, Any]) -> dict[str, Any]:
    """A manifest without paths; a benchmark in a folder goes by its name."""
    bench = about.get("bench")
    if isinstance(bench, dict) and Path(str(bench.get("spec"))).is_absolute():
        about = about | {"bench": bench | {"spec": bench.get("name")}}
    found: dict[str, Any] = travelling(about)
    return found


def _lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

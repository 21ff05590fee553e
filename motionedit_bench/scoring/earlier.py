"""The rows that a model's scores hold already, found again by item."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from motionedit_bench.errors import StorageError
from motionedit_bench.files import read_at, read_places
from motionedit_bench.scoring.rows import DAMAGED, Slot, said, slot


@dataclass
class Standing:
    """What stands of one item.

    Attributes:
        by_key: rows by their keys, of equal ones the last. last: the key of the row that counts, by slot.
        images: the image that the last row of a slot that tells it is of, by slot.
    """

    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    last: dict[Slot, str] = field(default_factory=dict)
    images: dict[Slot, str] = field(default_factory=dict)


class Earlier:
    """An index of a file of rows: where each item's are.

    Rows stay on the disk, and are read again when their item is asked for: memory holds one number a row.

    Raises (on construction):
        StorageError: a line is no row.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, array[int]] = {}
        for place, row in read_places(path):
            try:
                said(row), row["key"]
                self.note(slot(row)[0], place)
            except DAMAGED as error:
                raise StorageError(f"{path} is damaged ({error}): remove that line, or the file") from error

    def note(self, item_id: str, place: int) -> None:
        """A row of the item was written at that place."""
        places = self._places.get(item_id)
        if places is None:
            self._places[item_id] = array("q", (place,))
        else:
            places.append(place)

    def of(self, item_id: str) -> Standing:
        """What stands of an item now."""
        found = Standing()
        for row in self._rows(item_id):
            found.by_key[row["key"]] = row
            found.last[slot(row)] = row["key"]
            if row.get("image") is not None:
                found.images[slot(row)] = row["image"]
        return found

    def _rows(self, item_id: str) -> Iterator[dict[str, Any]]:
        return (read_at(self._path, place) for place in tuple(self._places.get(item_id, ())))

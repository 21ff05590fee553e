"""The order of a run's log: the benchmark's, whoever was done first."""

import os
from array import array
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from motionedit_bench.errors import StorageError
from motionedit_bench.files import TEMPORARY, read_places


def arrange(records: Path, ids: Iterable[str]) -> None:
    """Bring a log of records into the order of the items' ids; attempts of one item stay in theirs.

    Records of items that are not among them come last. A log that is in order is left as it is; another is
    written anew, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    place_of = {item_id: number for number, item_id in enumerate(ids)}
    numbers, starts = array("q"), array("q")
    for start, record in read_places(records):
        numbers.append(place_of.get(str(record.get("item_id")), len(place_of)))
        starts.append(start)
    order = np.argsort(numbers, kind="stable")
    if (np.diff(order) == 1).all():
        return
    temporary = records.with_name(f".{records.name}.{os.getpid()}{TEMPORARY}")
    try:
        with open(records, "rb") as old, open(temporary, "wb") as new:
            for one in order:
                old.seek(starts[one])
                new.write(old.readline())
            new.flush()
            os.fsync(new.fileno())
        os.replace(temporary, records)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"cannot write {records}: {error.strerror or error}") from error

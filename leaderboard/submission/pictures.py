"""The images of a submission: whether they are pictures of items, and whether a model made them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from PIL import Image

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError
from motionedit_bench.images import decode, to_array
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.history import current
from motionedit_bench.leaderboard.submission.likeness import (
    MARKED,
    NEAR,
    Small,
    difference,
    is_near_throughout,
    read_small,
    shifted,
    small,
)
from motionedit_bench.leaderboard.submission.reading import Contents
from motionedit_bench.leaderboard.submission.standing import CHECKS
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.records import Item, digest

PICTURES = "pictures.npz"
"""Beside a check's record: the small picture of each edit, by item."""


class Edits:
    """The images of a submission, and those of the models on the board that they may be copies of.

    Attributes:
        names: the file of each item that has one.
        seen: the small picture of each edit that was looked at.
    """

    def __init__(self, contents: Contents, pixels: int, others: Mapping[str, Mapping[str, Small]]) -> None:
        self._contents = contents
        self._pixels = pixels
        self._others = others
        self.names = {item_of(name): name for name in contents.sizes if name.startswith(form.IMAGES)}
        self.seen: dict[str, Small] = {}
        self._differences: dict[str, list[float]] = {}
        self._named: set[str] = set()

    def put(self, item: Item, folder: Path, rows: Sequence[Mapping[str, Any]], verdict: Verdict) -> None:
        """Put an item's edit where it can be scored, if it is a picture and not the target itself.

        Where there is none, the input takes its place: it shows whether the item can be scored at all.
        """
        if item.id not in self.names:
            (folder / f"{item.id}.png").write_bytes(item.input.read())
            return
        name = self.names[item.id]
        content = self._contents.read(name)
        try:
            edit = decode(content, self._pixels)
        except ImageError as error:
            if {row["status"] for row in rows if row["item_id"] == item.id} != {"corrupt"}:
                verdict.find("image", item.id, error)
        else:
            self._look_at(edit, item, verdict)
        (folder / f"{item.id}{Path(name).suffix}").write_bytes(content)

    def _look_at(self, edit: Image.Image, item: Item, verdict: Verdict) -> None:
        try:
            original, target = (decode(one.read()) if one else None for one in (item.input, item.target))
        except ImageError:  # the benchmark's own fault
            return
        self.seen[item.id] = small(edit)
        if original is None:
            return
        ways, start = shifted(edit), small(original)
        if target is not None and np.array_equal(to_array(edit), to_array(target)):
            verdict.find("image", item.id, "the target's own pixels, which no model makes")
        elif target is not None:
            self._compare(ways, small(target), start, item, "the target", verdict)
        for model, pictures in self._others.items():
            if item.id in pictures:
                self._compare(ways, pictures[item.id], start, item, f"that of {model}", verdict)

    def _compare(
        self, ways: Small, other: Small, start: Small, item: Item, whose: str, verdict: Verdict
    ) -> None:
        found = [difference(ways, other, start, marked) for marked in (0.0, MARKED)]
        counted = [one for one in found if one is not None]
        if counted:
            self._differences.setdefault(whose, []).append(min(counted))
        if found[0] is not None and found[0] <= NEAR:
            self._named.add(whose)
            verdict.look(f"the edit of {item.id} is nearly {whose}")

    def look_through(self, verdict: Verdict) -> None:
        """Name whose edits these are on the whole, where no single one is near enough to be named for it."""
        for whose, found in self._differences.items():
            if whose not in self._named and is_near_throughout(found):
                verdict.look(f"most edits are somewhat like {whose}: as if made from it")


def check_images(
    contents: Contents, benchmark: Benchmark, rows: Sequence[Mapping[str, Any]], verdict: Verdict
) -> None:
    """Every image is of one item, and what is scored has one, unless none was submitted at all.

    Rows that say which image they are about speak of the one that is there.
    """
    names = {item_of(name): name for name in contents.sizes if name.startswith(form.IMAGES)}
    ids = Counter(item_of(name) for name in contents.sizes if name.startswith(form.IMAGES))
    for item, count in ids.items():
        if item not in benchmark.ids or count > 1:
            verdict.find("image", item, "an image of no item, or the second of one")
    if ids:
        for item in sorted({row["item_id"] for row in rows if row["status"] == "ok"} - ids.keys()):
            verdict.find("image", item, "scored, and its image is not there")
    there = {item: digest(contents.read(name)) for item, name in names.items()}
    for row in rows:
        if row.get("image") and there.get(row["item_id"], row["image"]) != row["image"]:
            verdict.find(
                "image", row["item_id"], f"{row['metric']} is of another image than that which is there"
            )


def of_others(board: Path | None, model: str, verdict: Verdict) -> dict[str, dict[str, Small]]:
    """The small pictures of the other models' edits, as far as the board's checks kept them."""
    found = {}
    for name, folder in current(board).items() if board is not None else ():
        path = board / CHECKS / name / folder.name / PICTURES if board is not None else folder
        if name != model and path.is_file():
            try:
                found[name] = read_small(path)
            except (OSError, EOFError, LookupError, ValueError, BadZipFile):
                verdict.note(f"not compared with {name}: its pictures on the board cannot be read")
    return found


def item_of(name: str) -> str:
    """The item that an image's file name stands for.

    >>> item_of("images/item-1.png")
    'item-1'
    """
    return name.removeprefix(form.IMAGES).rpartition(".")[0]

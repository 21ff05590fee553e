"""One hostile submission: how it is built, and what must come of it."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from helpers.honest_submission import rows_of, seal, write_rows
from helpers.pictures import png
from PIL import Image

from motionedit_bench.records import digest

from .commands import Done

REJECTED = "rejected"
"""Its only point is damage, or a lie that can be shown."""
NOT_VERIFIED = "not verified"
"""A board may show it, and what it shows is marked as claimed, and unranked."""
VERIFIED = "verified"
"""There is nothing wrong with it, and it has a rank."""
HARMLESS = "harmless"
"""Whatever the word is, the figures on the board are those that its images have."""


Command = Callable[[list[str], Path], Done]
"""Gives the command line in a place where there are a home, a working folder and others; see `commands`."""


@dataclass(frozen=True)
class World:
    """What all attempts start from: a benchmark, a board with two honest models, and two to spoil.

    Attributes:
        honest: a submission of ``mover``, with images; not on the board.
        ideal: the rows that the targets themselves get, by item and metric.
        table: what the board is as JSON before anything comes.
        means: the figures that ``mover`` has by its images.
    """

    place: Path
    bench: Path
    board: Path
    honest: Path
    ideal: dict[tuple[str, str], dict[str, Any]]
    table: dict[str, Any]
    means: dict[str, float]

    def target(self, item: str) -> Image.Image:
        return Image.open(self.bench / "target" / f"{item}.png").convert("RGB")

    def input(self, item: str) -> Image.Image:
        return Image.open(self.bench / "input" / f"{item}.png").convert("RGB")


@dataclass
class Attempt:
    """A copy of the honest submission, to be spoiled.

    Attributes:
        folder: the copy.
        place: a folder beside it, for whatever else is built.
        model, hash: where it is put on the board; the hash of its checksums unless said otherwise.
        sealed: whether its checksums are as they should be already (or as they shall not be).
        on_board: called with the board and the submission's folder, when that lies there.
        command: gives the command line, for what is to be made by the commands themselves.
        during: called again and again while it is checked, with the folder.
    """

    world: World
    folder: Path
    place: Path
    home: Path
    command: Command
    model: str = "mover"
    hash: str | None = None
    sealed: bool = False
    on_board: Callable[[Path, Path], None] | None = None
    during: Callable[[Path], None] | None = None
    stop: Event = field(default_factory=Event)

    @property
    def items(self) -> list[str]:
        return sorted(path.stem for path in (self.folder / "images").iterdir())

    @property
    def images(self) -> list[Path]:
        return sorted((self.folder / "images").iterdir())

    def rows(self) -> list[dict[str, Any]]:
        return rows_of(self.folder)

    def write(self, rows: list[dict[str, Any]]) -> None:
        write_rows(self.folder, rows)

    def each(self, change: Callable[[dict[str, Any]], object], *metrics: str) -> None:
        """Change all rows, or those of some metrics."""
        rows = self.rows()
        for row in rows:
            if not metrics or row["metric"] in metrics:
                change(row)
        self.write(rows)

    def keep(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Drop all other rows."""
        self.write([row for row in self.rows() if wanted(row)])

    def as_ideal(self, *metrics: str) -> None:
        """Claim what the targets get: every value and term, of all metrics or of some."""

        def claim(row: dict[str, Any]) -> None:
            best = self.world.ideal[row["item_id"], row["metric"]]
            row.update({name: best[name] for name in ("value", "status", "reason", "detail", "key")})

        self.each(claim, *metrics)

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())

    def set(self, file: str, /, **fields: Any) -> None:
        """Change fields of a JSON file."""
        (self.folder / file).write_text(json.dumps(self.json(file) | fields))

    def rename(self, name: str) -> None:
        """Give the model another name, everywhere in the submission."""
        self.set("card.json", name=name)
        self.set("scoring.json", model=name)
        self.each(lambda row: row.update(model=name))
        self.model = name

    def without_images(self) -> None:
        shutil.rmtree(self.folder / "images")

    def picture(self, item: str, content: bytes, suffix: str = ".png") -> None:
        """Another picture for an item, of which its rows say that they are."""
        (self.folder / "images" / f"{item}.png").unlink(missing_ok=True)
        (self.folder / "images" / f"{item}{suffix}").write_bytes(content)
        own = digest(content)
        self.each(lambda row: row.update(image=own) if row["item_id"] == item and row.get("image") else None)

    def pictures(self, make: Callable[[str], bytes], suffix: str = ".png") -> None:
        for item in self.items:
            self.picture(item, make(item), suffix)

    def seal(self) -> str:
        """Make the checksums right; the submission's hash."""
        seal(self.folder)
        return digest((self.folder / "checksums.json").read_bytes())

    def files(self) -> Iterator[tuple[str, bytes]]:
        """All files, as an archive has them, of the sealed submission."""
        self.seal()
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            yield str(path.relative_to(self.folder)), path.read_bytes()


Build = Callable[[Attempt], Path | None]
"""Spoils an attempt; returns an archive where that is what is submitted, instead of the folder."""


@dataclass(frozen=True)
class Case:
    """One attempt of a family."""

    family: "Family"
    name: str
    build: Build
    expected: str


@dataclass
class Family:
    """Attempts of one kind; ``expected`` of each unless the case says otherwise.

    A board with one of them is shown in one form, or ``in_every_form``.
    """

    name: str
    expected: str = REJECTED
    in_every_form: bool = False
    cases: list[Case] = field(default_factory=list)

    def case(self, name: str, expected: str | None = None) -> Callable[[Build], Build]:
        def add(build: Build) -> Build:
            self.add(name, build, expected)
            return build

        return add

    def add(self, name: str, build: Build, expected: str | None = None) -> None:
        self.cases.append(Case(self, name, build, expected or self.expected))


def small_png(size: tuple[int, int] = (160, 120), colour: str = "grey") -> bytes:
    return png(Image.new("RGB", size, colour))

"""What lies around a submission on a board: events, records of checks, folders that are another's."""

import json
import shutil
from pathlib import Path

from motionedit_bench.records import digest

from .attempt import NOT_VERIFIED, Attempt, Family

EVENTS = Family("events of a board", NOT_VERIFIED)
PLACES = Family("places on a board")


def event(folder: Path, **fields: object) -> None:
    with (folder / "status.jsonl").open("a") as file:
        file.write(json.dumps({"utc": "2026-01-01T00:00:00+00:00", "reason": None} | fields) + "\n")


def forged(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()


@EVENTS.case("a hash that leads to another's folder")
def _(attempt: Attempt) -> None:
    forged(attempt)
    attempt.on_board = lambda board, folder: event(folder.parent, event="submitted", hash="../shifter")


@EVENTS.case("a clock that runs backwards")
def _(attempt: Attempt) -> None:
    forged(attempt)
    attempt.on_board = lambda board, folder: event(
        folder.parent, event="submitted", hash=folder.name, utc="1970-01-01T00:00:00+00:00"
    )


@EVENTS.case("an event that says it was verified")
def _(attempt: Attempt) -> None:
    forged(attempt)
    attempt.on_board = lambda board, folder: event(
        folder.parent, event="submitted", hash=folder.name, standing="recomputed", word="verified"
    )


@EVENTS.case("half a line")
def _(attempt: Attempt) -> None:
    forged(attempt)
    attempt.on_board = lambda board, folder: (
        (folder.parent / "status.jsonl").open("a").write('{"event": "sub')
    )


@EVENTS.case("events that are none")
def _(attempt: Attempt) -> None:
    forged(attempt)
    attempt.on_board = lambda board, folder: (folder.parent / "status.jsonl").write_text("[1]\n42\nnull\n")


@EVENTS.case("a link as events")
def _(attempt: Attempt) -> None:
    forged(attempt)

    def link(board: Path, folder: Path) -> None:
        (folder.parent / "status.jsonl").unlink()
        (folder.parent / "status.jsonl").symlink_to("/etc/passwd")

    attempt.on_board = link


@EVENTS.case("a megabyte of events")
def _(attempt: Attempt) -> None:
    forged(attempt)

    def many(board: Path, folder: Path) -> None:
        line = json.dumps({"event": "submitted", "hash": folder.name, "reason": "x", "utc": "x"}) + "\n"
        (folder.parent / "status.jsonl").write_text(line * 9000)

    attempt.on_board = many


@PLACES.case("a hash that is not its own")
def _(attempt: Attempt) -> None:
    attempt.hash = "f" * 64


@PLACES.case("the hash of another's submission")
def _(attempt: Attempt) -> None:
    (theirs,) = (
        path for path in (attempt.world.board / "submissions" / "shifter").iterdir() if path.is_dir()
    )
    attempt.hash = theirs.name


@PLACES.case("the very submission of another, under another name")
def _(attempt: Attempt) -> None:
    (theirs,) = (
        path for path in (attempt.world.board / "submissions" / "shifter").iterdir() if path.is_dir()
    )
    shutil.rmtree(attempt.folder)
    shutil.copytree(theirs, attempt.folder)
    attempt.rename("zebra")


@PLACES.case("a model's folder that differs in case")
def _(attempt: Attempt) -> None:
    attempt.model = "Mover"


@PLACES.case("a forged record of a check in one's own folder", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    forged(attempt)

    def record(board: Path, folder: Path) -> None:
        place = folder.parent / "checks" / folder.name
        place.mkdir(parents=True)
        (place / "check.json").write_text(
            '{"format": 1, "word": "verified", "complete": true, "findings": 0}'
        )
        rows = [row | {"standing": "recomputed"} for row in attempt.rows()]
        (place / "scores.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    attempt.on_board = record


def forged_record(attempt: Attempt, board: Path, folder: Path) -> None:
    """A record as the board's own checks write it, among them."""
    theirs = next((board / "checks" / "shifter").iterdir())
    place = board / "checks" / "mover" / folder.name
    shutil.copytree(theirs, place)
    told = json.loads((place / "check.json").read_text()) | {"model": "mover", "hash": folder.name}
    (place / "check.json").write_text(json.dumps(told))
    rows = [row | {"standing": "recomputed"} for row in attempt.rows()]
    (place / "scores.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@PLACES.case("a forged record of a check among the board's own", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    forged(attempt)
    attempt.on_board = lambda board, folder: forged_record(attempt, board, folder)


@PLACES.case("a forged record of a check, and nothing that could be checked")
def _(attempt: Attempt) -> None:
    forged(attempt)

    def record(board: Path, folder: Path) -> None:
        forged_record(attempt, board, folder)
        (folder / "scoring.json").unlink()

    attempt.on_board = record


@PLACES.case("a second submission that hides behind the first's record", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    """What was accepted yesterday is changed today, in its place."""
    attempt.seal()
    attempt.hash = digest((attempt.folder / "checksums.json").read_bytes())
    forged(attempt)
    attempt.sealed = True


@PLACES.case("a model that has no name at all")
def _(attempt: Attempt) -> None:
    attempt.set("card.json", name="")


@PLACES.case("checksums that name a file above")
def _(attempt: Attempt) -> None:
    attempt.seal()
    sums = attempt.json("checksums.json")
    sums["files"]["../status.jsonl"] = "0" * 64
    (attempt.folder / "checksums.json").write_text(json.dumps(sums))
    attempt.sealed = True


@PLACES.case("checksums of a file that is not there")
def _(attempt: Attempt) -> None:
    attempt.seal()
    sums = attempt.json("checksums.json")
    sums["files"]["images/item-9.png"] = "0" * 64
    (attempt.folder / "checksums.json").write_text(json.dumps(sums))
    attempt.sealed = True

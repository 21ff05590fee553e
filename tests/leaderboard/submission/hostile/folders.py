"""Folders that hold more than files, and files that are others while they are checked."""

import json
import os
import shutil
import socket
from pathlib import Path

from .attempt import HARMLESS, NOT_VERIFIED, Attempt, Family, small_png

KINDS = Family("folders of more than files")
GIT = Family("what git would act on")
RACES = Family("files that change while they are checked", NOT_VERIFIED)
MANY = Family("much to read or to say")


@KINDS.case("a pipe for an image")
def _(attempt: Attempt) -> None:
    attempt.images[0].unlink()
    os.mkfifo(attempt.folder / "images" / "item-0.png")


@KINDS.case("a pipe for the scores")
def _(attempt: Attempt) -> None:
    attempt.seal()
    (attempt.folder / "scores.jsonl").unlink()
    os.mkfifo(attempt.folder / "scores.jsonl")
    attempt.sealed = True


@KINDS.case("a pipe for the checksums")
def _(attempt: Attempt) -> None:
    (attempt.folder / "checksums.json").unlink()
    os.mkfifo(attempt.folder / "checksums.json")
    attempt.sealed = True


@KINDS.case("a socket")
def _(attempt: Attempt) -> None:
    before = Path.cwd()
    here = os.open(attempt.folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{here}/images/x.png")
    os.close(here)
    assert Path.cwd() == before


@KINDS.case("a hard link to a secret")
def _(attempt: Attempt) -> None:
    attempt.images[0].unlink()
    os.link(attempt.home / "secret", attempt.folder / "images" / "item-0.png")


@KINDS.case("a hard link to the card")
def _(attempt: Attempt) -> None:
    (attempt.folder / "run.json").unlink()
    os.link(attempt.folder / "card.json", attempt.folder / "run.json")


@KINDS.case("a link to a secret")
def _(attempt: Attempt) -> None:
    (attempt.folder / "run.json").unlink()
    (attempt.folder / "run.json").symlink_to(attempt.home / "secret")


@KINDS.case("a link to memory")
def _(attempt: Attempt) -> None:
    attempt.images[0].unlink()
    (attempt.folder / "images" / "item-0.png").symlink_to("/dev/zero")


@KINDS.case("a linked folder of images")
def _(attempt: Attempt) -> None:
    attempt.seal()
    (attempt.folder / "images").rename(attempt.place / "images")
    (attempt.folder / "images").symlink_to(attempt.place / "images")
    attempt.sealed = True


@KINDS.case("links that lead in a ring")
def _(attempt: Attempt) -> None:
    (attempt.folder / "images" / "again").symlink_to(attempt.folder)


@KINDS.case("a name that is no UTF-8")
def _(attempt: Attempt) -> None:
    Path(os.fsdecode(bytes(attempt.folder) + b"/images/\xff\xfe.png")).write_bytes(b"x")
    attempt.sealed = True


@KINDS.case("a name with a line end")
def _(attempt: Attempt) -> None:
    (attempt.folder / "images" / "x\n\x1b[2J.png").write_bytes(b"x")


@KINDS.case("a sparse file of a terabyte")
def _(attempt: Attempt) -> None:
    attempt.seal()
    os.truncate(attempt.folder / "scores.jsonl", 10**12)
    attempt.sealed = True


@KINDS.case("a sparse image of 60 megabytes")
def _(attempt: Attempt) -> None:
    os.truncate(attempt.images[0], 60_000_000)


@KINDS.case("a folder for the card")
def _(attempt: Attempt) -> None:
    attempt.sealed = True
    (attempt.folder / "card.json").unlink()
    (attempt.folder / "card.json").mkdir()


@KINDS.case("a file for the images")
def _(attempt: Attempt) -> None:
    attempt.without_images()
    (attempt.folder / "images").write_bytes(b"x")


@KINDS.case("folders, a hundred deep")
def _(attempt: Attempt) -> None:
    (attempt.folder / "/".join(["images", *["d"] * 100])).mkdir(parents=True)


def git_file(name: str, content: str):
    def build(attempt: Attempt) -> None:
        path = attempt.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    return build


GIT.add("attributes with a filter", git_file(".gitattributes", "*.json filter=evil\n"))
GIT.add("attributes among the images", git_file("images/.gitattributes", "*.png filter=evil\n"))
GIT.add("submodules", git_file(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = -u./evil\n'))
GIT.add("a repository elsewhere", git_file(".git", "gitdir: ../../../../home\n"))
GIT.add("what is to be ignored", git_file(".gitignore", "*\n"))


@GIT.case("a repository with hooks")
def _(attempt: Attempt) -> None:
    hooks = attempt.folder / ".git" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("pre-commit", "post-checkout", "post-index-change", "fsmonitor"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {attempt.home}/ran\n")
        (hooks / name).chmod(0o755)
    (attempt.folder / ".git" / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {hooks}/fsmonitor\n"
    )
    (attempt.folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")


@GIT.case("hooks of the board's checkout", HARMLESS)
def _(attempt: Attempt) -> None:
    """The check runs no git at all, or none that runs these."""

    def make(board: Path, folder: Path) -> None:
        hooks = board / ".git" / "hooks"
        hooks.mkdir(parents=True)
        (hooks / "pre-commit").write_text(f"#!/bin/sh\ntouch {attempt.home}/ran\n")
        (hooks / "pre-commit").chmod(0o755)

    attempt.on_board = make


def swapping(name: str, other: Path, link: bool = False):
    """A file that is now itself and then another one, or a link to it."""

    def swap(folder: Path) -> None:
        path, aside = folder / name, folder.parents[3] / "aside"
        if not aside.exists():
            shutil.copy(path, aside)
        new = aside.with_name("new")
        new.unlink(missing_ok=True)
        new.symlink_to(other) if link else shutil.copy(other, new)
        os.replace(new, path)
        shutil.copy(aside, new)
        os.replace(new, path)

    return swap


@RACES.case("an image and a link to a secret", HARMLESS)
def _(attempt: Attempt) -> None:
    attempt.during = swapping("images/item-0.png", attempt.home / "secret", link=True)


@RACES.case("an image and the target", HARMLESS)
def _(attempt: Attempt) -> None:
    target = attempt.world.bench / "target" / "item-0.png"
    attempt.during = swapping("images/item-0.png", target)


@RACES.case("scores and forged scores", HARMLESS)
def _(attempt: Attempt) -> None:
    honest = shutil.copy(attempt.folder / "scores.jsonl", attempt.place / "honest.jsonl")
    attempt.as_ideal()
    forged = shutil.copy(attempt.folder / "scores.jsonl", attempt.place / "forged.jsonl")
    shutil.copy(honest, attempt.folder / "scores.jsonl")
    attempt.during = swapping("scores.jsonl", Path(forged))


@RACES.case("the card and a link to another's", HARMLESS)
def _(attempt: Attempt) -> None:
    (theirs,) = (
        path for path in (attempt.world.board / "submissions" / "shifter").iterdir() if path.is_dir()
    )
    attempt.during = swapping("card.json", theirs / "card.json", link=True)


@RACES.case("the scores and a pipe", HARMLESS)
def _(attempt: Attempt) -> None:
    pipe = attempt.place / "pipe"
    os.mkfifo(pipe)
    attempt.during = swapping("run.json", pipe, link=True)


@RACES.case("scores that grow")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()

    def grow(folder: Path) -> None:
        path = folder / "scores.jsonl"
        if path.stat().st_size < 200_000_000:
            with path.open("ab") as file:
                file.write(b"\n" * 1_000_000)

    attempt.during = grow


@RACES.case("a folder that goes away", HARMLESS)
def _(attempt: Attempt) -> None:
    """The images are there and not there."""

    def go(folder: Path) -> None:
        aside = folder / "images" / ".." / ".." / "aside"
        (folder / "images").rename(aside.resolve())
        aside.resolve().rename(folder / "images")

    attempt.during = go


def rows_like(count: int, change=lambda row, n: None):
    def build(attempt: Attempt) -> None:
        own = attempt.rows()
        with (attempt.folder / "scores.jsonl").open("w") as file:
            for n in range(count):
                row = json.loads(json.dumps(own[n % len(own)]))
                change(row, n)
                file.write(json.dumps(row) + "\n")

    return build


MANY.add(
    "sixty thousand good rows", rows_like(60_000, lambda row, n: row["detail"].update(flow_size=f"s{n}"))
)
MANY.add("sixty thousand bad rows", rows_like(60_000, lambda row, n: row.update(value="x")))
MANY.add(
    "sixty thousand rows of metrics unknown here",
    rows_like(60_000, lambda row, n: row.update(metric=f"m{n}")),
)
MANY.add("ten thousand flows", rows_like(10_000, lambda row, n: row["detail"].update(flow=f"f{n}")))
MANY.add(
    "brackets that a pattern may try in every way",
    rows_like(50, lambda row, n: row.update(reason="] \t" * 6000)),
)
MANY.add("angle brackets without end", rows_like(50, lambda row, n: row.update(reason="< " * 9000)))
MANY.add("names as long as can be", rows_like(3000, lambda row, n: row.update(item_id="x" * 100 + str(n))))


@MANY.case("nineteen thousand images")
def _(attempt: Attempt) -> None:
    for n in range(19_000):
        (attempt.folder / "images" / f"x{n}.png").write_bytes(b"")


@MANY.case("images of no item that are whole")
def _(attempt: Attempt) -> None:
    content = small_png((2000, 2000))
    for n in range(500):
        (attempt.folder / "images" / f"x{n}.png").write_bytes(content)


@MANY.case("a million records")
def _(attempt: Attempt) -> None:
    (attempt.folder / "records.jsonl").write_text('{"item_id": "item-0", "status": "ok"}\n' * 1_000_000)

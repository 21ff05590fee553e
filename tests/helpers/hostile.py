"""Hostile submissions: ways to spoil a copy of an honest one, and what must come of it."""

import json
import zipfile

from helpers.honest_submission import look_at, rows_of, write_rows
from motionedit_bench.leaderboard.submission.verdict import table


def everything(folder):
    return sorted(str(path) for path in folder.rglob("*"))


def rejected(path, benchmark, board=None):
    """Check it; it must be rejected, and nothing may be written beside it."""
    before = everything(path.parent.parent)
    verdict = look_at(path, benchmark, board)
    assert everything(path.parent.parent) == before
    assert verdict.findings, "accepted"
    assert verdict.word == "rejected"
    told = table(verdict)
    assert all(character.isprintable() or character == "\n" for character in told), "acts on a terminal"
    assert "<script" not in verdict.model
    return verdict


def spoil_line(text):
    def spoil(folder):
        with (folder / "scores.jsonl").open("ab") as file:
            file.write(text)

    return spoil


def link(target, name="images/item-0.png"):
    def spoil(folder):
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return spoil


def change(file, **fields):
    def spoil(folder):
        content = json.loads((folder / file).read_text())
        (folder / file).write_text(json.dumps(content | fields))

    return spoil


def rows_with(change_of_row, only=lambda row: True):
    def spoil(folder):
        rows = rows_of(folder)
        for row in rows:
            if only(row):
                change_of_row(row)
        write_rows(folder, rows)

    return spoil


def raised_overall(row):
    row["value"] = min(5.0, row["value"] + 1)


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def zipped(folder, spoil=lambda archive: None):
    path = folder.parent / "submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, str(file.relative_to(folder)))
        spoil(archive)
    return path


def entry(name, content=b"x", mode=0o100644):
    def spoil(archive):
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)

    return spoil

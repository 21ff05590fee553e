"""Archives that are not what they say."""

import io
import os
import random
import zipfile

import pytest
from helpers.honest_submission import look_at
from helpers.hostile import entry, rejected, zipped


def inner_zip(archive):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as inner:
        inner.writestr("x", b"0" * 1000)
    archive.writestr("images/inner.zip", buffer.getvalue())


def many(archive):
    for number in range(70_000):
        archive.writestr(f"images/{number}.png", b"")


ZIPS = {
    "a path that climbs": entry("../../escaped.png"),
    "a path that climbs from images": entry("images/../../escaped.png"),
    "an absolute path": entry("/tmp/escaped.png"),
    "a drive": entry("C:\\escaped.png"),
    "backslashes": entry("images\\..\\escaped.png"),
    "a link": entry("images/link.png", b"/etc/passwd", 0o120777),
    "a folder": entry("images/", b"", 0o040755),
    "a bomb": entry("images/item-9.png", b"\0" * 20_000_000),
    "a zip in it": inner_zip,
    "a million small files": many,
    "a name with a zero byte": entry("images/a.png\x00.exe"),
    "a name that acts on a terminal": entry("\x1b[2Jimages/a.png"),
    "a name in the other direction": entry("images/\u202egnp.exe"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ZIPS)
def test_archives(spoiled, benchmark, kind):
    rejected(zipped(spoiled, ZIPS[kind]), benchmark)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_in_an_archive(spoiled, benchmark):
    rejected(zipped(spoiled, entry("card.json", b"{}")), benchmark)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\xff" * 18, b"Rar!", os.urandom(5000)])
def test_what_is_no_archive(tmp_path, benchmark, content):
    path = tmp_path / "inner" / "x.zip"
    path.parent.mkdir()
    path.write_bytes(content)
    rejected(path, benchmark)


def test_an_honest_archive_is_accepted_and_a_damaged_one_is_not(spoiled, benchmark):
    path = zipped(spoiled)
    assert look_at(path, benchmark).word == "verified"
    content = bytearray(path.read_bytes())
    rng = random.Random(0)
    accepted = 0
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 8)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path.write_bytes(damaged)
        verdict = look_at(path, benchmark, sample=0)
        if not verdict.findings:  # only bytes that nothing reads, such as a time, may be damaged
            with zipfile.ZipFile(io.BytesIO(content)) as ours, zipfile.ZipFile(path) as theirs:
                assert {name: ours.read(name) for name in ours.namelist()} == {
                    name: theirs.read(name) for name in theirs.namelist()
                }
            accepted += 1
    assert accepted < 30

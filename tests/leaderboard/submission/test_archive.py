"""Archives that are not what they say."""

import io
import os
import random
import struct
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


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("damaged", [False, True])
def test_only_stored_and_deflate_are_read(spoiled, benchmark, method, damaged):
    path = spoiled.parent / "submission.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for file in sorted(spoiled.rglob("*")):
            if file.is_file():
                archive.write(file, str(file.relative_to(spoiled)))
    if damaged:
        content = bytearray(path.read_bytes())
        content[200:260] = bytes(60)
        path.write_bytes(content)
    assert "only stored and deflate" in rejected(path, benchmark).findings[0].what


def patched(path, signature, change):
    """Change every header of a kind in an archive."""
    content = bytearray(path.read_bytes())
    place = content.find(signature)
    while place >= 0:
        change(content, place)
        place = content.find(signature, place + 4)
    path.write_bytes(content)
    return path


CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"


def put(offset, form, value):
    def change(content, place):
        struct.pack_into(form, content, place + offset, value)

    return change


LIES = {
    "all files in the first one": (CENTRAL, put(42, "<I", 0)),
    "smaller than they are": (CENTRAL, put(24, "<I", 10)),
    "larger than they are": (CENTRAL, put(24, "<I", 5000)),
    "sizes that stand elsewhere": (CENTRAL, put(24, "<I", 0xFFFFFFFF)),
    "beyond the end": (CENTRAL, put(42, "<I", 0x7FFFFFFF)),
    "encrypted": (CENTRAL, put(8, "<H", 1)),
    "patched": (CENTRAL, put(8, "<H", 0x20)),
    "a version of the future": (CENTRAL, put(6, "<H", 99)),
    "an unknown method": (CENTRAL, put(10, "<H", 97)),
    "another method in the list": (CENTRAL, put(10, "<H", 0)),
    "other checksums": (CENTRAL, put(16, "<I", 1)),
    "other names before the bytes": (LOCAL, put(30, "<B", 0x41)),
    "long names before the bytes": (LOCAL, put(26, "<H", 60_000)),
    "long extras before the bytes": (LOCAL, put(28, "<H", 60_000)),
    "long comments in the list": (CENTRAL, put(32, "<H", 60_000)),
}


@pytest.mark.parametrize("kind", LIES)
def test_lists_that_lie(spoiled, benchmark, kind):
    signature, change = LIES[kind]
    verdict = rejected(patched(zipped(spoiled), signature, change), benchmark)
    assert {finding.kind for finding in verdict.findings} <= {"unreadable", "missing", "checksum", "schema"}


def test_one_file_within_another_is_found(spoiled, benchmark):
    """Two entries whose bytes overlap, as bombs are made of."""
    path = zipped(spoiled)
    with zipfile.ZipFile(path) as archive:
        first, second = archive.infolist()[:2]
    content = bytearray(path.read_bytes())
    place = content.find(struct.pack("<I", second.header_offset), content.find(CENTRAL))
    struct.pack_into("<I", content, place, first.header_offset + 8)
    path.write_bytes(content)
    assert "lies in another file" in rejected(path, benchmark).findings[0].what


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["CARD.JSON", "images/ITEM-0.png", "Images/item-9.png", "images/item-0.PNG"])
def test_names_that_are_one_for_some_systems(spoiled, benchmark, name):
    rejected(zipped(spoiled, entry(name)), benchmark)


def test_an_archive_of_another_kind_of_file(tmp_path, benchmark):
    path = tmp_path / "inner" / "x.zip"
    path.parent.mkdir()
    os.mkfifo(path)
    rejected(path, benchmark)


def test_many_rows_in_a_small_archive_are_refused_at_once(spoiled, benchmark):
    rows = (spoiled / "scores.jsonl").read_text() * 3000
    (spoiled / "scores.jsonl").write_text(rows)
    verdict = rejected(zipped(spoiled), benchmark)
    assert "more than the" in verdict.findings[0].what

"""Archives that say one thing in their list and hold another, or unpack to what no disk can hold."""

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from .attempt import HARMLESS, Attempt, Family
from .raw_zip import STORED, Entry, Raw, changed, deflate, unicode_path, zip64_end, zip64_extra

METHODS = Family("archives packed in other ways")
LIES = Family("archives that lie about sizes")
NAMES = Family("names in archives")
KINDS = Family("entries that are no plain files")
LAYOUT = Family("archives that two readers read differently")
BOMBS = Family("archives that unpack to very much")

SCORES, IMAGE, CARD = b"scores.jsonl", b"images/item-0.png", b"card.json"


def archive(
    make: Callable[[list[Entry], Attempt], Raw | bytes], spoil: Callable[[Attempt], Any] | None = None
):
    """An attempt that hands in what ``make`` makes of the entries of the honest one."""

    def build(attempt: Attempt) -> Path:
        if spoil:
            spoil(attempt)
        entries = [Entry(name.encode(), content) for name, content in attempt.files()]
        made = make(entries, attempt)
        path = attempt.place / "submission.zip"
        path.write_bytes(made if isinstance(made, bytes) else made.bytes())
        return path

    return build


def with_entry(name: bytes, **fields: Any):
    return archive(lambda entries, _: Raw(changed(entries, name, **fields)))


def with_more(*entries: Entry):
    return archive(lambda own, _: Raw([*own, *entries]))


METHODS.add(
    "damaged LZMA", with_entry(SCORES, method=14, packed=b"\x09\x04\x05\x00]\x00\x00\x80\x00" + b"\xff" * 99)
)
METHODS.add("LZMA cut short", with_entry(SCORES, method=14, packed=b"\x09\x04"))
METHODS.add("BZIP2 that is none", with_entry(SCORES, method=12, packed=b"BZh9" + b"\0" * 99))
METHODS.add("Deflate64", with_entry(SCORES, method=9, packed=deflate(b"x" * 9)))
METHODS.add("a method that nobody knows", with_entry(SCORES, method=99))
METHODS.add("Zstandard", with_entry(SCORES, method=93, packed=b"\x28\xb5\x2f\xfd" + b"\0" * 20))
METHODS.add("deflated, and damaged", with_entry(SCORES, packed=b"\xff" * 50))
METHODS.add("deflated, and cut short", archive(lambda own, _: Raw(cut(own, SCORES))))
METHODS.add("encrypted", with_entry(SCORES, flags=1))
METHODS.add("strongly encrypted", with_entry(SCORES, flags=0x41))
METHODS.add("patched data", with_entry(SCORES, flags=0x20))
METHODS.add(
    "BZIP2 in order",
    archive(lambda own, _: Raw([Entry(e.name, e.content, 12, bz2.compress(e.content)) for e in own])),
)
METHODS.add("a card in LZMA", archive(lambda own, _: Raw(in_lzma(own))))


def cut(entries: Sequence[Entry], name: bytes) -> list[Entry]:
    (own,) = (entry for entry in entries if entry.name == name)
    return changed(entries, name, packed=own.body[:-20])


def in_lzma(entries: Sequence[Entry]) -> list[Entry]:
    buffer = io.BytesIO()
    (card,) = (entry for entry in entries if entry.name == CARD)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("card.json", card.content)
    head = buffer.getvalue()
    start = 30 + len("card.json")
    (size,) = struct.unpack_from("<I", head, 18)
    return changed(entries, CARD, method=14, packed=head[start : start + size], flags=2)


LIES.add("a file larger than said", with_entry(SCORES, size=100))
LIES.add("a file smaller than said", with_entry(SCORES, size=10_000_000))
LIES.add("another check value", with_entry(SCORES, crc=1))
LIES.add(
    "no size, and a size in zip64", with_entry(SCORES, size=0xFFFFFFFF, central_extra=zip64_extra(2**62))
)
LIES.add(
    "a zip64 field that is too short", with_entry(SCORES, size=0xFFFFFFFF, central_extra=b"\1\0\2\0\0\0")
)
LIES.add("a packed size beyond the end", with_entry(SCORES, packed_size=2**31))
LIES.add("a place beyond the end", with_entry(SCORES, offset=2**31))
LIES.add("a place in the middle of another", with_entry(SCORES, offset=7))
LIES.add("the count of another archive", archive(lambda own, _: Raw(own, count=1)))
LIES.add("more entries than there are", archive(lambda own, _: Raw(own, count=60_000)))
LIES.add("a list of four gigabytes", archive(lambda own, _: Raw(own, list_size=0xFFFFFFF0)))
LIES.add("a list before the start", archive(lambda own, _: Raw(own, list_place=0xFFFFFFF0)))
LIES.add(
    "a descriptor that says another size", with_entry(SCORES, flags=8, descriptor=b"PK\7\x08" + b"\xff" * 12)
)
LIES.add("another size before the content", with_entry(SCORES, local_size=1))
LIES.add(
    "a zip64 end that leads away", archive(lambda own, _: Raw(own, end_before=zip64_end(2**40, 2**40, 9, 0)))
)
LIES.add("a zip64 end of another list", archive(lambda own, _: Raw(own, end_before=zip64_end(46, 0, 1, 0))))


@archive
def beyond_the_end(own: list[Entry], _: Attempt) -> Raw:
    """The second file lies where the first one's size would end it."""
    first = replace(own[0], packed_size=2**31)
    return Raw([first, replace(own[1], offset=len(first.local()) - len(first.body) + 2**31)])


@archive
def list_elsewhere(own: list[Entry], _: Attempt) -> Raw:
    """The list and all files lie a byte before the place that is told of them."""
    ends = list(accumulate((len(entry.local()) for entry in own), initial=0))
    moved = [replace(entry, offset=place + 1) for entry, place in zip(own, ends, strict=False)]
    return Raw(moved, list_place=ends[-1] + 1)


@archive
def headless(own: list[Entry], _: Attempt) -> bytes:
    return b"XX" + Raw(own).bytes()[2:]


LIES.add("a file beyond the end", beyond_the_end)
LIES.add("a list that is said to lie a byte later", list_elsewhere)
LIES.add("a file that begins as none does", headless)


def named(name: bytes, **fields: Any):
    return with_more(Entry(name, b"x", **fields))


for name in (
    *(b"../evil.json", b"/etc/evil.json", b"images/../../evil.png", b"C:\\evil.json", b"C:evil.png"),
    *(b"images\\item-0.png", b"\\\\host\\share\\x.png", b"CARD.JSON", b"Scores.jsonl", b"images/ITEM-0.PNG"),
    *(b"images/item-0.png ", b"images/item-0.png.", b"./card.json", b"images//item-0.png", b"images/CON.png"),
    *(b"card.json\0.png", b"images/\xff.png", b"images/item-0.png:stream", b"", b"images/-rf.png"),
    *(b".git/config", b".gitattributes", b"images/.git", b"images/x\n.png", b"scores.jsonl/x.png"),
):
    NAMES.add(ascii(name)[2:-1] or "no name", named(name))
NAMES.add("a name of 60,000 bytes", named(b"images/" + b"x" * 60_000 + b".png"))
NAMES.add("one name twice", archive(lambda own, _: Raw([*own, *own[:1]])))
NAMES.add("another name before the content", with_entry(SCORES, local_name=b"SCORES.jsonx"))
NAMES.add(
    "a Unicode name that leads away", with_entry(SCORES, central_extra=unicode_path(SCORES, b"../x.json"))
)
NAMES.add(
    "a Unicode name of another file",
    with_entry(IMAGE, central_extra=unicode_path(IMAGE, b"images/item-1.png")),
)
NAMES.add(
    "a Unicode name before the content", with_entry(IMAGE, extra=unicode_path(IMAGE, b"images/item-1.png"))
)

KINDS.add("a link to a secret", with_entry(IMAGE, mode=0o120777, content=b"/etc/passwd"))
KINDS.add(
    "a link, made on another system", with_entry(IMAGE, mode=0o120777, system=0, content=b"/etc/passwd")
)
KINDS.add("a device", with_entry(IMAGE, mode=0o020666))
KINDS.add("a block device", with_entry(IMAGE, mode=0o060666))
KINDS.add("a pipe", with_entry(IMAGE, mode=0o010644))
KINDS.add("a socket", with_entry(IMAGE, mode=0o140755))
KINDS.add("a folder", named(b"images/"))
KINDS.add("a folder that has content", with_more(Entry(b"images/item-0.png/", b"content")))
KINDS.add("an archive in an archive", with_more(Entry(b"more.zip", Raw([Entry(b"a", b"b")]).bytes())))
KINDS.add("a program that runs as its owner", with_more(Entry(b"run.sh", b"#!/bin/sh\nid", mode=0o104755)))


def forged_card(attempt: Attempt) -> Entry:
    return Entry(CARD, (attempt.folder / "card.json").read_bytes().replace(b"Example Lab", b"Another Lab"))


LAYOUT.add("something before it", archive(lambda own, _: Raw(own, before=b"#!/bin/sh\nid\nexit\n" * 9)))
LAYOUT.add(
    "something before it, not counted",
    archive(lambda own, _: Raw(own, before=b"MZ" * 99, count_from_start=False)),
)
LAYOUT.add("something after it", archive(lambda own, _: Raw(own, after=b"\0" * 1000)))
LAYOUT.add("a comment that is an end", archive(lambda own, _: Raw(own, comment=b"PK\5\6" + b"\0" * 18)))
LAYOUT.add("a comment longer than said", archive(lambda own, _: Raw(own, comment=b"x" * 99, comment_size=9)))
LAYOUT.add("a comment shorter than said", archive(lambda own, _: Raw(own, comment=b"x", comment_size=9000)))
LAYOUT.add(
    "two lists",
    archive(lambda own, attempt: Raw([*own[1:], forged_card(attempt)]).bytes() + Raw(own).bytes()),
)
LAYOUT.add("a file that no list names", archive(lambda own, attempt: Raw(own, hidden=[forged_card(attempt)])))
LAYOUT.add("bytes between files and list", archive(lambda own, _: Raw(own, between=b"PK\1\2" + b"\0" * 500)))
LAYOUT.add(
    "a picture that is an archive",
    archive(lambda own, attempt: Raw(own, before=attempt.images[0].read_bytes())),
)
LAYOUT.add("the end alone", archive(lambda own, _: Raw([])))
LAYOUT.add("nothing", archive(lambda own, _: b""))
LAYOUT.add("a tar", archive(lambda own, _: b"card.json" + b"\0" * 1015))
LAYOUT.add("cut in the middle", archive(lambda own, _: (whole := Raw(own).bytes())[: len(whole) // 2]))
LAYOUT.add(
    "stored, and otherwise as it is",
    archive(lambda own, _: Raw([Entry(e.name, e.content, STORED) for e in own])),
    HARMLESS,
)
LAYOUT.add("written byte by byte, and otherwise as it is", archive(lambda own, _: Raw(own)), HARMLESS)


def zeros(size: int) -> bytes:
    """So many zeros, deflated, without ever having them all."""
    packer, block = zlib.compressobj(9, zlib.DEFLATED, -15), b"\0" * 1_000_000
    return b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()


def overlapping(entries: list[Entry], _: Attempt) -> Raw:
    """Many images that all are the same bytes of the archive."""
    place = sum(len(entry.local()) for entry in entries)
    one = Entry(b"images/item-9.png", b"\0" * 1_000_000, packed=zeros(1_000_000))
    return Raw(
        [
            *entries,
            one,
            *(
                Entry(
                    b"images/x%d.png" % n,
                    b"",
                    offset=place,
                    size=1_000_000,
                    packed=b"",
                    packed_size=1000,
                    crc=0,
                )
                for n in range(1000)
            ),
        ]
    )


def bomb(name: bytes, **fields: Callable[[], Any]):
    """An entry with fields that are made when they are wanted, since they are large."""
    return archive(
        lambda own, _: Raw(changed(own, name, crc=0, **{key: make() for key, make in fields.items()}))
    )


def many_sums() -> bytes:
    sums = b",".join(b'"images/%d.png": "%064d"' % (n, n) for n in range(500_000))
    return b'{"format": 1, "files": {' + sums + b"}}"


def many_images(count: int, content: bytes):
    return archive(lambda own, _: Raw([*own, *(Entry(b"images/x%d.png" % n, content) for n in range(count))]))


def padded(byte: bytes, count: int):
    def spoil(attempt: Attempt) -> None:
        with (attempt.folder / "scores.jsonl").open("ab") as file:
            file.write(byte * count)

    return archive(lambda own, _: Raw(own), spoil)


BOMBS.add("scores that are said to be few, and are not", bomb(SCORES, packed=lambda: zeros(400_000_000)))
BOMBS.add(
    "scores as large as allowed",
    bomb(SCORES, packed=lambda: zeros(450_000_000), size=lambda: 450_000_000),
)
BOMBS.add(
    "an image as large as allowed", bomb(IMAGE, packed=lambda: zeros(60_000_000), size=lambda: 60_000_000)
)
BOMBS.add("many files of the same bytes", archive(overlapping))
BOMBS.add("sixty thousand names", many_images(60_000, b""))
BOMBS.add("nearly twenty thousand images", many_images(19_900, b"x"))
BOMBS.add("a card of megabytes", bomb(CARD, content=lambda: b'{"name": "' + b"x" * 50_000_000 + b'"}'))
BOMBS.add("checksums of megabytes", bomb(b"checksums.json", content=many_sums))
BOMBS.add("a million blank lines", padded(b"\n", 30_000_000))
BOMBS.add("a line of blanks", padded(b" ", 60_000_000))

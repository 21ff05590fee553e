"""Texts and numbers that two readers read differently, or that no reader should read."""

import json
from collections.abc import Callable

from .attempt import HARMLESS, Attempt, Family

NUMBERS = Family("numbers that are none")
ENCODINGS = Family("texts in other encodings")
JSON = Family("JSON that two readers read differently")
DEEP = Family("JSON that wears a reader out")


def first_value(text: str):
    def build(attempt: Attempt) -> None:
        rows = attempt.rows()
        rows[0]["value"] = "@"
        lines = [json.dumps(row).replace('"@"', text) for row in rows]
        (attempt.folder / "scores.jsonl").write_text("\n".join(lines) + "\n")

    return build


for text in (
    *("1e400", "-1e400", "NaN", "-Infinity", "100.0000001", "true", "0x3F", "1_0", "+63", "063", ".5", "5."),
    *('"63.7"', "[63.7]", "9" * 400, "1" + "0" * 30_000, "-0.0001", "1e2e2", "\uff16\uff13"),
):
    NUMBERS.add(text[:16], first_value(text))


def whole(name: str, change: Callable[[bytes], bytes]):
    """Change the bytes of a file."""

    def build(attempt: Attempt) -> None:
        path = attempt.folder / name
        path.write_bytes(change(path.read_bytes()))

    return build


def recoded(encoding: str) -> Callable[[bytes], bytes]:
    return lambda content: content.decode().encode(encoding)


for name in ("scores.jsonl", "card.json"):
    ENCODINGS.add(f"a mark before {name}", whole(name, lambda own: b"\xef\xbb\xbf" + own))
    ENCODINGS.add(f"{name} in UTF-16", whole(name, recoded("utf-16")))
    ENCODINGS.add(f"a NUL in {name}", whole(name, lambda own: own.replace(b"mover", b"mov\0er")))
    ENCODINGS.add(f"half an emoji in {name}", whole(name, lambda own: own.replace(b"mover", b"\\ud83d", 1)))
    ENCODINGS.add(
        f"a slash in too many bytes in {name}", whole(name, lambda own: own.replace(b"m", b"\xc0\xaf", 1))
    )
ENCODINGS.add("UTF-7", whole("scores.jsonl", lambda own: own.replace(b'"', b"+ACI-")))
ENCODINGS.add("scores in UTF-32", whole("scores.jsonl", recoded("utf-32")))
ENCODINGS.add("scores in EBCDIC", whole("scores.jsonl", recoded("cp500")))
ENCODINGS.add("returns for line ends", whole("scores.jsonl", lambda own: own.replace(b"\n", b"\r")))
ENCODINGS.add("form feeds for line ends", whole("scores.jsonl", lambda own: own.replace(b"\n", b"\f")))
ENCODINGS.add("zeros after the scores", whole("scores.jsonl", lambda own: own + b"\0" * 4096))
ENCODINGS.add("gzip", whole("scores.jsonl", lambda own: __import__("gzip").compress(own)))


def spliced(old: str, new: str, name: str = "scores.jsonl"):
    def build(attempt: Attempt) -> None:
        path = attempt.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return build


JSON.add("a value twice", spliced('"value": ', '"value": 100.0, "value": '))
JSON.add("a status twice", spliced('"status": "ok"', '"status": "missing", "status": "ok"'))
JSON.add("a metric twice", spliced('"metric": ', '"metric": "ssim", "metric": '))
JSON.add("a flow twice in a detail", spliced('"flow": "dis"', '"flow": "unimatch", "flow": "dis"'))
JSON.add("a name twice on the card", spliced('"name": ', '"name": "shifter", "name": ', "card.json"))
JSON.add(
    "a name twice, once in escapes", spliced('"name": ', r'"n\u0061me": "shifter", "name": ', "card.json")
)
JSON.add(
    "a fingerprint twice", spliced('"fingerprint": ', '"fingerprint": "0", "fingerprint": ', "scoring.json")
)
JSON.add("a checksum's file twice", lambda attempt: twice_in_checksums(attempt))
JSON.add("a comment", spliced("{", "{ // the best\n"))
JSON.add("a comment on the card", spliced("{", "{ /* the best */", "card.json"))
JSON.add("a comma too many", spliced('"key"', '"more": 1,, "key"'))
JSON.add("single quotes", spliced('"value"', "'value'"))
JSON.add("two objects on a line", spliced("}\n", "} "))
JSON.add("a list for an object", spliced("{", "[{"))
JSON.add("something after the card", whole("card.json", lambda own: own + b'\n{"name": "shifter"}'))


def twice_in_checksums(attempt: Attempt) -> None:
    attempt.seal()
    path = attempt.folder / "checksums.json"
    zeros = "0" * 64
    path.write_text(path.read_text().replace('"card.json":', f'"card.json": "{zeros}", "card.json":', 1))
    attempt.sealed = True


def line(text: str, name: str = "scores.jsonl"):
    def build(attempt: Attempt) -> None:
        with (attempt.folder / name).open("a") as file:
            file.write(text + "\n")

    return build


def detailed(text: Callable[[], str]):
    """Something large in the detail of a row that is honest otherwise."""
    return lambda attempt: spliced('"detail": {', '"detail": {' + text() + ", ")(attempt)


DEEP.add("a hundred thousand brackets", line("[" * 100_000))
DEEP.add("a hundred thousand objects", line('{"a":' * 100_000))
DEEP.add("brackets in a detail", detailed(lambda: '"deep": ' + "[" * 200 + "]" * 200))
DEEP.add("brackets in the manifest", lambda attempt: deep_manifest(attempt))
DEEP.add("ten thousand fields", detailed(lambda: ", ".join(f'"f{n}": {n}' for n in range(10_000))), HARMLESS)
DEEP.add(
    "a hundred thousand numbers", detailed(lambda: '"values": [' + ", ".join(["0"] * 100_000) + "]"), HARMLESS
)
DEEP.add(
    "names whose hashes collide",
    detailed(lambda: ", ".join(f'"{n * (2**61 - 1)}": 0' for n in range(9000))),
    HARMLESS,
)
DEEP.add("an integer of a million digits", detailed(lambda: '"n": ' + "9" * 1_000_000))
DEEP.add("a fraction of a million digits", detailed(lambda: '"n": 0.' + "1" * 900_000), HARMLESS)
DEEP.add("a text of ten megabytes", detailed(lambda: '"why": "' + "x" * 10_000_000 + '"'))
DEEP.add("a million sessions", lambda attempt: attempt.set("scoring.json", sessions=[{}] * 1_000_000))
DEEP.add("a million judges", lambda attempt: many_judges(attempt))


def deep_manifest(attempt: Attempt) -> None:
    path = attempt.folder / "run.json"
    path.write_text(path.read_text().replace("{", '{"deep": ' + "[" * 5000 + "]" * 5000 + ",", 1))


def many_judges(attempt: Attempt) -> None:
    sessions = attempt.json("scoring.json")["sessions"]
    sessions[-1]["judges"] += [{"judge": f"j{n}", "answered_by": {"m": 1}} for n in range(1_000_000)]
    attempt.set("scoring.json", sessions=sessions)

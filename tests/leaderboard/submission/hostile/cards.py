"""Cards that act on whoever shows them, names that are another's, and facts that are the board's."""

import json
import os
from typing import Any

from .attempt import HARMLESS, NOT_VERIFIED, Attempt, Family

INJECTED = Family("markup in a card")
LINKS = Family("links of a card")
NAMES = Family("names that can be taken for another's")
PORTABLE = Family("names that some systems cannot hold")
FACTS = Family("facts of the benchmark")
MANIFESTS = Family("manifests and records")


def card(**fields: Any):
    def build(attempt: Attempt) -> None:
        attempt.set("card.json", **fields)

    return build


INJECTED.add("a Markdown picture", card(organisation="![x](https://example.org/x.png)"))
INJECTED.add("a Markdown reference", card(organisation="[Example Lab][1]"))
INJECTED.add("entities", card(organisation="&lt;script&gt;alert(1)&lt;/script&gt;"))
INJECTED.add("TeX that reads a file", card(organisation=r"\input{/etc/passwd}"))
INJECTED.add("TeX that ends a table", card(licence=r"MIT \\ \hline \end{tabular}"))
INJECTED.add("a formula", card(organisation='=HYPERLINK("http://example.org","Lab")'))
INJECTED.add("a formula with a plus", card(contact="+cmd|' /C calc'!A0"))
INJECTED.add("a formula with an at", card(licence="@SUM(1+1)*cmd|' /C calc'!A0"))
INJECTED.add("colours of a terminal", card(organisation="\x1b[31mLab\x1b[0m"))
INJECTED.add("colours by one character", card(organisation="\x9b31mLab"))
INJECTED.add("a separator of lines", card(organisation="Example\u2028Lab"))
INJECTED.add("a separator of paragraphs", card(contact="me\u2029you"))
INJECTED.add("an end of line", card(contact="me@example.org\r\nBcc: all@example.org"))
INJECTED.add("letters that turn", card(organisation="\u2067baL elpmaxE\u2069"))
INJECTED.add("tags that nobody sees", card(organisation="Lab\U000e0041\U000e0042"))
INJECTED.add("a template", card(organisation="{{ 7 * 7 }}{% include '/etc/passwd' %}"), HARMLESS)
INJECTED.add("an attribute", card(licence='" onmouseover="alert(1)'), HARMLESS)
INJECTED.add("a table's border", card(organisation="Lab | 1 | 99.9 |"), HARMLESS)
INJECTED.add("a hundred accents on a letter", card(organisation="L" + "\u0301" * 100 + "ab"))
INJECTED.add("nothing that is seen", card(organisation="\u3164\u2800\u115f"))
INJECTED.add("only blanks", card(organisation="   "))


for name, link in {
    "a script": "javascript:alert(1)",
    "a script behind blanks": " javascript:alert(1)",
    "a script in capitals": "JaVaScRiPt:alert(1)",
    "a page within": "data:text/html;base64,PHNjcmlwdD4=",
    "a file": "file:///etc/passwd",
    "another scheme": "vbscript:msgbox(1)",
    "ftp": "ftp://example.org/",
    "a password": "https://user:secret@example.org/",
    "a quote that ends": 'https://example.org/"onmouseover="alert(1)',
    "a very long one": "https://example.org/" + "a" * 60_000,
    "one in other letters": "https://exаmple.org/",  # noqa: RUF001 (that is the point)
    "the machine itself": "http://127.0.0.1:8000/admin",
    "no host": "https://",
    "a Markdown end": "https://example.org/) [x](https://example.com",
}.items():
    LINKS.add(
        name, card(link=link), HARMLESS if name in ("one in other letters", "the machine itself") else None
    )


def renamed(name: str):
    def build(attempt: Attempt) -> None:
        attempt.rename(name)

    return build


for name in ("Shifter", "shlfter", "sh1fter", "shif-ter", "shifter.", "SHIFTER", "shiftcr"):
    expected = NOT_VERIFIED if name == "shiftcr" else None
    if expected is None:
        NAMES.add(f"{name} for shifter", renamed(name))


@NAMES.case("another's name, by another organisation")
def _(attempt: Attempt) -> None:
    attempt.set("card.json", organisation="Another Lab", contact="thief@example.org")
    attempt.rename("shifter")


@NAMES.case("another's name and organisation")
def _(attempt: Attempt) -> None:
    attempt.rename("shifter")


@NAMES.case("a folder of one's own, the card of another")
def _(attempt: Attempt) -> None:
    attempt.rename("shifter")
    attempt.model = "zzz"


@NAMES.case("another's folder, a card of one's own")
def _(attempt: Attempt) -> None:
    attempt.model = "shifter"


for name in ("CON", "nul.txt", "a.", "COM1", "aux.model", "a" * 64 + "b", "-rf", ".hidden", "submissions."):
    PORTABLE.add(name[:20], renamed(name))


def fact(**fields: Any):
    def build(attempt: Attempt) -> None:
        attempt.set("scoring.json", bench=attempt.json("scoring.json")["bench"] | fields)

    return build


FACTS.add("another name", fact(name="The real MotionEdit"), HARMLESS)
FACTS.add("fewer items", fact(items=1))
FACTS.add("more items", fact(items=1_000_000))
FACTS.add("a secret file as spec", fact(spec="/etc/passwd"), HARMLESS)
FACTS.add("another revision", fact(revision="v99"), HARMLESS)
FACTS.add("a data set of somebody's as spec", fact(spec="somebody/their-bench"), HARMLESS)


@FACTS.case("a pipe as spec, which never answers", HARMLESS)
def _(attempt: Attempt) -> None:
    pipe = attempt.place / "pipe"
    os.mkfifo(pipe)
    fact(spec=str(pipe))(attempt)


@FACTS.case("the working folder as spec", HARMLESS)
def _(attempt: Attempt) -> None:
    fact(spec="../home")(attempt)


@FACTS.case("other categories", HARMLESS)
def _(attempt: Attempt) -> None:
    items = attempt.json("scoring.json")["items"]
    attempt.set("scoring.json", items=[item | {"category": "Easy"} for item in items])


@FACTS.case("items in another order")
def _(attempt: Attempt) -> None:
    attempt.set("scoring.json", items=attempt.json("scoring.json")["items"][::-1])


@FACTS.case("another benchmark of the same name")
def _(attempt: Attempt) -> None:
    fact(fingerprint="0" * 64)(attempt)


@FACTS.case("a benchmark that has the items twice")
def _(attempt: Attempt) -> None:
    items = attempt.json("scoring.json")["items"]
    attempt.set("scoring.json", items=items + items)


def manifest(**fields: Any):
    def build(attempt: Attempt) -> None:
        attempt.set("run.json", **fields)

    return build


MANIFESTS.add("a benchmark that is a list", manifest(bench=[]))
MANIFESTS.add("provenance of a script", manifest(provenance={"pipeline": "<script>alert(1)</script>"}))
MANIFESTS.add("another benchmark", manifest(bench={"spec": "x", "fingerprint": "1" * 64}))
MANIFESTS.add("a benchmark without a fingerprint", manifest(bench={}))


@MANIFESTS.case("a manifest that is a number")
def _(attempt: Attempt) -> None:
    (attempt.folder / "run.json").write_text("42")


@MANIFESTS.case("a record of another status")
def _(attempt: Attempt) -> None:
    (attempt.folder / "records.jsonl").write_text('{"item_id": "item-0", "status": "excellent"}\n')


@MANIFESTS.case("a record that is a list")
def _(attempt: Attempt) -> None:
    (attempt.folder / "records.jsonl").write_text("[]\n")


@MANIFESTS.case("a record of a script")
def _(attempt: Attempt) -> None:
    line = {"item_id": "item-0", "status": "failed", "reason": "<img src=x onerror=alert(1)>"}
    (attempt.folder / "records.jsonl").write_text(json.dumps(line) + "\n")


@MANIFESTS.case("records of other pictures", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    lines = [{"item_id": item, "status": "ok", "sha256": "0" * 64} for item in attempt.items]
    attempt.as_ideal()
    attempt.without_images()
    (attempt.folder / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


@MANIFESTS.case("the errata of a known fault emptied", HARMLESS)
def _(attempt: Attempt) -> None:
    attempt.set("run.json", adapter="anyedit", provenance={"pipeline": "x"})
    attempt.set("scoring.json", errata=[])

"""Submissions that are not what they say: none is accepted, none crashes the check, none leaves its place."""

import io
import json
import os
import random
import shutil
import struct
import zipfile
import zlib

import pytest
from helpers.honest_submission import CARD, prepare, rows_of, seal, write_rows
from helpers.pictures import make_benchmark, png
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.submission.check import check, skeleton
from motionedit_bench.leaderboard.submission.verdict import table
from motionedit_bench.metrics import CATALOGUE
from motionedit_bench.scoring.rows import slot


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    make_benchmark(folder / "bench", 3)
    return prepare(folder, folder / "bench")


@pytest.fixture(scope="module")
def benchmark(place):
    return open_benchmark(str(place / "bench"))


@pytest.fixture
def spoiled(place, tmp_path):
    """A copy of the honest submission to spoil."""
    return shutil.copytree(place / "honest", tmp_path / "inner" / "submission")


def everything(folder):
    return sorted(str(path) for path in folder.rglob("*"))


def rejected(path, benchmark, board=None):
    """Check it; it must be rejected, and nothing may be written beside it."""
    before = everything(path.parent.parent)
    verdict = check(path, benchmark, board, sample=1, seed=0)
    assert everything(path.parent.parent) == before
    assert verdict.findings, "accepted"
    assert verdict.word == "rejected"
    told = table(verdict)
    assert all(character.isprintable() or character == "\n" for character in told), "acts on a terminal"
    assert "<script" not in verdict.model
    return verdict


def test_the_honest_one_is_accepted(place, benchmark):
    verdict = check(place / "honest", benchmark, full=True)
    assert verdict.findings == []
    assert verdict.word == "accepted"
    assert "computed again: 21 of 21 scores of 3 of 3 images" in verdict.notes[-1]


def test_no_second_row_hides_behind_another_choice(spoiled, benchmark):
    """The same column for the same item, though the rows are about different things."""
    rows = rows_of(spoiled)
    twin = json.loads(json.dumps(next(row for row in rows if row["metric"] == "mas")))
    twin["variant"]["versions"].append(twin["variant"]["choice"].pop())
    write_rows(spoiled, [*rows, twin])
    seal(spoiled)
    verdict = rejected(spoiled, benchmark)
    assert "a second row about the same thing" in table(verdict)


def test_a_metric_that_the_board_does_not_have_is_noted_and_never_ranked(spoiled, benchmark):
    rows = rows_of(spoiled)
    write_rows(spoiled, [*rows, *(row | {"metric": "best", "value": 1e6} for row in rows[:1])])
    seal(spoiled)
    verdict = check(spoiled, benchmark, full=True)
    assert (verdict.findings, verdict.word) == ([], "accepted")
    assert "not recomputed: best is unknown here: 1 rows, never shown or ranked" in verdict.notes
    write_rows(spoiled, [row | {"metric": "best"} for row in rows if row["metric"] == "ssim"])
    seal(spoiled)
    assert check(spoiled, benchmark).word == "accepted as partial: shown, never ranked"


MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "\u202etxt.exe",
    "zero\u200bwidth",
    "\x1b[2J",
    "nul\x00",
)


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("field", ["name", "organisation", "licence", "link", "contact"])
def test_markup_in_the_card(spoiled, benchmark, field, text):
    (spoiled / "card.json").write_text(json.dumps(CARD | {field: text}))
    seal(spoiled)
    rejected(spoiled, benchmark)


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("field", ["reason", "detail", "item_id", "model", "status", "metric", "key"])
def test_markup_in_a_row(spoiled, benchmark, field, text):
    rows = rows_of(spoiled)
    rows[0][field] = {"why": text, text: 1} if field == "detail" else text
    write_rows(spoiled, rows)
    seal(spoiled)
    rejected(spoiled, benchmark)


@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "-Infinity", "1e999", "1e300", '"99"', "true", "[99]", "{}", "101", "-1", "9" * 5000],
)
def test_values_that_are_none(spoiled, benchmark, value):
    lines = (spoiled / "scores.jsonl").read_text().splitlines()
    row = json.loads(lines[0])
    assert row["metric"] == "mas"
    row["value"] = "@"
    lines[0] = json.dumps(row).replace('"@"', value)
    (spoiled / "scores.jsonl").write_text("\n".join(lines) + "\n")
    seal(spoiled)
    rejected(spoiled, benchmark)


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


def hard_link(folder):
    (folder / "images" / "item-0.png").unlink()
    os.link(folder / "run.json", folder / "images" / "item-0.png")


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


def bomb(folder):
    """A picture of 40,000 x 40,000 pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")):
        body = kind + data
        parts.append(struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body)))
    for item in range(3):
        (folder / "images" / f"item-{item}.png").write_bytes(b"".join(parts))


def twice(folder):
    write_rows(folder, rows_of(folder) + rows_of(folder)[:1])


def more_files(folder):
    for number in range(20_001):
        (folder / "images" / f"x{number}.png").touch()


def other_judge(folder):
    def claim(row):
        row["detail"]["judge"] = "openai:gpt-4o"

    rows_with(claim, lambda row: "judge" in row["detail"])(folder)


def raised_overall(row):
    row["value"] = min(5.0, row["value"] + 1)


def hide(name):
    """Take a field out of all details: what is not said cannot be computed again."""

    def spoil(folder):
        rows_with(lambda row: row["detail"].pop(name, None))(folder)

    return spoil


FOLDERS = {
    "scores whose flow is not said": hide("flow"),
    "scores whose size of flow is not said": hide("flow_size"),
    "a judge of a score that needs none": rows_with(
        lambda row: (row["detail"].update(judge="reference"), row["variant"]["choice"].append("judge")),
        lambda row: row["metric"] == "ssim",
    ),
    "a link to a secret": link("/etc/passwd"),
    "a link to its own file": link("item-1.png"),
    "a linked manifest": link("/etc/passwd", "run.json"),
    "a hard link": hard_link,
    "a file of another kind": lambda folder: os.mkfifo(folder / "images" / "pipe.png"),
    "a program": lambda folder: (folder / "setup.py").write_text("import os"),
    "a pickle": lambda folder: (folder / "scores.pkl").write_bytes(b"\x80\x04."),
    "a folder more": lambda folder: (folder / "images" / "inner").mkdir(),
    "too many files": more_files,
    "an image of no item": lambda folder: (folder / "images" / "nobody.png").write_bytes(b"x"),
    "two images of one item": lambda folder: (folder / "images" / "item-0.jpg").write_bytes(b"x"),
    "no image of a scored item": lambda folder: (folder / "images" / "item-0.png").unlink(),
    "an image that is none": lambda folder: [
        (folder / "images" / f"item-{k}.png").write_bytes(b"<svg onload=alert(1)>") for k in range(3)
    ],
    "an image that explodes": bomb,
    "no scores": lambda folder: (folder / "scores.jsonl").unlink(),
    "empty scores": lambda folder: (folder / "scores.jsonl").write_bytes(b""),
    "no card": lambda folder: (folder / "card.json").unlink(),
    "a huge card": lambda folder: (folder / "card.json").write_text('{"name": "' + "x" * 200_000 + '"}'),
    "deep nesting": spoil_line(b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n"),
    "nesting in a detail": rows_with(lambda row: row["detail"].update(deep=nested(900))),
    "a giant line": spoil_line(b'{"model": "' + b"x" * 2_000_000 + b'"}\n'),
    "no UTF-8": spoil_line(b'{"model": "\xff\xfe"}\n'),
    "no JSON": spoil_line(b"score: 100\n"),
    "a list": spoil_line(b"[1, 2]\n"),
    "half a line": spoil_line(b'{"model": "shifter", "item'),
    "a row twice": twice,
    "an id of another item": rows_with(lambda row: row.update(item_id="item-99")),
    "an id that leads elsewhere": rows_with(lambda row: row.update(item_id="../../x")),
    "rows of another model": rows_with(lambda row: row.update(model="somebody")),
    "another metric's version": rows_with(
        lambda row: row["detail"].update(metric_version="0"), lambda row: row["metric"] == "mas"
    ),
    "a choice that is not there": rows_with(lambda row: row["variant"]["choice"].append("speed")),
    "a variant that is no text": rows_with(
        lambda row: row["variant"]["versions"].append("terms"), lambda row: row["metric"] == "overall"
    ),
    "another to blame": rows_with(lambda row: row.update(blame="the weather")),
    "a metric whose name is a sentence": rows_with(lambda row: row.update(metric="the best")),
    "a win rate of one's own": rows_with(
        lambda row: row.update(metric="win_rate"), lambda row: row["metric"] == "ssim"
    ),
    "a value without status": rows_with(lambda row: row.update(status="missing")),
    "a status without reason": rows_with(lambda row: row.update(status="missing", value=None)),
    "more fields": rows_with(lambda row: row.update(total=100)),
    "another judge in the rows": other_judge,
    "an overall that is no mean": rows_with(raised_overall, lambda row: row["metric"] == "overall"),
    "another benchmark": change(
        "scoring.json",
        bench={"spec": "x", "name": "x", "revision": None, "fingerprint": "0" * 64, "items": 3},
    ),
    "a run of another benchmark": change("run.json", bench={"spec": "x", "fingerprint": "0" * 64}),
    "fewer items expected": change("scoring.json", items=[{"id": "item-0", "category": None}]),
    "scores of another name": change("scoring.json", model="other"),
    "a card of another name": change("card.json", name="other"),
    "an unknown field on the card": change("card.json", rank=1),
    "a name with a space": change("card.json", name="GPT 5"),
    "a name in other letters": change("card.json", name="shiftеr"),  # noqa: RUF001 (that is the point)
    "a link that runs": change("card.json", link="javascript:alert(1)"),
    "a file as link": change("card.json", link="file:///etc/passwd"),
    "weights open as a word": change("card.json", open_weights="yes"),
}


ODD = (5, [], {}, ["x"], {"x": 1}, True, [[]], [5], [None])


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize(
    "field", ["judge", "protocol", "answers", "flow", "flow_size", "metric_version", "repeats", "values"]
)
def test_details_of_another_type(spoiled, benchmark, field, value):
    rows_with(lambda row: row["detail"].update({field: value}))(spoiled)
    seal(spoiled)
    if (field, value) in (("answers", []), ("values", []), ("values", [5])):  # of that type
        assert check(spoiled, benchmark, sample=1).word == "accepted"
    else:
        rejected(spoiled, benchmark)


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("field", ["judges", "answered_by", "text", "model", "digits", "refusal", "finish"])
def test_judges_and_answers_of_another_type(spoiled, benchmark, field, value):
    judged_by_a_model(spoiled, "rubric")
    if field in ("judges", "answered_by"):
        scoring = json.loads((spoiled / "scoring.json").read_text())
        session = scoring["sessions"][-1]
        (session if field == "judges" else session["judges"][0])[field] = value
        (spoiled / "scoring.json").write_text(json.dumps(scoring))
    else:
        rows_with(odd_answer(field, value), lambda row: "answers" in row["detail"])(spoiled)
    seal(spoiled)
    if (field, value) == ("digits", {}):
        assert check(spoiled, benchmark, sample=1).word == "accepted"
    else:
        rejected(spoiled, benchmark)


def odd_answer(field, value):
    def change(row):
        row["detail"]["answers"][0][field] = value

    return change


SAID = {"fidelity": 4, "preservation": 3, "coherence": 2}


def judged_by_a_model(folder, protocol):
    """Let a multimodal model have rated what the reference judge did."""
    if protocol == "rubric":
        answers = [{"text": json.dumps(SAID), "model": "m-1"}]
    else:
        answers = [{"text": str(n), "model": "m-1", "digits": {str(n): -0.1}} for n in SAID.values()]

    def change(row):
        detail = {"judge": "openai:m", "protocol": protocol, "rubric": "1-a", "repeats": "1"}
        row["value"] = float(SAID.get(row["metric"], 3))
        row["detail"] = detail | {"answers": json.loads(json.dumps(answers))}
        row["variant"] = {"choice": ["judge", "protocol"], "versions": ["rubric", "repeats"]}

    rows_with(change, lambda row: "judge" in row["detail"])(folder)
    scoring = json.loads((folder / "scoring.json").read_text())
    scoring["sessions"][-1]["judges"] = [{"judge": "openai:m", "answered_by": {"m-1": 3}}]
    (folder / "scoring.json").write_text(json.dumps(scoring))
    seal(folder)


def no_answers(row):
    del row["detail"]["answers"]


def another_digit(row):
    row["detail"]["answers"][2]["digits"] = {"5": -0.1}


@pytest.mark.parametrize(
    ("protocol", "spoil"),
    [
        ("rubric", raised_overall),
        ("rubric", no_answers),
        ("digit", raised_overall),
        ("digit", no_answers),
        ("digit", another_digit),
    ],
)
def test_what_a_model_answered_gives_the_values(spoiled, benchmark, protocol, spoil):
    judged_by_a_model(spoiled, protocol)
    assert check(spoiled, benchmark, full=True).findings == []
    rows_with(spoil, lambda row: "answers" in row["detail"])(spoiled)
    seal(spoiled)
    assert {finding.kind for finding in rejected(spoiled, benchmark).findings} == {"judge"}


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.slow
@pytest.mark.parametrize("kind", FOLDERS)
def test_folders(spoiled, benchmark, kind):
    FOLDERS[kind](spoiled)
    if kind not in ("no card", "no scores"):
        seal(spoiled)
    rejected(spoiled, benchmark)


def test_what_was_changed_and_not_sealed_is_seen(spoiled, benchmark):
    with (spoiled / "scores.jsonl").open("a") as file:
        file.write("\n")
    assert [finding.kind for finding in rejected(spoiled, benchmark).findings] == ["checksum"]


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
    assert check(path, benchmark, sample=1).word == "accepted"
    content = bytearray(path.read_bytes())
    rng = random.Random(0)
    accepted = 0
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 8)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path.write_bytes(damaged)
        verdict = check(path, benchmark, sample=0)
        if not verdict.findings:  # only bytes that nothing reads, such as a time, may be damaged
            with zipfile.ZipFile(io.BytesIO(content)) as ours, zipfile.ZipFile(path) as theirs:
                assert {name: ours.read(name) for name in ours.namelist()} == {
                    name: theirs.read(name) for name in theirs.namelist()
                }
            accepted += 1
    assert accepted < 30


@pytest.mark.slow
def test_mutations_of_rows_are_never_accepted(spoiled, benchmark):
    """Forty random changes of values, each with right checksums: recomputing all items finds each."""
    rng = random.Random(1)
    original = rows_of(spoiled)
    for _ in range(40):
        rows = json.loads(json.dumps(original))
        row = rng.choice(rows)
        low, high = {"mas": (0, 100), "motion_gain": (-100, 100), "ssim": (-1, 1)}.get(row["metric"], (0, 5))
        old = row["value"]
        while abs(row["value"] - old) < 0.02 * (high - low):
            row["value"] = rng.uniform(low, high)
        write_rows(spoiled, rows)
        seal(spoiled)
        verdict = check(spoiled, benchmark, full=True, seed=0)
        assert verdict.word == "rejected", row
        assert any(row["item_id"] in finding.where for finding in verdict.findings)


STRANGE = (
    None,
    True,
    -1,
    0,
    1e300,
    "",
    "x",
    "../../x",
    "<b>",
    "\u202e",
    [],
    {},
    [[1]],
    {"a": {"b": 1}},
    "9" * 400,
)


def places_in(value, path=()):
    """The paths to everything in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from places_in(one, (*path, name))


def strange(rng, text):
    """A JSON text of which one place holds something else, or is gone."""
    content = json.loads(text)
    *path, last = rng.choice(list(places_in(content)))
    holder = content
    for name in path:
        holder = holder[name]
    if rng.random() < 0.2:
        del holder[last]
    else:
        holder[last] = rng.choice(STRANGE)
    return json.dumps(content)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_strange_values_anywhere_never_crash_a_check_nor_change_a_score(place, benchmark, tmp_path, seed):
    """Twenty random changes each, in any file; what is accepted says the same scores as the honest one."""
    rng = random.Random(seed)
    honest = {slot(row): row["value"] for row in rows_of(place / "honest")}
    words = set()
    for number in range(20):
        folder = shutil.copytree(place / "honest", tmp_path / str(number) / "submission")
        path = folder / rng.choice(
            ["card.json", "scoring.json", "run.json", "records.jsonl"] + 4 * ["scores.jsonl"]
        )
        lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
        chosen = rng.randrange(len(lines))
        lines[chosen] = strange(rng, lines[chosen])
        path.write_text("\n".join(lines) + "\n")
        seal(folder)
        before = everything(tmp_path)
        verdict = check(folder, benchmark, place / "board" / "nothing", full=True, seed=seed)
        assert everything(tmp_path) == before
        words.add(verdict.word)
        if not verdict.findings:
            known = [row for row in rows_of(folder) if row["metric"] in CATALOGUE]
            said = {slot(row): row["value"] for row in known}
            assert said.items() <= honest.items(), lines[chosen]
            assert said == honest or verdict.word.startswith("accepted as partial")
        shutil.rmtree(folder)
    assert "rejected" in words


def test_a_tampered_score_is_found_whenever_its_item_is_drawn(spoiled, benchmark):
    rows = rows_of(spoiled)
    for row in rows:
        if row["item_id"] == "item-1" and row["metric"] == "ssim":
            row["value"] = 1.0
    write_rows(spoiled, rows)
    seal(spoiled)
    seen = set()
    for seed in range(8):
        drawn = random.Random(seed).sample(["item-0", "item-1", "item-2"], 1)
        verdict = check(spoiled, benchmark, sample=1, seed=seed)
        assert bool(verdict.findings) == (drawn == ["item-1"])
        seen.update(drawn)
    assert seen >= {"item-1"}
    assert len(seen) > 1


def test_the_target_handed_in_as_an_edit_is_found(place, spoiled, benchmark):
    target = Image.open(place / "bench" / "target" / "item-1.png")
    target.save(spoiled / "images" / "item-1.png", compress_level=1, dpi=(72, 72))
    seal(spoiled)
    found = check(spoiled, benchmark, full=True).findings
    assert [one.where for one in found if "the target's own pixels" in one.what] == ["item-1"]


def test_a_swapped_image_is_found(spoiled, benchmark):
    (spoiled / "images" / "item-0.png").write_bytes(png(Image.new("RGB", (160, 120), "red")))
    seal(spoiled)
    assert check(spoiled, benchmark, full=True).word == "rejected"


@pytest.mark.parametrize("name", ["Shifter", "sh1fter", "shift_er", "SHIFTER", "shlfter"])
def test_names_that_can_be_taken_for_one_on_the_board(place, spoiled, benchmark, name):
    assert skeleton(name) == skeleton("shifter")
    change("card.json", name=name)(spoiled)
    change("scoring.json", model=name)(spoiled)
    rows_with(lambda row: row.update(model=name))(spoiled)
    seal(spoiled)
    verdict = rejected(spoiled, benchmark, place / "board")
    assert [finding.kind for finding in verdict.findings] == ["name", "duplicate"]


def test_a_copy_under_another_name_is_found(place, spoiled, benchmark):
    change("card.json", name="our-own")(spoiled)
    change("scoring.json", model="our-own")(spoiled)
    rows_with(lambda row: row.update(model="our-own"))(spoiled)
    seal(spoiled)
    verdict = rejected(spoiled, benchmark, place / "board")
    assert [finding.kind for finding in verdict.findings] == ["duplicate"]
    assert "21 of 21 scores are those of shifter" in verdict.findings[0].what


def test_one_that_lies_on_the_board_is_no_duplicate_of_itself(place, benchmark):
    (made,) = (path for path in (place / "board" / "submissions" / "shifter").iterdir() if path.is_dir())
    assert check(made, benchmark, place / "board", sample=0).word == "accepted"


def test_the_same_one_again(place, benchmark):
    verdict = check(place / "honest", benchmark, place / "board", sample=0)
    assert [finding.kind for finding in verdict.findings] == ["duplicate"]

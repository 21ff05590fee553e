"""From candidates to a benchmark by a judge, by hand, or by both; on films, with the command."""

import csv
import json
import shutil

import pytest
from helpers.pair_judge import SENTENCE, VERDICT, answering
from helpers.tiny_judge_server import failing, judging, saying
from helpers.videos import halved, mover, write_video

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.cli import invoke

ASKED = ("--window", "1", "--workers", "1")


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Two films with a subject that moves, in one shot each."""
    place = tmp_path_factory.mktemp("films")
    write_video(place / "a.mp4", halved(mover(1, 30)))
    write_video(place / "b|c.mp4", halved(mover(8, 30)))
    return place


@pytest.fixture(scope="module")
def mined(films, tmp_path_factory):
    out = tmp_path_factory.mktemp("mined") / "bench"
    assert invoke(["mine", str(films), "--out", str(out), *ASKED, "--review"]) == 0
    return out


@pytest.fixture
def bench(mined, tmp_path):
    """The folder of candidates, anew."""
    return shutil.copytree(mined, tmp_path / "bench")


@pytest.fixture
def mine(films, mebench):
    def call(out, *options):
        return mebench("mine", films, "--out", out, *ASKED, *options)

    return call


def rows(bench):
    return list(csv.DictReader((bench / "instructions.csv").read_text(encoding="utf-8").splitlines()))


def judged_by(tiny):
    return "--judge", "openai:m", "--base-url", tiny.url


def test_a_judge_makes_the_benchmark_and_its_card(bench, mine):
    with judging(answering()) as tiny:
        status, out, err = mine(bench, *judged_by(tiny), "--test-share", 100)
        assert status == 0, err
        assert "a benchmark of 2 items" in out
        assert "kept by the judge  2" in out
        assert len(tiny.asked) == 6
        card = (bench / "README.md").read_bytes()
        assert mine(bench, *judged_by(tiny), "--test-share", 100)[0] == 0
        assert len(tiny.asked) == 6
        assert (bench / "README.md").read_bytes() == card
    facts = json.loads((bench / "mine.json").read_text())["judged"]
    assert (facts["judge"], facts["kept"], facts["least"]) == ("openai:m", 2, 4)
    assert facts["answered_by"] == ["tiny-judge-2026-01-01"]
    items = open_benchmark(str(bench)).items
    assert {(item.instruction, item.category) for item in items} == {(SENTENCE, "Locomotion / Distance")}
    told = card.decode()
    assert "| Locomotion / Distance |" in told
    assert "b\\|c.mp4" in told
    assert told.count("| not stated |") == 2
    assert "categories of 2 items are by a judge, tiny-judge-2026-01-01." in told
    assert "(figures/motion.png)" in told
    assert (bench / "figures" / "directions.png").exists()
    assert "window = 1.0" in told


def test_a_person_has_the_last_word(bench, mine, tmp_path):
    first, second = (row["id"] for row in rows(bench))
    with judging(answering()) as tiny:
        given = tmp_path / "given.csv"
        given.write_text(f"id,prompt,category,keep\n{first},,,no\n")
        assert mine(bench, *judged_by(tiny), "--instructions", given)[0] == 0
        assert [item.id for item in open_benchmark(str(bench)).items] == [second]
        mended = (bench / "instructions.csv").read_text().replace(SENTENCE, "Push it on.")
        (bench / "instructions.csv").write_text(mended.replace(f"{first},,,no", f"{first},,,"))
        assert mine(bench, *judged_by(tiny))[0] == 0
        found = {item.id: item.instruction for item in open_benchmark(str(bench)).items}
        assert found == {first: SENTENCE, second: "Push it on."}


def test_what_a_judge_said_stays_and_empty_lines_do_not_hold_before_it(bench, mine, tmp_path):
    empty = shutil.copy(bench / "instructions.csv", tmp_path / "empty.csv")
    with judging(answering()) as tiny:
        assert mine(bench, *judged_by(tiny), "--instructions", empty)[0] == 0
    assert len(open_benchmark(str(bench)).items) == 2
    said = (bench / "instructions.csv").read_bytes()
    assert mine(bench, "--review")[0] == 0
    assert (bench / "instructions.csv").read_bytes() == said
    assert SENTENCE in (bench / "mine" / "review.html").read_text()


def test_a_folder_that_is_called_as_an_embedded_benchmark_has_figures_of_its_own(
    bench, mine, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    shutil.move(bench, "sample")
    given = tmp_path / "given.csv"
    given.write_text(f"id,prompt\n{rows(tmp_path / 'sample')[0]['id']},Push it on.\n")
    assert mine("sample", "--instructions", given)[0] == 0
    assert "sample, 1 of 1 items" in (tmp_path / "sample" / "README.md").read_text()


def test_another_judge_takes_the_place_of_what_the_first_one_said(bench, mine):
    with judging(answering()) as tiny:
        assert mine(bench, *judged_by(tiny))[0] == 0
    with judging(answering(instruction={"instruction": "Shove it."})) as tiny:
        assert mine(bench, *judged_by(tiny))[0] == 0
    assert [item.instruction for item in open_benchmark(str(bench)).items] == ["Shove it."] * 2


def test_what_waits_for_a_judge_is_told_and_no_item(bench, mine):
    replies = iter([failing(401, "bad key"), VERDICT])
    with judging(answering(verdict=lambda *_: next(replies))) as tiny:
        status, out, _ = mine(bench, *judged_by(tiny), "--concurrency", 1)
        assert status == 1
        assert "- failed 2 the judge gave no verdict" in " ".join(out.split())
        assert "a benchmark of 0 items" in out
        assert [row["keep"] for row in rows(bench)] == ["", ""]
        assert not (bench / "README.md").exists()
    with judging(answering(verdict=VERDICT | {"motion": 2})) as tiny:
        status, out, _ = mine(bench, *judged_by(tiny))
        assert status == 0
        assert "the judge: no clear motion" in out
        assert [row["keep"] for row in rows(bench)] == ["no", "no"]


def test_a_dry_run_counts_what_a_judge_would_cost(bench, mine, tmp_path):
    with judging(answering()) as tiny:
        status, out, _ = mine(bench, *judged_by(tiny), "--dry-run")
        assert status == 0
        assert "the 2 candidates of the last run" in out
        assert out.splitlines()[-1].split()[1] == "6"
        status, out, _ = mine(tmp_path / "none", *judged_by(tiny), "--dry-run")
        assert "at most 3 questions about each candidate" in out
        assert not (tmp_path / "none").exists()
        assert tiny.asked == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--judge", "reference"), "judge reference rates edits and cannot say what moves"),
        (("--judge", "opennai:m"), "unknown judge 'opennai:m'"),
        (("--judge", "openai:m", "--base-url", "http://localhost:1/v1", "--max-cost", 1), "--max-cost needs"),
        (("--not-in", "nowhere"), "no benchmark 'nowhere'"),
    ],
)
def test_a_mistake_is_one_line_before_any_work(films, tmp_path, mine, options, said):
    status, _, err = mine(tmp_path / "bench", *options)
    assert status == 2
    assert said in err
    assert not (tmp_path / "bench").exists()


def test_the_page_is_written_and_what_it_saves_is_read(bench, mine, visit, tmp_path):
    page = visit(bench / "mine" / "review.html", width=1360)
    assert page.locator("#flow").is_visible()
    page.keyboard.press("e")
    page.keyboard.type("Push the square along.")
    page.keyboard.press("Enter")
    page.keyboard.press("d")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save").click()
    waiting.value.save_as(tmp_path / "instructions.csv")
    status, out, _ = mine(bench, "--instructions", tmp_path / "instructions.csv", "--review")
    assert status == 0
    assert "a benchmark of 1 items" in out
    assert [item.instruction for item in open_benchmark(str(bench)).items] == ["Push the square along."]
    assert "written by hand" in (bench / "README.md").read_text()
    page.reload()
    assert page.locator("#count").inner_text() == "2 of 2 decided, 1 become items"


def test_pairs_that_another_benchmark_has_are_dropped_and_named(bench, mine, tmp_path):
    with judging(answering()) as tiny:
        assert mine(bench, *judged_by(tiny))[0] == 0
    other = tmp_path / "other"
    shutil.copytree(bench, other, ignore=shutil.ignore_patterns("mine*"))
    lines = (other / "metadata.jsonl").read_text().splitlines(keepends=True)
    turned = json.loads(lines[0])
    turned["file_name"], turned["target_file_name"] = turned["target_file_name"], turned["file_name"]
    (other / "metadata.jsonl").write_text(json.dumps(turned) + "\n")
    out = tmp_path / "mined"
    status, told, _ = mine(out, "--not-in", other)
    assert status == 0
    assert "another benchmark has a picture like it" in told
    decisions = [json.loads(line) for line in (out / "mine" / "decisions.jsonl").read_text().splitlines()]
    dropped = [one for one in decisions if one["rule"] == "elsewhere"]
    assert [(one["id"], one["value"], one["limit"]) for one in dropped] == [(turned["id"], 0.0, 7)]
    assert dropped[0]["other"] == f"other: {turned['id']}"
    assert len(rows(out)) == 1
    assert json.loads((out / "mine.json").read_text())["not_in"]["benchmark"] == "other"
    before = (out / "mine" / "elsewhere.jsonl").read_bytes()
    assert mine(out, "--not-in", other)[0] == 0
    assert (out / "mine" / "elsewhere.jsonl").read_bytes() == before
    (other / turned["file_name"]).write_bytes(b"no picture")
    status, _, err = mine(out, "--not-in", other)
    assert (status, f"item {turned['id']} cannot be compared with" in err) == (2, True)


def test_licences_stand_in_the_card(bench, mine, tmp_path):
    licences = tmp_path / "licences.csv"
    licences.write_text("video,licence,source\na.mp4,CC BY 4.0,Example Lab\n")
    with judging(answering()) as tiny:
        assert mine(bench, *judged_by(tiny), "--licences", licences)[0] == 0
        told = (bench / "README.md").read_text()
        assert "| CC BY 4.0 | Example Lab |" in " ".join(told.split())
        for text, said in [
            ("video,licence\nz.mp4,CC0\n", "line 2: no video 'z.mp4' among those that are mined"),
            ("video,licence\na.mp4,\n", "line 2: no licence of a.mp4"),
            ("video,licence\na.mp4,CC0\na.mp4,CC0\n", "line 3: a.mp4 is there a second time"),
            ("film,licence\na.mp4,CC0\n", "has no column 'video'"),
        ]:
            licences.write_text(text)
            status, _, err = mine(bench, "--licences", licences)
            assert (status, said in err) == (2, True), err
        licences.write_bytes(b"\xff\xfe\xff")
        assert "cannot read" in mine(bench, "--licences", licences)[2]


def test_a_card_without_matplotlib_has_no_figures(bench, mine, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with judging(answering()) as tiny:
        status, _, err = mine(bench, *judged_by(tiny))
    assert status == 0
    assert "the card has no figures" in err
    assert "figures/" not in (bench / "README.md").read_text()


def test_a_refusal_is_an_answer(bench, mine):
    with judging(answering(verdict=lambda *_: saying("I'm sorry, I can't help with that."))) as tiny:
        assert mine(bench, *judged_by(tiny))[0] == 1
        asked = len(tiny.asked)
        status, out, _ = mine(bench, *judged_by(tiny))
        assert (status, len(tiny.asked)) == (1, asked)
        assert "the judge gave no verdict: it waits" in out


def test_instructions_of_another_folder_leave_the_benchmark_as_it_is(bench, mine, tmp_path):
    first = rows(bench)[0]["id"]
    given = tmp_path / "given.csv"
    given.write_text(f"id,prompt\n{first},Push it on.\n")
    assert mine(bench, "--instructions", given)[0] == 0
    made = (bench / "metadata.jsonl").read_bytes()
    given.write_text("id,prompt\n1.23E+11,Push it on.\n")
    status, _, err = mine(bench, "--instructions", given)
    assert status == 2
    assert "1 lines of" in err
    assert "such as '1.23E+11'" in err
    assert "none of its instructions is of a candidate" in err
    assert (bench / "metadata.jsonl").read_bytes() == made


def test_the_card_knows_whose_words_they_are_when_no_judge_is_asked_any_more(bench, mine, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)  # it needs no figures here
    first = rows(bench)[0]["id"]
    with judging(answering()) as tiny:
        assert mine(bench, *judged_by(tiny))[0] == 0
    mended = (bench / "instructions.csv").read_text().replace(f"{first},{SENTENCE}", f"{first},Push it on.")
    (bench / "instructions.csv").write_text(mended)
    assert mine(bench, "--instructions", bench / "instructions.csv")[0] == 0
    told = " ".join((bench / "README.md").read_text().split())
    assert "categories of 1 items are by a judge, tiny-judge-2026-01-01; of 1 by hand." in told
    (bench / "instructions.csv").write_text(mended.replace(",yes", ",no", 1))
    assert mine(bench, "--instructions", bench / "instructions.csv")[0] == 0
    told = " ".join((bench / "README.md").read_text().split())
    assert "| candidates | 2 | | - left out by hand | 1 | | items | 1 |" in told

import csv
import json

import pytest
from helpers.pictures import photograph, png
from helpers.tiny_judge_server import failing, judging, saying
from test_judging import own_answers  # noqa: F401 (a fixture)

from motionedit_bench.files import read_lines


def bench_of_pairs(folder, preferred="aabbt"):
    """So many pairs, of which people preferred one or none, of two categories."""
    folder.mkdir()
    lines = []
    for number, letter in enumerate(preferred):
        names = {part: f"{number}-{part}.png" for part in ("input", "a", "b")}
        for place, name in enumerate(names.values()):
            (folder / name).write_bytes(png(photograph(10 * number + place, 40, 32)))
        told = {"t": "tie"}.get(letter, letter)
        category = "pose" if number % 2 else "move"
        lines.append(
            {"id": number, "prompt": f"Do {number}.", **names, "preferred": told, "category": category}
        )
    with (folder / "pairs.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    return folder / "pairs.csv"


def evaluated(mebench, pairs, tiny, *more):
    return mebench("judge-eval", pairs, "--judge", "openai:m", "--base-url", tiny.url, *more)


def number_of(asked):
    return int(asked.text.partition("Do ")[2].partition(".")[0])


def winner(word):
    return saying(json.dumps({"reason": "", "winner": word}))


def test_a_judge_beside_people(mebench, tmp_path):
    """It always prefers the edit shown first but for pair 0, where it is right, and declines pair 3."""
    pairs = bench_of_pairs(tmp_path / "pairs")
    order = []

    def reply(asked, before):
        number = number_of(asked)
        if number == 3:
            return saying("I'm sorry, I can't.")
        if number == 0:
            first = asked.body["messages"][0]["content"][2]["image_url"]["url"]
            order.append(first)
            return winner("A" if first == order[0] else "B")
        return winner("A")

    with judging(reply) as tiny:
        status, out, _ = evaluated(mebench, pairs, tiny, "--concurrency", 1)
        assert len(tiny.asked) == 10
        again = evaluated(mebench, pairs, tiny)
        assert len(tiny.asked) == 10
    assert status == 1
    assert out.splitlines()[2].split()[:3] == ["openai:m", "all", "50.0"]
    assert "2/3" in out
    assert "3/4" in out
    assert "1 pairs refused, which are not right" in out
    assert "asked now: 10 calls" in out
    assert "asked now: 0 calls" in again[1]
    rows = list(read_lines(tmp_path / "pairs" / "judged_pairs.jsonl"))
    assert [(row["preferred"], row["outcome"], row["status"]) for row in rows] == [
        ("a", "a", "ok"),
        ("a", "tie", "ok"),
        ("b", "tie", "ok"),
        ("b", None, "refused"),
        ("tie", "tie", "ok"),
    ]
    assert all(str(tmp_path) not in json.dumps(row) for row in rows)


def test_trouble_is_never_a_win_nor_held_against_the_judge(mebench, tmp_path):
    pairs = bench_of_pairs(tmp_path / "pairs", "ab")
    with judging(failing(413)) as tiny:
        status, out, _ = evaluated(mebench, pairs, tiny, "--out", tmp_path / "out")
    assert status == 1
    assert out.splitlines()[2].split() == ["openai:m", "all", "-", "-", "-", "0/0", "0/2", "0/0"]
    assert "2 pairs failed, no answer came: no accuracy before the rest" in out
    assert (tmp_path / "out" / "judged_pairs.jsonl").exists()


def test_a_picture_that_is_none_is_not_the_judges_fault(mebench, tmp_path):
    pairs = bench_of_pairs(tmp_path / "pairs", "aab")
    (tmp_path / "pairs" / "1-b.png").write_bytes(b"no picture")
    with judging(winner("A")) as tiny:
        status, out, _ = evaluated(mebench, pairs, tiny)
        assert len(tiny.asked) == 4
    assert status == 1
    assert "1 pairs left out" in out
    assert "2/2" in out


def test_a_dry_run_asks_nothing(mebench, tmp_path):
    pairs = bench_of_pairs(tmp_path / "pairs", "ab")
    (tmp_path / "pairs" / "1-b.png").write_bytes(b"no picture")
    with judging(winner("A")) as tiny:
        status, out, _ = evaluated(mebench, pairs, tiny, "--dry-run")
        assert (status, tiny.asked) == (0, [])
    assert out.splitlines()[2].split()[:2] == ["openai:m", "2"]


@pytest.mark.parametrize("spec", ["reference", "opanai:m"])
def test_a_judge_that_cannot_is_told_in_one_line(mebench, tmp_path, spec):
    pairs = bench_of_pairs(tmp_path / "pairs", "a")
    status, _, err = mebench("judge-eval", pairs, "--judge", spec)
    assert (status, err.count("\n")) == (2, 1)

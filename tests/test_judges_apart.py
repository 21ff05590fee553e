"""Two judges never share a column, and no edit pays for what goes wrong with one."""

import json
import math
import os
import re

import pytest
from helpers.tiny_judge_server import Reply, failing, judging, rating, saying
from test_judging import judge, number_of, own_answers, rows, tiny_bench  # noqa: F401 (a fixture)

from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.board import load
from motionedit_bench.metrics.judge import asking
from motionedit_bench.predictions import COMPARISONS

FINAL = rating(4, 4, 4)


def columns(preds, metric="overall"):
    """By model and variant: mean, scored, mean with failures as worst."""
    return {
        (row.model, column.variant): (one.mean, one.scored, one.mean_failed_as_worst)
        for row in load(preds).rows
        for column, one in row.summaries.items()
        if column.metric == metric
    }


def test_one_name_at_two_addresses_and_with_two_settings_is_four_judges(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    models = [preds / "model-0", preds / "model-1"]
    with judging(saying(FINAL)) as one, judging(saying(rating(1, 1, 1))) as other:
        judge(mebench, bench, models[0], one)
        judge(mebench, bench, models[0], one, "--judge-set", "temperature=1")
        judge(mebench, bench, models[1], other)
        judge(mebench, bench, models[1], one, "--judge-set", "top_p=0.5")
        judge(mebench, bench, models[1], one, "--judge-set", "temperature=0")
        urls = one.url, other.url
    found = {
        (name, dict(variant)["address"], dict(variant).get("parameters")): told[:2]
        for (name, variant), told in columns(preds).items()
    }
    assert found == {
        ("model-0", urls[0], None): (4, 2),
        ("model-0", urls[0], "temperature=1"): (4, 2),
        ("model-1", urls[0], None): (4, 2),
        ("model-1", urls[0], "top_p=0.5"): (4, 2),
        ("model-1", urls[1], None): (1, 2),
    }
    for (_, variant), (mean, scored, _) in columns(preds, "win_rate").items():
        alone = dict(variant).get("parameters") or dict(variant)["address"] == urls[1]
        assert (mean, scored) == ((None, 0) if alone else (50, 2))


def test_the_own_address_of_a_provider_goes_without_saying(monkeypatch):
    from motionedit_bench.metrics.judge.served import Served

    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert Served("openai", "m").choice == {}
    assert Served("openai", "m", fields={"temperature": None, "seed": 7}).choice == {
        "parameters": "seed=7, temperature=null"
    }
    assert Served("openai", "m", "http://h:1/v1/").choice == {"address": "http://h:1/v1"}


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_server_that_changes_its_model_is_named_and_its_answers_stand_apart(mebench, tmp_path, concurrency):
    bench, preds = tiny_bench(tmp_path, 6, 1)
    (preds / "model-0" / "item-5.png").unlink()

    def reply(asked, before):
        number = int(asked.text.split("Move it ")[1].split()[0]) - 2
        if number == 4:
            return failing(413)
        return saying(rating(5 if number < 3 else 2, 1, 1), model="old-1" if number < 3 else "new-2")

    with judging(reply) as tiny:
        status, _, err = judge(mebench, bench, preds, tiny, "--concurrency", concurrency)
        again, _, told = judge(mebench, bench, preds, tiny, "--concurrency", concurrency)
    assert (status, again) == (1, 1)
    for text in (err, told):
        assert "answered by several models, and their scores stand apart: new-2 (1x), old-1 (3x)" in text
    found = {dict(variant)["answered_by"]: told for (_, variant), told in columns(preds, "fidelity").items()}
    assert found == {"old-1": (5, 3, None), "new-2": (2, 1, None)}


def test_the_same_server_on_another_day_is_compared_with_nobody(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    with judging(saying(FINAL)) as tiny:
        for name in ("model-0", "model-1"):
            tiny.reply = lambda *_, name=name: saying(FINAL, model=f"gpt-{name}")
            judge(mebench, bench, preds / name, tiny)
        assert {dict(variant)["answered_by"] for _, variant in columns(preds)} == {
            "gpt-model-0",
            "gpt-model-1",
        }
        assert {told[0] for told in columns(preds, "win_rate").values()} == {None}


def test_a_run_that_goes_on_with_another_model_says_so(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 3, 1)
    with judging(saying(FINAL, model="old-1")) as tiny:
        judge(mebench, bench, preds, tiny, "--max-calls", 1, "--concurrency", 1)
        tiny.reply = lambda *_: saying(FINAL, model="new-2")
        _, _, err = judge(mebench, bench, preds, tiny)
    assert "new-2 (2x), old-1 (1x)" in err
    found = {dict(variant)["answered_by"]: told[1:] for (_, variant), told in columns(preds).items()}
    assert found == {"new-2": (2, None), "old-1": (1, None)}


def test_a_comparison_says_who_answered_and_changes_are_rated_apart(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 3, 2)

    def reply(asked, before):
        model = "new-2" if "Move it 2 " in asked.text else "old-1"
        return saying(json.dumps({"reason": "", "winner": "A"}), model=model)

    with judging(reply) as tiny:
        status, out, err = mebench(
            *("prefer", preds, "--bench", bench, "--judge", "openai:m", "--base-url", tiny.url),
            *("--judge-set", "temperature=0.5"),
        )
        url = tiny.url
    assert status == 0
    assert "answered by several models" in err
    assert "answered by old-1:" in out
    assert "answered by new-2:" in out
    told = list(read_lines(preds / COMPARISONS))
    assert [row["answered_by"] for row in told] == ["new-2", "old-1", "old-1"]
    assert {(row["address"], row["parameters"]) for row in told} == {(url, "temperature=0.5")}


TROUBLE = {
    "down": failing(413),
    "cut": saying("<think>" + FINAL, finish="length"),
    "refused": saying("I'm sorry, I can't."),
    "babble": saying("no idea"),
    "error": Reply(200, b'{"error": {"message": "Insufficient credits", "code": 402}}'),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_an_edit_is_never_charged_with_a_judges_trouble(mebench, tmp_path, name):
    bench, preds = tiny_bench(tmp_path, 2, 1)
    with judging(TROUBLE[name]) as tiny:
        assert judge(mebench, bench, preds, tiny)[0] == 1
    assert {row["blame"] for row in rows(preds).values()} == {"judge"}
    assert list(columns(preds).values()) == [(None, 0, None)]


def test_nor_with_ours_in_reading_its_answer(mebench, tmp_path, monkeypatch):
    def broken(answer):
        raise ZeroDivisionError("a bug of ours")

    bench, preds = tiny_bench(tmp_path, 2, 2)
    with judging(saying(FINAL)) as tiny, monkeypatch.context() as patch:
        patch.setattr(asking, "scores_of", broken)
        patch.setattr(asking, "winner_of", broken)
        assert judge(mebench, bench, preds, tiny)[0] == 1
        arguments = ("prefer", preds, "--bench", bench, "--judge", "openai:m", "--base-url", tiny.url)
        assert mebench(*arguments)[0] == 1
        found = rows(preds).values()
        assert {(row["status"], row["blame"]) for row in found} == {("failed", "judge")}
        assert "ZeroDivisionError: a bug of ours" in next(iter(found))["reason"]
        assert {row["blame"] for row in read_lines(preds / COMPARISONS)} == {"judge"}
    with judging(saying(FINAL)) as tiny:
        tiny.url = rows(preds)["model-0", "item-0", "overall"]["detail"]["address"]
        assert judge(mebench, bench, preds, tiny)[0] == 0, "read again from the ledger"
        assert tiny.asked == []


def test_half_a_character_in_a_reason_costs_nothing_and_rows_stay(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 1)
    text = FINAL.replace("as it looks", "half \\ud83d")
    with judging(saying(text)) as tiny:
        assert judge(mebench, bench, preds, tiny)[0] == 0
        written = (preds / "model-0" / "scores.jsonl").read_bytes()
        assert judge(mebench, bench, preds, tiny)[0] == 0
        assert len(tiny.asked) == 2
    assert (preds / "model-0" / "scores.jsonl").read_bytes() == written
    assert {row["detail"]["why"] for row in rows(preds).values()} == {"half \\ud83d"}
    assert columns(preds).popitem()[1] == (4, 2, 4)


def test_a_folder_that_is_not_utf_8_is_refused_in_one_line_before_anything_is_asked(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    (preds / "model-1").rename(os.fsdecode(os.fsencode(preds) + b"/caf\xe9"))
    with judging(saying(FINAL)) as tiny:
        status, _, err = judge(mebench, bench, preds, tiny)
        assert (status, tiny.asked) == (2, [])
    assert re.search(r"caf\\udce9' cannot name a model, for its name is not UTF-8: rename it\n$", err)


def test_equal_edits_are_asked_about_once_and_rows_are_the_ledgers(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 3, 3)
    for model in ("model-1", "model-2"):
        for path in (preds / "model-0").iterdir():
            (preds / model / path.name).write_bytes(path.read_bytes())

    def dice(asked, before):
        return saying(rating(before % 6, number_of(asked) % 6, len(tiny.asked) % 6, n=len(tiny.asked)))

    with judging(dice, seconds=0.1) as tiny:
        judge(mebench, bench, preds, tiny, "--repeats", 4, "--concurrency", 64)
        assert len(tiny.asked) == 12
    found = rows(preds)
    for item in range(3):
        told = [found[f"model-{model}", f"item-{item}", "overall"]["detail"] for model in range(3)]
        assert told[0]["answers"] == told[1]["answers"] == told[2]["answers"]


def test_a_digit_of_which_the_model_did_not_think_is_no_score(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    thinking = {"<think>": math.log(0.99999), "5": -11.6, "The": -12.0}
    with judging(saying("<think>", finish="length", logprobs=thinking)) as tiny:
        assert judge(mebench, bench, preds, tiny, "--protocol", "digit")[0] == 1
    assert {(row["status"], row["blame"]) for row in rows(preds).values()} == {("unparsed", "judge")}


@pytest.mark.parametrize("spec", ["openai:m", "gemini:m"])
def test_a_dry_run_needs_no_key_and_an_unusable_proxy_is_one_line(mebench, tmp_path, monkeypatch, spec):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    bench, preds = tiny_bench(tmp_path, 2, 2)
    arguments = ("--bench", bench, "--judge", spec)
    score = ("score", preds, *arguments, "--metrics", "overall")
    assert mebench(*score, "--dry-run")[0] == 0
    assert mebench("prefer", preds, *arguments, "--dry-run")[0] == 0
    status, _, err = mebench(*score)
    assert (status, err.count("\n")) == (2, 1)
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:7891/")
    for command in (score, ("prefer", preds, *arguments)):
        status, _, err = mebench(*command, "--base-url", "http://127.0.0.1:9/v1")
        assert (status, err.count("\n")) == (2, 1)
        assert "ALL_PROXY" in err
    assert not list(preds.glob("*/scores.jsonl"))

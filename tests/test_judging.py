import json
import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from functools import lru_cache
from pathlib import Path

import pytest
from helpers.pictures import photograph, png
from helpers.shared import with_benchmarks
from helpers.tiny_judge_server import MODEL, Reply, failing, judging, rating, saying

from motionedit_bench.benchmarks.sample import build
from motionedit_bench.files import read_lines

FAULTS = (
    failing(429),
    failing(429, Retry_After="0"),
    failing(500),
    Reply(cut=True),
    Reply(200, b""),
)
"""What another try mends."""

ANSWERS = {
    "empty": (saying(""), "unparsed"),
    "words": (saying(rating("four", "three", "two")), "unparsed"),
    "fraction": (saying(rating("4/5", 3, 3)), "unparsed"),
    "seven of five": (saying(rating(7, 3, 3)), "unparsed"),
    "no JSON": (saying("The arm is raised. Fidelity: four."), "unparsed"),
    "refusal": (saying("I'm sorry, but I can't assist with that."), "refused"),
    "marked refusal": (saying(None, refusal="no"), "refused"),
    "policy": (failing(400, "not this", "content_policy_violation"), "refused"),
}
"""What no other try mends."""


@pytest.fixture(autouse=True)
def own_answers(tmp_path, monkeypatch, request):
    """Answers of one test are not another's; a canary's benchmark is, and its pictures."""
    drawn = "drawn" in request.fixturenames
    cache = with_benchmarks(tmp_path / "cache", *(["sample"] if drawn else []))
    monkeypatch.setenv("MEBENCH_CACHE", str(cache))


@pytest.fixture(scope="module")
def drawn():
    """What canaries show is drawn once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "partly", lru_cache(build.partly))
        yield


def tiny_bench(folder, items, models):
    """A benchmark of so many small items, and edits by so many models; every picture differs."""
    lines = []
    for name in ("input", "target"):
        (folder / "bench" / name).mkdir(parents=True)
    for item in range(items):
        line = {"id": f"item-{item}", "prompt": f"Move it {item + 2} pixels to the right."}
        for number, (key, name) in enumerate((("file_name", "input"), ("target_file_name", "target"))):
            line[key] = f"{name}/item-{item}.png"
            (folder / "bench" / line[key]).write_bytes(png(photograph(2 * item + number, 48, 40)))
        lines.append(json.dumps(line) + "\n")
    (folder / "bench" / "metadata.jsonl").write_text("".join(lines))
    for model in range(models):
        out = folder / "preds" / f"model-{model}"
        out.mkdir(parents=True)
        for item in range(items):
            pixels = photograph(1000 + model * items + item, 48, 40)
            (out / f"item-{item}.png").write_bytes(png(pixels))
    return folder / "bench", folder / "preds"


def judge(mebench, bench, preds, tiny, *more):
    return mebench(
        *("score", preds, "--bench", bench, "--metrics", "overall,fidelity,preservation,coherence"),
        *("--judge", "openai:m", "--base-url", tiny.url, "--flow", "dis", *more),
    )


def rows(preds):
    """The rows that count, by (model, item, metric)."""
    found = {}
    for path in sorted(preds.glob("*/scores.jsonl")):
        for row in read_lines(path):
            found[row["model"], row["item_id"], row["metric"]] = row
    return found


def number_of(asked):
    """A number that is the question's own: of its words, pictures and seed."""
    return int(asked.digest, 16)


def said_scores(asked):
    number = number_of(asked)
    return number // 7 % 6, number // 42 % 6, number // 252 % 6


def well(asked, before):
    return saying(rating(*said_scores(asked), digest=asked.digest))


def test_what_the_judge_said_is_in_the_rows(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    with judging(saying(rating(4, 3, 2), model="another-model-2")) as tiny:
        status, out, err = judge(mebench, bench, preds, tiny)
    assert (status, err.count("Traceback")) == (0, 0)
    assert len(tiny.asked) == 4
    found = rows(preds)
    assert {key[2]: row["value"] for key, row in found.items()} == {
        "fidelity": 4,
        "preservation": 3,
        "coherence": 2,
        "overall": 3,
    }
    detail = found["model-0", "item-1", "overall"]["detail"]
    assert (detail["judge"], detail["protocol"], detail["repeats"]) == ("openai:m", "rubric", "1")
    assert detail["rubric"].startswith("1-")
    assert detail["why"] == "as it looks"
    assert json.loads(detail["answers"][0]["text"])["fidelity"] == 4
    assert detail["answers"][0]["model"] == "another-model-2"
    assert "overall" in out
    (told,) = json.loads((preds / "model-0" / "scoring.json").read_text())["sessions"][-1]["judges"]
    assert told["judge"] == "openai:m"
    assert told["answered_by"] == {"another-model-2": 4}
    assert told["calls_of_all_judges"] == 4


@pytest.mark.slow
def test_a_thousand_judgements_by_a_server_that_fails_in_all_ways(mebench, tmp_path):
    """30 of 100 questions meet a fault: every second of those is mended by another try, the others never."""
    bench, preds = tiny_bench(tmp_path, 125, 8)
    hard = list(ANSWERS)

    def reply(asked, before):
        number = number_of(asked)
        if number % 100 < 15:
            return FAULTS[number // 100 % len(FAULTS)] if before < 1 + number // 500 % 2 else well(asked, 0)
        if number % 100 < 30:
            return ANSWERS[hard[number // 100 % len(hard)]][0]
        return well(asked, before)

    with judging(reply) as tiny:
        status, _, err = judge(mebench, bench, preds, tiny, "--concurrency", 16)
        asked = {one.digest: one for one in tiny.asked}
        first_calls = len(tiny.asked)
        before = {path: path.read_bytes() for path in preds.glob("*/scores.jsonl")}
        again, _, _ = judge(mebench, bench, preds, tiny, "--concurrency", 3)
    assert (status, again) == (1, 1)
    assert "Traceback" not in err
    assert len(asked) == 1000
    assert len(tiny.asked) == first_calls, "an answer was asked for twice"
    assert {path: path.read_bytes() for path in preds.glob("*/scores.jsonl")} == before
    expected = 1000 + sum(
        1 + number_of(one) // 500 % 2 for one in asked.values() if number_of(one) % 100 < 15
    )
    assert first_calls == expected

    found = rows(preds)
    assert len(found) == 4000
    wanted = sorted(
        tuple(map(float, said_scores(one))) for one in asked.values() if not 15 <= number_of(one) % 100 < 30
    )
    got = sorted(
        tuple(found[model, item, name]["value"] for name in ("fidelity", "preservation", "coherence"))
        for model, item, metric in found
        if metric == "overall" and found[model, item, metric]["status"] == "ok"
    )
    assert got == wanted
    for row in found.values():
        answer = row["detail"]["answers"][0]
        if row["status"] == "ok":
            told = asked[json.loads(answer["text"])["digest"]]
            scores = dict(zip(("fidelity", "preservation", "coherence"), said_scores(told), strict=True))
            scores["overall"] = sum(scores.values()) / 3
            assert row["value"] == pytest.approx(scores[row["metric"]], abs=1e-12)
        else:
            assert row["value"] is None
            assert row["reason"]
            assert row["detail"]["outcome"] == row["status"]
    counted = dict.fromkeys(("unparsed", "refused"), 0)
    for one in asked.values():
        number = number_of(one)
        if 15 <= number % 100 < 30:
            counted[ANSWERS[hard[number // 100 % len(hard)]][1]] += 4
    statuses = [row["status"] for row in found.values()]
    assert {status: statuses.count(status) for status in counted} == counted


def test_transport_failures_are_rows_and_the_next_run_asks_them_alone(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 6, 2)

    def broken(asked, before):
        return failing(413, "too large") if number_of(asked) % 2 else well(asked, before)

    with judging(broken) as tiny:
        status, _, _ = judge(mebench, bench, preds, tiny)
        failed = {key for key, row in rows(preds).items() if row["status"] == "failed"}
        asked = len(tiny.asked)
        assert status == 1
        assert asked == 12
        assert {rows(preds)[key]["detail"]["outcome"] for key in failed} == {"transport"}
        tiny.reply = well
        status, _, _ = judge(mebench, bench, preds, tiny)
        assert status == 0
        assert len(tiny.asked) - asked == len(failed) // 4
    assert 0 < len(failed) < 48
    assert {row["status"] for row in rows(preds).values()} == {"ok"}


def test_rows_do_not_depend_on_how_many_calls_are_under_way(mebench, tmp_path):
    contents = []
    for concurrency in (1, 13):
        bench, preds = tiny_bench(tmp_path / str(concurrency), 9, 2)
        with judging(well, seconds=0.002) as tiny:
            url = tiny.url
            judge(mebench, bench, preds, tiny, "--concurrency", concurrency)
        scores = [path.read_text() for path in sorted(preds.glob("*/scores.jsonl"))]
        values = [
            [(row["item_id"], row["metric"], row["value"]) for row in map(json.loads, text.splitlines())]
            for text in scores
        ]
        contents.append(values)
        assert url
    assert contents[0] == contents[1]


def test_over_budget_is_a_status_and_more_money_goes_on(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 5, 1)
    with judging(well) as tiny:
        status, _, _ = judge(mebench, bench, preds, tiny, "--max-calls", 3, "--concurrency", 1)
        assert status == 1
        over = [row for row in rows(preds).values() if row["status"] == "unavailable"]
        assert len(over) == 8
        assert {row["detail"]["outcome"] for row in over} == {"over_budget"}
        assert "--max-calls is 3" in over[0]["reason"]
        assert judge(mebench, bench, preds, tiny)[0] == 0
        assert len(tiny.asked) == 5


def test_a_dry_run_counts_and_asks_nothing(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 3, 2)
    prices = tmp_path / "prices.toml"
    prices.write_text('["openai:m"]\ninput = 1000\noutput = 10000\npixels_per_token = 10\n')
    with judging(well) as tiny:
        judge(mebench, bench, preds, tiny, "--max-calls", 1)
        status, out, _ = judge(mebench, bench, preds, tiny, "--dry-run", "--repeats", 2, "--prices", prices)
        assert status == 0
        assert len(tiny.asked) == 1
        line = next(line for line in out.splitlines() if line.startswith("openai:m"))
        assert line.split()[1:3] == ["12", "1"]
        assert float(line.split()[-1]) > 0
        status, out, _ = judge(mebench, bench, preds, tiny, "--dry-run")
        assert "no price known" in out
        status, _, err = judge(mebench, bench, preds, tiny, "--max-cost", 1)
        assert (status, err.count("\n")) == (2, 1)
        assert "--prices" in err


def test_repeats_are_averaged_and_one_that_fails_leaves_no_score(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 1)

    def reply(asked, before):
        if asked.body["seed"] == 2 and "2 pixels" in asked.text:
            return saying("no idea")
        return saying(rating(asked.body["seed"] + 1, 1, 1))

    with judging(reply) as tiny:
        judge(mebench, bench, preds, tiny, "--repeats", 3)
    found = rows(preds)
    row = found["model-0", "item-1", "fidelity"]
    assert (row["value"], row["detail"]["values"]) == (2.0, [1.0, 2.0, 3.0])
    row = found["model-0", "item-0", "fidelity"]
    assert (row["value"], row["status"]) == (None, "unparsed")
    assert len(row["detail"]["answers"]) == 3


def test_the_digit_protocol_asks_once_a_scale(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    logprobs = {"4": math.log(0.5), "2": math.log(0.25)}
    with judging(saying("4", logprobs=logprobs)) as tiny:
        assert judge(mebench, bench, preds, tiny, "--protocol", "digit")[0] == 0
        assert len(tiny.asked) == 3
    row = rows(preds)["model-0", "item-0", "coherence"]
    assert row["value"] == pytest.approx((4 * 0.5 + 2 * 0.25) / 0.75)
    assert row["detail"]["approximate"] == ["0", "1", "3", "5"]
    assert row["detail"]["mass"] == pytest.approx([0.75] * 3)


def test_a_server_without_probabilities_gives_no_digit_score(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    with judging(saying("4")) as tiny:
        assert judge(mebench, bench, preds, tiny, "--protocol", "digit")[0] == 1
    assert {row["status"] for row in rows(preds).values()} == {"unparsed"}


def test_another_instruction_is_another_question(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 1)
    with judging(well) as tiny:
        judge(mebench, bench, preds, tiny)
        before = rows(preds)
        lines = (bench / "metadata.jsonl").read_text().replace("Move it 2 pixels", "Turn it 2 degrees")
        (bench / "metadata.jsonl").write_text(lines)
        judge(mebench, bench, preds, tiny)
        assert len(tiny.asked) == 3
    after = rows(preds)
    changed = {key[1] for key, row in after.items() if row["key"] != before[key]["key"]}
    assert changed == {"item-0"}


def test_a_target_that_cannot_be_read_is_no_matter_to_who_never_sees_it(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    (bench / "target" / "item-0.png").write_bytes(b"no picture")
    with judging(well) as tiny:
        assert judge(mebench, bench, preds, tiny)[0] == 0
    assert {row["status"] for row in rows(preds).values()} == {"ok"}


def test_missing_edits_are_never_asked_about(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 3, 1)
    (preds / "model-0" / "item-1.png").unlink()
    (preds / "model-0" / "item-2.png").write_bytes(b"no picture")
    with judging(well) as tiny:
        judge(mebench, bench, preds, tiny)
        assert len(tiny.asked) == 1
    statuses = {key[1]: row["status"] for key, row in rows(preds).items()}
    assert statuses == {"item-0": "ok", "item-1": "missing", "item-2": "corrupt"}


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (("--judge", "openia:m"), "openai:MODEL"),
        (("--judge", "openai:"), "openai:MODEL"),
        (("--judge", "openai:m"), "OPENAI_API_KEY"),
        (("--judge", "openai:m", "--base-url", "nowhere"), "http://HOST:PORT/v1"),
        (("--judge", "openai:m", "--base-url", "http://x/v1", "--judge-set", "temperature"), "KEY=JSON"),
        ((), "--judge SPEC"),
    ],
)
def test_a_wrong_request_is_one_line(mebench, tmp_path, monkeypatch, options, hint):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    bench, preds = tiny_bench(tmp_path, 1, 1)
    status, _, err = mebench("score", preds, "--bench", bench, "--metrics", "overall", *options)
    assert status == 2
    assert err.count("\n") == 1
    assert hint in err


@pytest.mark.slow
def test_a_killed_run_loses_no_answer(tmp_path):
    bench, preds = tiny_bench(tmp_path, 30, 2)
    arguments = [
        *("score", str(preds), "--bench", str(bench), "--metrics", "overall", "--judge", "openai:m"),
        *("--flow", "dis", "--concurrency", "4"),
    ]
    program = textwrap.dedent("""
        import sys
        from motionedit_bench.cli import invoke
        sys.exit(invoke(sys.argv[1:]))
    """)
    killed = threading.Event()

    def until_killed(asked, before):
        """The calls after the first twenty are under way when the run is killed."""
        if len(tiny.asked) > 20:
            killed.wait(300)
        return well(asked, before)

    with judging(until_killed, seconds=0.05) as tiny:
        command = [sys.executable, "-c", program, *arguments, "--base-url", tiny.url]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(tiny.asked) < 20 and running.poll() is None:
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        killed.set()
        killed_at = len(tiny.asked)
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert killed_at < 60
    assert done.returncode == 0, done.stderr
    assert len(tiny.asked) <= 60 + 4, "answers that had come were asked for again"
    assert len({one.digest for one in tiny.asked}) == 60
    found = rows(preds)
    assert {row["status"] for row in found.values()} == {"ok"}
    assert len(found) == 60
    assert {row["detail"]["answers"][0]["model"] for row in found.values()} == {MODEL}
    assert Path(preds / "model-0" / "scoring.json").exists()


def by_the_way(asked, before):
    """A judge that sees nothing: every canary gets the same."""
    return saying(rating(3, 3, 3))


@pytest.mark.slow
def test_a_judge_that_fails_on_the_canary_is_named_on_top(mebench, tmp_path, drawn):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    with judging(by_the_way) as tiny:
        status, out, _ = judge(mebench, bench, preds, tiny, "--canary")
        assert len(tiny.asked) == 21
    assert status == 0
    assert out.startswith("openai:m: canary: Fidelity of target 3.00 (5/5)")
    assert "DOES NOT HOLD" in out.splitlines()[0]
    (told,) = json.loads((preds / "model-0" / "scoring.json").read_text())["sessions"][-1]["judges"]
    assert told["canary"]["sound"] is False


@pytest.mark.slow
def test_the_canary_is_asked_anew_by_each_run_and_shows_a_judge_that_changed(mebench, tmp_path, drawn):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    grades = {}

    def sees(asked, before):
        """Rates the canaries in the order of their first appearance: none, a third, two thirds, all."""
        place = grades.setdefault(asked.digest, len(grades))
        return saying(rating(place % 4 + 1, 1, 1))

    with judging(sees) as tiny:
        arguments = ("--canary", "--concurrency", 1)
        _, out, _ = judge(mebench, bench, preds, tiny, *arguments)
        assert "the order holds" in out.splitlines()[0]
        assert len(tiny.asked) == 21
        tiny.reply = lambda asked, before: saying(rating(3, 3, 3), model="another")
        status, out, _ = judge(mebench, bench, preds, tiny, *arguments)
        assert (status, len(tiny.asked)) == (0, 41)
        assert "DOES NOT HOLD" in out.splitlines()[0]
        (told,) = json.loads((preds / "model-0" / "scoring.json").read_text())["sessions"][-1]["judges"]
        assert told["canary"]["answered_by"] == {"another": 20}
        _, out, _ = judge(mebench, bench, preds, tiny, *arguments, "--dry-run")
        line = next(line for line in out.splitlines() if line.startswith("openai:m"))
        assert line.split()[1:3] == ["21", "1"]


@pytest.mark.slow
def test_the_reference_judge_passes_the_canary_and_needs_nobody(mebench, tmp_path, drawn):
    bench, preds = tiny_bench(tmp_path, 2, 1)
    status, out, _ = mebench(
        *("score", preds, "--bench", bench, "--judge", "reference", "--flow", "dis", "--canary"),
        *("--metrics", "overall,fidelity"),
    )
    assert "the order holds" in out.splitlines()[0]
    found = rows(preds)
    assert {key[2] for key in found} == {"overall", "fidelity"}
    for row in found.values():
        terms = row["detail"]["terms"]
        shares = (1, terms["found_again"], terms["same_detail"])
        by_hand = {"fidelity": 5 * terms["carried_out"]}
        by_hand["overall"] = sum(by_hand["fidelity"] * share for share in shares) / 3
        assert row["value"] == pytest.approx(by_hand[row["metric"]])
        assert row["detail"]["judge"] == "reference"
        assert row["detail"]["flow"] == "dis"
    assert status == 0


def test_repeats_and_judges_are_told_how_far_they_agree(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 4, 1)

    def reply(asked, before):
        fidelity = number_of(asked) % 2 + (3 if asked.body["model"] == "m" else 1)
        return saying(rating(fidelity, 1, 1))

    with judging(reply) as tiny:
        _, out, _ = judge(mebench, bench, preds, tiny, "--repeats", 2, "--judge", "openai:other")
    found = rows_of_judges(preds)
    lines = [line.split() for line in out.splitlines() if line.startswith("fidelity ")]
    assert [line[1:-3] for line in lines[-3:]] == [
        ["all", "judges"],
        ["openai:m", "(rubric)"],
        ["openai:other", "(rubric)"],
    ]
    by_hand = sum(abs(a - b) for a, b in found["openai:m"]) / 4
    assert float(lines[-2][-1]) == pytest.approx(by_hand, abs=0.005)
    assert lines[-1][-3] == "2"


def rows_of_judges(preds):
    """The repeats of each edit's fidelity, by judge."""
    found = {}
    for row in read_lines(preds / "model-0" / "scores.jsonl"):
        if row["metric"] == "fidelity":
            found.setdefault(row["detail"]["judge"], []).append(row["detail"]["values"])
    return found


@pytest.mark.parametrize("option", ["--max-cost", "--rpm"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_an_amount_that_is_no_finite_number_is_refused(mebench, tmp_path, option, value):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    with judging(well) as tiny:
        status, _, err = judge(mebench, bench, preds, tiny, option, value)
        assert (status, err.count("\n"), tiny.asked) == (2, 1, [])
    assert f"'{value}' is not a finite number" in err

"""Judges that are programs in processes of their own: what goes wrong with them invents nothing."""

import json
import re
import sys
import textwrap

import pytest
from helpers.stand_in_judges import (
    ASKED,
    RATED,
    REWARDED,
    TORCH,
    UNREADABLE,
    editreward_checkout,
    editscore_checkout,
)
from test_judging import own_answers, rows, tiny_bench  # noqa: F401 (a fixture)

from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.submission.answers import read_again
from motionedit_bench.metrics.judge.official import JUDGES
from motionedit_bench.workers.setup import PROGRAMS

JUDGE = """
import json, os, re, sys, time
def judge(request, answer):
{act}
for line in sys.stdin:
    request = json.loads(line)
    answer = {{"id": request["id"], "ok": True}}
    if request["do"] == "start":
        answer["provenance"] = {{"model": "stub", "revision": "1"}}
    else:
        with open(sys.argv[0] + ".asked", "a") as file:
            file.write(line)
        judge(request, answer)
    print(json.dumps(answer), flush=True)
"""
BY_ITEM = """
fine = {"fidelity": 4, "preservation": 3.5, "coherence": 2}
item = int(re.findall(r"\\d+", request["instruction"])[0]) - 2
assert all(os.path.getsize(request[name]) for name in ("input", "edit"))
assert "Fidelity" in request["question"] or "fidelity" in request["question"]
if item == 0:
    answer.update(scores=fine, reason="it waves", terms={"raw": 21})
elif item == 1:
    os._exit(9)
elif item == 2:
    print("loading"); print('{"id": 1'); print('[1, 2]')
    print(json.dumps({"id": 0, "ok": True, "scores": {}}))
    answer["scores"] = fine
elif item == 3:
    answer["scores"] = {**fine, "fidelity": 7}
elif item == 4:
    answer["scores"] = {**fine, "coherence": "four"}
elif item == 5:
    answer["scores"] = [4, 4, 4]
elif item == 6:
    answer.update(ok=False, refused=True, reason="not this picture")
elif item == 7:
    answer.update(ok=False, reason="out of memory")
elif item == 8:
    answer.update(ok=False, unparsed=True, reason="it said: hm")
"""
METRICS = "overall,fidelity,preservation,coherence"


@pytest.fixture
def program(tmp_path):
    """The command of a judge that does as the given code says, and what it was asked."""

    def make(act):
        path = tmp_path / "judge.py"
        path.write_text(JUDGE.format(act=textwrap.indent(act, "    ")))
        asked = tmp_path / "judge.py.asked"
        return f"worker:mine={sys.executable} -I -S {path}", lambda: list(read_lines(asked))

    return make


def score(mebench, bench, preds, spec, *more):
    options = ("--metrics", METRICS, "--judge", spec, "--flow", "dis", *more)
    return mebench("score", preds, "--bench", bench, *options)


def test_every_end_is_a_status_and_none_but_scores_have_values(mebench, tmp_path, program):
    bench, preds = tiny_bench(tmp_path, 9, 1)
    spec, asked = program(BY_ITEM)
    status, _, err = score(mebench, bench, preds / "model-0", spec)
    assert status == 1
    assert err.count("its log is") == 1
    found = {item: row for (_, item, metric), row in rows(preds).items() if metric == "fidelity"}
    ends = ["ok", "failed", "ok", "unparsed", "unparsed", "unparsed", "refused", "failed", "unparsed"]
    assert [found[f"item-{number}"]["status"] for number in range(9)] == ends
    assert [row["value"] for row in found.values() if row["status"] != "ok"] == [None] * 7
    why = {number: found[f"item-{number}"]["reason"] for number in range(9)}
    assert "exited with status 9" in why[1]
    assert "fidelity is 7, allowed: a number from 0 to 5" in why[3]
    assert 'coherence is "four"' in why[4]
    assert "fidelity is null" in why[5]
    assert (why[6], why[8]) == ("not this picture", "it said: hm")
    assert "the worker says: out of memory" in why[7]
    assert not [one for one in why.values() if one and str(tmp_path) in one]
    detail = found["item-0"]["detail"]
    assert (detail["judge"], detail["protocol"], detail["answered_by"]) == ("worker:mine", "worker", "stub")
    assert (detail["weights"], detail["why"]) == ("1", "it waves")
    whole = rows(preds)["model-0", "item-0", "overall"]
    assert whole["value"] == pytest.approx(9.5 / 3)
    assert read_again(whole) == [pytest.approx(9.5 / 3)]
    assert json.loads(detail["answers"][0]["text"])["terms"] == {"raw": 21}
    before = len(asked())
    assert before == 10  # one was lost, and asked once more
    assert score(mebench, bench, preds / "model-0", spec)[0] == 1
    again = [one["instruction"] for one in asked()[before:]]
    assert sorted(again) == [f"Move it {number} pixels to the right." for number in (3, 3, 9)]


def test_one_that_hangs_is_ended_and_scores_nothing(mebench, tmp_path, program):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    spec, _ = program("time.sleep(3600)")
    assert score(mebench, bench, preds / "model-0", spec, "--judge-set", "timeout=0.2")[0] == 1
    row = rows(preds)["model-0", "item-0", "overall"]
    assert (row["status"], row["value"], row["blame"]) == ("failed", None, "judge")
    assert "did not answer within 0.2 s" in row["reason"]
    status, _, err = score(mebench, bench, preds / "model-0", spec, "--judge-set", 'timeout="x"')
    assert (status, "takes seconds above 0" in err) == (2, True)


def test_preferences_in_both_orders(mebench, tmp_path, program):
    bench, preds = tiny_bench(tmp_path, 3, 2)
    spec, _ = program("""
item = int(re.findall(r"\\d+", request["instruction"])[0]) - 2
larger = max(("first", "second"), key=lambda name: open(request[name], "rb").read())
answer["winner"] = (larger, "first", "left")[item]
""")
    assert mebench("prefer", preds, "--bench", bench, "--judge", spec, "--flow", "dis")[0] == 1
    found = list(read_lines(preds / "comparisons.jsonl"))
    a, b = ((preds / f"model-{number}/item-0.png").read_bytes() for number in (0, 1))
    assert [row["outcome"] for row in found] == ["a" if a > b else "b", "tie", None]
    assert [row["status"] for row in found] == ["ok", "ok", "unparsed"]
    assert 'winner is "left"' in found[2]["reason"]
    assert {row["weights"] for row in found} == {"1"}


@pytest.mark.parametrize("runs_itself", [False, True])
def test_a_changed_program_that_says_no_revision_is_another_judge(mebench, tmp_path, program, runs_itself):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    for value in (1, 2):
        spec, asked = program(
            f"answer['scores'] = dict.fromkeys(['fidelity', 'preservation', 'coherence'], {value})"
        )
        path = tmp_path / "judge.py"
        path.write_text(path.read_text().replace(', "revision": "1"', ""))
        if runs_itself:
            path.write_text(f"#!{sys.executable} -IS\n{path.read_text()}")
            path.chmod(0o755)
            spec = f"worker:mine={path}"
        assert score(mebench, bench, preds / "model-0", spec)[0] == 0
        assert rows(preds)["model-0", "item-0", "overall"]["value"] == value
    assert len(asked()) == 2


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("worker:nobody", "worker:editscore"),
        ("worker:a/b=true", "a judge's name"),
        ("worker:mine=", "needs its command"),
        ("worker:mine='", "No closing quotation"),
        ("worker:mine=no-such-program", "cannot start no-such-program"),
        ("worker:mine=true", "does not start"),
        ("worker:editscore", "needs `mebench worker setup editscore --repo CHECKOUT`"),
    ],
)
def test_what_cannot_be_started_is_one_clear_line(mebench, tmp_path, spec, why):
    bench, preds = tiny_bench(tmp_path, 1, 1)
    status, _, err = score(mebench, bench, preds / "model-0", spec)
    assert (status, err.count("mebench:")) == (2, 1)
    assert why in err
    assert not (preds / "model-0/scores.jsonl").exists()


@pytest.fixture
def editscore(tmp_path):
    """A checkout of EditScore with stand-ins for its package and for PyTorch, and models without weights."""
    words = [RATED.replace("moved", "moved by SEED"), *UNREADABLE]
    repo = editscore_checkout(tmp_path / "EditScore", ASKED.format(words=words))
    (repo / "torch.py").write_text(TORCH)
    for name in ("base", "lora"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_text(name)
    chosen = {"repo": repo, "python": sys.executable, "model": tmp_path / "base", "lora": tmp_path / "lora"}
    return set_by(chosen)


def set_by(chosen):
    return [word for name, value in chosen.items() for word in ("--judge-set", f'{name}="{value}"')]


def test_editscore_by_its_class_and_never_a_guess(mebench, tmp_path, editscore):
    bench, preds = tiny_bench(tmp_path, 1 + len(UNREADABLE), 2)
    assert score(mebench, bench, preds / "model-0", "worker:editscore", *editscore, "--repeats", 2)[0] == 1
    found = rows(preds)
    assert [found["model-0", "item-0", name]["value"] for name in METRICS.split(",")[1:]] == [4.0, 3.0, 3.0]
    for number, words in enumerate(UNREADABLE, start=1):
        row = found["model-0", f"item-{number}", "overall"]
        assert (row["status"], row["value"]) == ("unparsed", None), words
        assert row["reason"].endswith(f"EditScore cannot read what its model said: {words}")
    detail = found["model-0", "item-0", "fidelity"]["detail"]
    assert detail["rubric"] == "EditScore, zero shot"
    terms = [json.loads(one["text"])["terms"] for one in detail["answers"]]
    assert [one["SC_reasoning"] for one in terms] == ["moved by 42", "moved by 43"]
    assert str(tmp_path) not in json.dumps(detail)
    status, _, err = score(mebench, bench, preds, "worker:editscore", *editscore, "--judge-set", "passes=4")
    assert (status, "editscore takes model=" in err) == (2, True)
    assert mebench("prefer", preds, "--bench", bench, "--judge", "worker:editscore", *editscore)[0] == 1
    outcomes = [row["outcome"] for row in read_lines(preds / "comparisons.jsonl")]
    assert outcomes == ["tie"] + [None] * len(UNREADABLE)


def test_editreward_prefers_and_rates_nothing(mebench, tmp_path):
    bench, preds = tiny_bench(tmp_path, 2, 2)
    repo = editreward_checkout(tmp_path / "EditReward", REWARDED)
    base, weights = tmp_path / "base", tmp_path / "weights"
    (repo / "torch.py").write_text(TORCH)
    for folder in (base, weights):
        folder.mkdir()
    (base / "config.json").write_text("{}")
    options = set_by({"repo": repo, "python": sys.executable, "model": weights, "base": base})
    asked = ("--bench", bench, "--judge", "worker:editreward", "--flow", "dis")
    assert mebench("prefer", preds, *asked, *options)[0] == 1
    first, second = read_lines(preds / "comparisons.jsonl")
    a, b = ((preds / f"model-{number}/item-0.png").read_bytes()[-20] for number in (0, 1))
    assert first["outcome"] == ("a" if a > b else "b" if b > a else "tie")
    assert (second["outcome"], second["status"]) == (None, "failed")
    assert "a reward is no number" in second["reason"]
    assert score(mebench, bench, preds / "model-0", "worker:editreward", *options)[0] == 1
    row = rows(preds)["model-0", "item-0", "fidelity"]
    assert (row["status"], row["value"]) == ("refused", None)
    (base / "config.json").write_text("{ }")
    assert score(mebench, bench, preds / "model-0", "worker:editreward", *options)[0] == 1
    other = rows(preds)["model-0", "item-0", "fidelity"]
    assert row["detail"]["weights"] != other["detail"]["weights"]


@pytest.mark.parametrize("name", JUDGES)
def test_each_official_judge_has_a_program_and_pins(name):
    official = JUDGES[name].official
    assert (official.name, (PROGRAMS / f"{name}.py").is_file()) == (name, True)
    pins = [line for line in official.requirements.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+==[0-9.]+", pin) for pin in pins)
    assert pins == sorted(pins)
    assert any(pin.startswith("torch==") for pin in pins)

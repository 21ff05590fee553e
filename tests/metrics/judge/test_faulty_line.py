"""Every row is what the server said about that edit, whatever the line between does to it.

``MEBENCH_FAULTY_CALLS`` is how many questions are asked (default 150); the figures are printed with ``-s``.
"""

import hashlib
import json
import os
import random
from contextlib import closing

import pytest
from helpers.fault_proxy import AFTER, BEFORE, HARMLESS, FaultyLine, faulty_line
from test_judging import own_answers, rows, tiny_bench  # noqa: F401 (a fixture)

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.calls.pace import Pace
from motionedit_bench.folders import model_folders
from motionedit_bench.metrics.catalogue import JUDGED
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.opening import Terms, open_judge
from motionedit_bench.scoring.prefer import every_pair, prefer
from motionedit_bench.scoring.request import Request, Scoring

CALLS = int(os.environ.get("MEBENCH_FAULTY_CALLS", "150"))
PACE = Pace(concurrency=32, tries=30, timeout=300, backoff=0.01)


def score(bench, preds, line):
    request = Request(metrics=JUDGED, flow="dis", judges=("openai:m",), terms=Terms(line.url, pace=PACE))
    return Scoring(request, open_benchmark(str(bench)), model_folders(preds)).run()


def rating(question, number):
    """Never the same twice: scores by dice, and a reason with the number of the answer, in odd characters."""
    dice = random.Random(number)
    said = {name: dice.randrange(6) for name in ("fidelity", "preservation", "coherence")}
    return json.dumps({"reason": f"{number} é 🙂 <b>", **said}, ensure_ascii=number % 2 == 0)


def digest_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_costs(line):
    """No question was asked again but where the line had lost its answer."""
    lost = sum(line.done[what] for what in AFTER)
    assert len(line.spoken) == len(line.arrived) + lost
    assert len({one.question for one in line.arrived}) == len(line.arrived), "asked after it was answered"
    print(
        f"\n{len(line.arrived)} questions, {sum(line.done.values())} requests: "
        f"{sum(line.done[what] for what in BEFORE)} failed unasked, {lost} answers lost on the line, "
        f"{sum(line.done[what] for what in HARMLESS)} arrived ({dict(sorted(line.done.items()))})"
    )


def test_every_row_is_what_the_server_said_of_that_edit(tmp_path):
    models = 10
    bench, preds = tiny_bench(tmp_path, CALLS // models, models)
    with faulty_line(FaultyLine(rating)) as line:
        tally = score(bench, preds, line)
        written = {path: path.read_bytes() for path in preds.glob("*/scores.jsonl")}
        requests = sum(line.done.values())
        score(bench, preds, line)
        assert sum(line.done.values()) == requests, "the second run asked"
    assert tally == {"ok": 4 * models * (CALLS // models)}
    assert {path: path.read_bytes() for path in written} == written
    check_costs(line)
    said = {one.question: one.text for one in line.arrived}
    found = rows(preds)
    wrong = 0
    for (model, item, metric), row in found.items():
        pictures = (bench / "input" / f"{item}.png", preds / model / f"{item}.png")
        text = said[f"{' '.join(map(digest_of, pictures))} 0"]
        told = json.loads(text)
        told["overall"] = sum(told[name] for name in ("fidelity", "preservation", "coherence")) / 3
        wrong += row["detail"]["answers"][0]["text"] != text or abs(row["value"] - told[metric]) > 1e-12
    assert (len(found), wrong) == (4 * models * (CALLS // models), 0)


def test_every_comparison_is_what_the_server_said_of_that_pair(tmp_path):
    models = 3
    items = max(CALLS // 6, 1)
    bench, preds = tiny_bench(tmp_path, items, models)

    def winner(question, number):
        word = random.Random(number).choice(["A", "B", "tie"])
        return f"<think>{json.dumps({'winner': 'A'})}</think>" + json.dumps(
            {"reason": str(number), "winner": word}
        )

    with faulty_line(FaultyLine(winner, seed=1)) as line:
        instruments = Instruments("dis")
        benchmark, folders = open_benchmark(str(bench)), model_folders(preds)
        pairs = every_pair(sorted(benchmark.ids), [folder.name for folder in folders])
        with closing(open_judge("openai:m", instruments, Terms(line.url, pace=PACE))) as judge:
            told = list(prefer(benchmark, folders, judge, instruments, pairs))
    check_costs(line)
    said = {one.question: one.text for one in line.arrived}
    assert len(told) == items * models
    for row in told:
        edits = [digest_of(preds / row[f"model_{name}"] / f"{row['item_id']}.png") for name in "ab"]
        original = digest_of(bench / "input" / f"{row['item_id']}.png")
        texts = [said[f"{' '.join([original, *pair])} 0"] for pair in (edits, edits[::-1])]
        assert [order["answer"]["text"] for order in row["orders"]] == texts
        words = tuple(json.loads(text.partition("</think>")[2])["winner"] for text in texts)
        assert row["outcome"] == {("A", "B"): "a", ("B", "A"): "b"}.get(words, "tie")


@pytest.mark.parametrize("what", [*BEFORE, *AFTER, *HARMLESS])
def test_the_line_does_to_answers_what_it_says(what):
    body = json.dumps({"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}]}).encode()
    made = {**BEFORE}.get(what, lambda: {**AFTER, **HARMLESS}[what](body))()
    assert isinstance(made, bytes)
    assert (what in HARMLESS) <= made.startswith(b"HTTP/1.1 200 OK")

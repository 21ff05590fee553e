"""Candidates before a judge on a real line: what is kept, what waits, what is asked again."""

import json

import pytest
from helpers.candidates import make_candidates
from helpers.pair_judge import SENTENCE, VERDICT, answering, stage
from helpers.tiny_checkpoints import build_judge
from helpers.tiny_judge_server import failing, judging, saying

from motionedit_bench.calls.budget import Budget
from motionedit_bench.calls.pace import Pace
from motionedit_bench.errors import StorageError
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.judge.ledger import Ledger
from motionedit_bench.metrics.judge.local import Local
from motionedit_bench.metrics.judge.prices import Price
from motionedit_bench.metrics.judge.register import Register
from motionedit_bench.metrics.judge.served import Served
from motionedit_bench.mining.judging import estimate, judged
from motionedit_bench.mining.records import candidate_folder


@pytest.fixture
def candidates(tmp_path):
    return make_candidates(tmp_path)


def register(tiny, folder, price=None, budget=None, concurrency=2):
    pace = Pace(concurrency=concurrency, tries=2, backoff=0.01, timeout=300)
    model = Served("openai", "m", tiny.url, pace=pace, budget=budget, price=price)
    return Register(model, Ledger(folder / "ledger.sqlite"))


def test_what_is_kept_has_an_instruction_that_was_checked_blind(tmp_path, candidates):
    with judging(answering()) as tiny:
        found = judged(tmp_path, candidates, register(tiny, tmp_path))
    assert [one.id for one in found] == [one.id for one in candidates]
    assert {(one.status, one.kept, one.prompt, one.fits) for one in found} == {("ok", True, SENTENCE, True)}
    assert found[0].written.prompt == SENTENCE
    assert found[0].written.category == "Locomotion / Distance"
    assert found[0].why == {"verdict": "The square moves.", "instruction": "", "fits": "it does"}
    asked = [one for one in tiny.asked if stage(one) == "fits"]
    assert len(tiny.asked) == 12
    assert all(SENTENCE in one.text and "the square is left" not in one.text for one in asked)
    assert "before: the square is left\nafter: the square is right" in next(
        one.text for one in tiny.asked if stage(one) == "instruction"
    )
    pictures = [part for part in tiny.asked[0].body["messages"][0]["content"] if part["type"] == "image_url"]
    assert len(pictures) == 2
    schema = tiny.asked[0].body["response_format"]["json_schema"]["schema"]
    assert next(iter(schema["properties"])) == "reason"
    assert schema["properties"]["category"]["enum"][0] == "Pose / Posture"


def test_rules_drop_and_no_more_is_asked(tmp_path, candidates):
    with judging(answering(verdict=VERDICT | {"motion": 3})) as tiny:
        found = judged(tmp_path, candidates[:1], register(tiny, tmp_path))
        assert (found[0].kept, found[0].rule, found[0].value) == (False, "motion", 3)
        assert len(tiny.asked) == 1
        assert found[0].written.keep is False
    with judging(answering(fits={"reason": "it turns", "fits": False})) as tiny:
        one = judged(tmp_path, candidates[:1], register(tiny, tmp_path))[0]
    assert (one.kept, one.rule, one.value, one.prompt) == (False, "instruction_unfaithful", None, SENTENCE)


def test_no_trouble_of_the_judge_drops_a_pair(tmp_path, candidates):
    first = candidates[0].id
    replies = iter(
        [
            saying("I'm sorry, I can't help with that."),
            saying("kept!"),
            failing(503, "away"),
            failing(503, "away"),
            saying(json.dumps(VERDICT)),
        ]
    )

    def verdicts(asked, before):
        return next(replies)

    with judging(answering(verdict=verdicts, instruction={"instruction": "Look at the image."})) as tiny:
        judge = register(tiny, tmp_path, concurrency=1)
        found = judged(tmp_path, candidates, judge)
    assert [one.status for one in found] == ["refused", "unparsed", "failed", "unparsed"]
    assert all(one.kept is None and one.rule is None for one in found)
    assert found[0].reason.startswith("verdict: I'm sorry")
    assert found[3].reason.startswith("instruction: the instruction has the word 'image'")
    assert found[3].verdict["before"] == "the square is left"
    assert (found[0].written.prompt, found[0].written.keep) == ("", None)
    assert next(row["id"] for row in read_lines(tmp_path / "mine" / "verdicts.jsonl")) == first


def test_nothing_is_asked_twice_but_what_failed(tmp_path, candidates):
    replies = iter([failing(503, "away"), failing(503, "away")])

    def verdicts(asked, before):
        return next(replies, VERDICT)

    with judging(answering(verdict=verdicts)) as tiny:
        first = judged(tmp_path, candidates, register(tiny, tmp_path, concurrency=1))
        assert [one.status for one in first] == ["failed", "ok", "ok", "ok"]
        asked = len(tiny.asked)
        again = judged(tmp_path, candidates, register(tiny, tmp_path))
        assert [one.status for one in again] == ["ok"] * 4
        assert len(tiny.asked) == asked + 3
        (tmp_path / "ledger.sqlite").unlink()  # the journal alone
        whole = (tmp_path / "mine" / "verdicts.jsonl").read_bytes()
        assert judged(tmp_path, candidates, register(tiny, tmp_path)) == again
        assert len(tiny.asked) == asked + 3
        assert (tmp_path / "mine" / "verdicts.jsonl").read_bytes() == whole


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path, candidates):
    journal = tmp_path / "mine" / "verdicts.jsonl"
    with judging(answering()) as tiny:
        judged(tmp_path, candidates, register(tiny, tmp_path))
        whole = journal.read_bytes()
        asked = len(tiny.asked)
        lines = whole.splitlines(keepends=True)
        journal.write_bytes(lines[0] + lines[1][:20])  # torn
        judged(tmp_path, candidates, register(tiny, tmp_path))
        assert len(tiny.asked) == asked
    assert journal.read_bytes() == whole


def test_other_words_pictures_or_bounds_are_another_verdict(tmp_path, candidates):
    with judging(answering(verdict=VERDICT | {"motion": 3})) as tiny:
        assert judged(tmp_path, candidates[:1], register(tiny, tmp_path))[0].kept is False
        assert judged(tmp_path, candidates[:1], register(tiny, tmp_path), least=3)[0].kept is True
        assert len(tiny.asked) == 3  # the verdict is in the ledger
        folder = candidate_folder(tmp_path, candidates[0].id)
        (folder / "input.png").write_bytes((folder / "target.png").read_bytes())
        judged(tmp_path, candidates[:1], register(tiny, tmp_path))
        assert len(tiny.asked) == 4


def test_what_the_budget_does_not_allow_waits(tmp_path, candidates):
    with judging(answering()) as tiny:
        judge = register(tiny, tmp_path, budget=Budget(max_calls=4), concurrency=1)
        found = judged(tmp_path, candidates, judge)
        assert [one.status for one in found] == ["ok", "unavailable", "unavailable", "unavailable"]
        assert found[1].reason == "instruction: over budget: 4 calls were made, --max-calls is 4"
        assert len(tiny.asked) == 4
        rest = judged(tmp_path, candidates, register(tiny, tmp_path))
        assert [one.status for one in rest] == ["ok"] * 4
        assert len(tiny.asked) == 12


def test_an_estimate_asks_nothing_and_knows_what_is_answered(tmp_path, candidates):
    with judging(answering()) as tiny:
        judge = register(tiny, tmp_path, price=Price(1.0, 10.0))
        told = estimate(tmp_path, candidates, judge)
        assert (told.calls, told.answered, tiny.asked) == (12, 0, [])
        assert told.dollars == pytest.approx((told.tokens_in + 10 * told.tokens_out) / 1e6)
        judged(tmp_path, candidates[:1], judge)
        assert estimate(tmp_path, candidates, register(tiny, tmp_path)).answered == 3
        (tmp_path / "mine" / "verdicts.jsonl").unlink()  # then the ledger says it
        again = estimate(tmp_path, candidates, register(tiny, tmp_path))
        assert (again.calls, again.answered, again.dollars) == (12, 3, None)


def test_a_candidate_without_its_pictures_ends_it(tmp_path, candidates):
    (candidate_folder(tmp_path, candidates[2].id) / "target.png").unlink()
    with judging(answering()) as tiny, pytest.raises(StorageError, match=r"target\.png"):
        judged(tmp_path, candidates, register(tiny, tmp_path))


def test_a_fault_of_ours_is_told_with_its_place(tmp_path, candidates, monkeypatch):
    monkeypatch.setattr("motionedit_bench.mining.judging.verdict_of", lambda _: 1 / 0)
    with judging(answering()) as tiny:
        found = judged(tmp_path, candidates[:1], register(tiny, tmp_path))
    assert found[0].status == "failed"
    assert found[0].reason.startswith("verdict: ZeroDivisionError")


def test_a_ledger_that_breaks_ends_it(tmp_path, candidates):
    with judging(answering()) as tiny:
        judge = register(tiny, tmp_path)
        judge.ledger.close()
        with pytest.raises(StorageError, match="the judges' answers"):
            judged(tmp_path, candidates, judge)


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    return build_judge(tmp_path_factory.mktemp("judge") / "tiny-vlm")


def test_a_judge_in_this_process_is_asked_alike(tmp_path, candidates, local):
    """It has no weights worth the name, so that nothing of what it says can be read."""
    model = Local(str(local), "cpu")
    (found,) = judged(tmp_path, candidates[:1], Register(model, Ledger(tmp_path / "ledger.sqlite")))
    assert (found.status, found.kept) == ("unparsed", None)
    assert found.answered_by == ("local:tiny-vlm",)

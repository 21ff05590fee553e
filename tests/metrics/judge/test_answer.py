import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.metrics.judge.answer import (
    Answer,
    Refused,
    Unparsed,
    expectation_of,
    reason_of,
    scores_of,
    winner_of,
)
from motionedit_bench.metrics.judge.rereading import ratings

GOOD = {"reason": "it moved", "fidelity": 4, "preservation": 3, "coherence": 0}


def said(**changes):
    return json.dumps(GOOD | changes)


@pytest.mark.parametrize(
    "text",
    [
        said(),
        f"```json\n{said()}\n```",
        f"Let me look at both pictures.\n\n{said()}\nI hope this helps!",
        f"{said()}\n{said()}",
        said(fidelity=4.0),
        said(note="more than was asked for"),
    ],
)
def test_one_rating_alone_or_with_prose_around_it_is_read(text):
    assert scores_of(Answer(text)) == {"fidelity": 4.0, "preservation": 3.0, "coherence": 0.0}
    assert reason_of(Answer(text)) == "it moved"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (None, "empty"),
        ("   \n", "empty"),
        ("Fidelity: 4, Preservation: 3, Coherence: 2", "no JSON object"),
        ("4", "no JSON object"),
        ("{fidelity: 4}", "no JSON object"),
        (said()[:-5], "no JSON object"),
        (said(fidelity="four"), 'fidelity is "four"'),
        (said(fidelity="4/5"), 'fidelity is "4/5"'),
        (said(fidelity="4"), 'fidelity is "4"'),
        (said(fidelity=7), "fidelity is 7"),
        (said(fidelity=-1), "fidelity is -1"),
        (said(fidelity=3.5), "fidelity is 3.5"),
        (said(fidelity=True), "fidelity is true"),
        (said(fidelity=None), "fidelity is null"),
        (said(fidelity=[4]), "fidelity is [4]"),
        (said(coherence=math.nan), "NaN"),
        (said(coherence=math.inf), "Infinity"),
        (said().replace("4", "1e999"), "fidelity is"),
        ('{"fidelity": 4, "preservation": 3}', "no coherence"),
        ('{"fidelity": 4, "fidelity": 2, "preservation": 3, "coherence": 1}', "twice"),
        (f"{said()} or rather {said(fidelity=2)}", "2 different"),
        ("{" * 5000, "no JSON object"),
        ('{"a":' * 5000, "no JSON object"),
    ],
)
def test_anything_else_is_no_score(text, why):
    with pytest.raises(Unparsed, match=".*") as caught:
        scores_of(Answer(text))
    assert why in str(caught.value)
    assert len(str(caught.value)) < 400


def test_an_answer_that_was_cut_off_says_so():
    with pytest.raises(Unparsed, match="cut off"):
        scores_of(Answer('{"reason": "the robot', finish="length"))


@pytest.mark.parametrize(
    "answer",
    [
        Answer("I'm sorry, but I can't assist with that."),
        Answer("I\u2019m really sorry, I cannot rate this."),
        Answer("I cannot evaluate pictures of people."),
        Answer("As an AI, I have no opinion."),
        Answer(None, refusal="This goes against the rules."),
        Answer(said(), refusal="But the server says it declined."),
        Answer(None, finish="content_filter"),
    ],
)
def test_a_refusal_is_a_refusal(answer):
    with pytest.raises(Refused):
        scores_of(answer)


def test_a_rating_that_begins_with_regret_is_a_rating():
    assert scores_of(Answer(f"I'm sorry to say that it is bad: {said()}"))["fidelity"] == 4


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.text(max_size=40), st.text(max_size=40))
def test_what_is_said_is_what_is_read(a, b, c, before, after):
    text = json.dumps({"reason": before, "fidelity": a, "preservation": b, "coherence": c})
    around = before.replace("{", "("), after.replace("{", "(")
    assert scores_of(Answer(f"{around[0]}{text}{around[1]}")) == {
        "fidelity": a,
        "preservation": b,
        "coherence": c,
    }


@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text):
    try:
        found = scores_of(Answer(text))
    except (Unparsed, Refused):
        return
    assert all(value in range(6) for value in found.values())


def test_the_expectation_by_hand():
    answer = Answer("4", digits={"4": math.log(0.5), "3": math.log(0.25), " 5": math.log(0.05), "four": -1.5})
    found = expectation_of(answer)
    assert found.value == pytest.approx((4 * 0.5 + 3 * 0.25 + 5 * 0.05) / 0.8)
    assert found.mass == pytest.approx(0.8)
    assert found.missing == ("0", "1", "2")


def test_tokens_of_one_digit_add_up_and_a_whole_answer_lacks_none():
    answer = Answer("1", digits={"1": math.log(0.25), " 1": math.log(0.25), "0": math.log(0.5)}, whole=True)
    assert expectation_of(answer).value == pytest.approx(0.5)
    assert expectation_of(answer).missing == ()


@given(st.lists(st.floats(-30, 0), min_size=6, max_size=6))
def test_the_expectation_stays_within_0_and_5(logits):
    whole = math.log(sum(map(math.exp, logits)))
    logprobs = [min(value - whole, 0.0) for value in logits]
    answer = Answer("?", digits={str(digit): value for digit, value in enumerate(logprobs)})
    found = expectation_of(answer)
    shares = [math.exp(value) for value in logprobs]
    by_hand = sum(digit * share for digit, share in enumerate(shares)) / sum(shares)
    assert 0 <= found.value <= 5
    assert found.value == pytest.approx(by_hand)


@pytest.mark.parametrize(
    "digits",
    [
        *(None, {}, {"yes": -0.1}, {"7": -0.1}),
        {"<think>": -1e-5, "5": -11.6, "The": -12.0},
        {"5": math.log(0.3), "4": math.log(0.3), "The": math.log(0.4)},
        {"5": math.log(0.3), "4": math.log(0.1), "The": math.log(0.2), "A": math.log(0.2)},
        {"\n": -0.2, "3": -2.0},
    ],
)
def test_without_a_digit_there_is_no_expectation(digits):
    with pytest.raises(Unparsed):
        expectation_of(Answer("yes", digits=digits))


def test_a_model_whose_likeliest_token_is_no_digit_gives_none_from_all_six_either():
    digits = dict.fromkeys("012345", math.log(0.12))
    assert expectation_of(Answer("3", digits=digits, whole=True)).mass == pytest.approx(0.72)
    with pytest.raises(Unparsed, match="likeliest answer is no digit"):
        expectation_of(Answer("The", digits=digits, whole=True))
    with pytest.raises(Unparsed, match="less than 0.5"):
        expectation_of(Answer("3", digits=dict.fromkeys("012345", math.log(0.08)), whole=True))


@pytest.mark.parametrize(("word", "winner"), [("A", "first"), ("B", "second"), ("tie", "tie")])
def test_winners(word, winner):
    assert winner_of(Answer(json.dumps({"reason": "", "winner": word}))) == winner


@pytest.mark.parametrize("word", ["a", "C", None, 1, ["A"], "A or B"])
def test_no_winner(word):
    with pytest.raises(Unparsed, match="winner is"):
        winner_of(Answer(json.dumps({"winner": word})))


@pytest.mark.parametrize(
    "answer",
    [Answer("4", "m", None, "stop", {"4": -0.5}, True, 10, 1), Answer(None, refusal="no"), Answer("")],
)
def test_an_answer_survives_being_written_down(answer):
    assert Answer(**json.loads(json.dumps(answer.as_json()))) == answer


def test_ratings_are_read_again_from_recorded_answers():
    rubric = [Answer(said()), Answer(said(fidelity=2))]
    assert [one["fidelity"] for one in ratings(rubric, "rubric")] == [4.0, 2.0]
    digits = [Answer(str(n), digits={str(n): 0.0}) for n in (4, 3, 2, 5, 1, 0)]
    assert ratings(digits, "digit") == [
        {"fidelity": 4.0, "preservation": 3.0, "coherence": 2.0},
        {"fidelity": 5.0, "preservation": 1.0, "coherence": 0.0},
    ]


@pytest.mark.parametrize(
    ("count", "protocol"), [(0, "rubric"), (0, "digit"), (2, "digit"), (1, None), (3, "x")]
)
def test_answers_that_are_no_whole_rating(count, protocol):
    with pytest.raises(Unparsed, match=f"{count} answers by protocol {protocol} are no rating"):
        ratings([Answer("1", digits={"1": 0.0})] * count, protocol)

"""How answers about candidates are read: strictly, or not at all."""

import json

import pytest

from motionedit_bench.metrics.judge.answer import Answer, Refused, Unparsed
from motionedit_bench.metrics.judge.rubric import wording
from motionedit_bench.mining.questions import FORMS, questions
from motionedit_bench.mining.records import CATEGORIES
from motionedit_bench.mining.verdicts import fits_in, instruction_of, verdict_of

FROZEN = "1-304c03601610"
GOOD = {
    "reason": "The arm rises.",
    "setting": 5,
    "motion": 4,
    "integrity": 5,
    "keep": True,
    "before": "the arm hangs down",
    "after": "the arm is raised",
    "category": "Pose / Posture",
}


def verdict(**changed):
    said = {name: value for name, value in (GOOD | changed).items() if value is not ...}
    return verdict_of(Answer(json.dumps(said)))


def test_a_changed_word_needs_a_new_version():
    """Raise the version in questions.md together with this hash."""
    assert wording(tuple(questions().values())) == FROZEN


def test_the_questions_show_their_form_and_all_six_categories():
    assert list(questions()) == ["verdict", "instruction", "fits"] == list(FORMS)
    told = questions()["verdict"].about("")
    assert all(f'"{category}"' in told for category in CATEGORIES)
    assert '{"reason": ' in told
    assert '"Turn {it}"' in questions()["fits"].about("Turn {it}")


def test_a_verdict_is_kept_or_dropped_by_the_first_rule_that_it_breaks():
    assert verdict().dropped_by() is None
    assert verdict(motion=3).dropped_by() == "motion"
    assert verdict(motion=3).dropped_by(least=3) is None
    assert verdict(setting=0, integrity=0).dropped_by() == "setting"
    assert verdict(integrity=3.0).dropped_by() == "integrity"
    assert verdict(keep=False, setting=0).dropped_by() == "judge_keep"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"motion": 6}, "motion is 6, allowed: a whole number from 0 to 5"),
        ({"motion": "4"}, 'motion is "4"'),
        ({"setting": True}, "setting is true"),
        ({"integrity": ...}, "the answer has no integrity"),
        ({"keep": "yes"}, 'keep is "yes", allowed: true or false'),
        ({"keep": ...}, "keep is null"),
        ({"category": "pose / posture"}, 'category is "pose / posture", allowed: Pose / Posture, Loco'),
        ({"category": ["Pose / Posture"]}, "category is "),
        ({"before": " "}, "before is "),
        ({"after": 3}, "after is 3, allowed: a text"),
    ],
)
def test_nothing_is_guessed(changed, reason):
    with pytest.raises(Unparsed, match=reason.replace(".", r"\.")):
        verdict(**changed)


def test_a_refusal_is_one():
    with pytest.raises(Refused):
        verdict_of(Answer("I'm sorry, I can't help with that."))


def instruction(text):
    return instruction_of(Answer(json.dumps({"reason": "", "instruction": text})))


def test_an_instruction_is_one_sentence_about_the_scene():
    assert instruction("  Raise the\nleft arm.") == "Raise the left arm."
    assert instruction("\u79fb\u52a8\u676f\u5b50\u3002") == "\u79fb\u52a8\u676f\u5b50\u3002"
    assert instruction(" ".join(["word"] * 30)).count("word") == 30
    assert instruction("Have Dr.Who imagine 3.5 frameworks") == "Have Dr.Who imagine 3.5 frameworks"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" ".join(["word"] * 31), "31 words, allowed: 30"),
        ("Raise the arm. Turn the head.", "more than one sentence"),
        ("Raise the arm in the Image.", "the word 'image'"),
        ("Move it out of the frame.", "the word 'frame'"),
        ("Make videos.", "the word 'videos'"),
        ('=HYPERLINK("http://a.example")', "starts as a formula does"),
        ("", "instruction is "),
        (None, "instruction is null, allowed: a text"),
        ("Move \u202eit.", r"instruction has the character U\+202E, which is not seen"),
        ("Move it\x1b[31m.", r"the character U\+001B"),
        ("\u79fb\u52a8\u676f\u5b50\u3002\u505c\u4e0b\u3002", "more than one sentence"),
        ("\u79fb" * 301, "301 characters, allowed: 300"),
    ],
)
def test_what_is_no_such_sentence_is_none(text, reason):
    with pytest.raises(Unparsed, match=reason):
        instruction(text)


def test_the_blind_check_says_yes_or_no():
    assert fits_in(Answer('{"reason": "yes", "fits": true}')) is True
    assert fits_in(Answer('{"fits": false}')) is False
    with pytest.raises(Unparsed, match="fits is 1, allowed: true or false"):
        fits_in(Answer('{"fits": 1}'))

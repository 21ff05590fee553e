import re
from importlib.resources import files

import pytest

from motionedit_bench.metrics.judge import rubric
from motionedit_bench.metrics.judge.rubric import SCALES, question, questions, wording

WHOLE_FROZEN = "1-b8b5e44df9d1"
FROZEN = {"rubric": "1-374ca208aab2", "digit": "1-d22c7dacd050"}


def test_every_question_holds_the_instruction_as_it_is():
    odd = 'Say "{hello}" and turn {0} %s'
    for name in ("rubric", "preference", "whole", *SCALES):
        assert f'"{odd}"' in question(name).about(odd)


def test_the_form_of_the_answer_is_shown_with_single_braces():
    assert re.search(r'\{"reason": .*"fidelity": <0-5>', question("rubric").about("x"))


def test_the_protocols_ask_what_they_say():
    assert [one.name for one in questions("rubric")] == ["rubric"]
    assert tuple(one.name for one in questions("digit")) == SCALES
    assert wording(questions("rubric")) != wording(questions("digit"))


def test_an_unknown_question_is_a_bug():
    with pytest.raises(ValueError, match="no question"):
        question("beauty")


def test_a_changed_word_needs_a_new_version():
    """Raise the version in rubric.md together with these hashes."""
    text = files("motionedit_bench.metrics.judge").joinpath("rubric.md").read_text()
    assert re.search(r"^Version: 1$", text, re.MULTILINE)
    assert {protocol: wording(questions(protocol)) for protocol in rubric.PROTOCOLS} == FROZEN
    assert wording((question("whole"),)) == WHOLE_FROZEN

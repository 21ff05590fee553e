"""What is read from answers in which models think, break off, or say more than one thing."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.metrics.judge.answer import Answer, Refused, Unparsed, reason_of, scores_of, winner_of
from motionedit_bench.metrics.judge.thinking import without_thinking


def rating(number, reason="final"):
    scales = ("fidelity", "preservation", "coherence")
    return json.dumps({"reason": reason} | dict.fromkeys(scales, number))


DRAFT, FINAL = rating(1, "draft"), rating(4)

SPELLINGS = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<THINK >", "</Think>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ('<reasoning effort="high">', "</ reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("&lt;think&gt;", "&lt;/think&gt;"),
    ("<scratchpad>", "</scratchpad>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<|channel>thought\n", "<channel|>"),
    ("<think>", "</thinking>"),
    ("<longcat_think>", "</longcat_think>"),
    ("<ant_thinking>", "</ant_thinking>"),
    ("<antThinking>", "</antThinking>"),
    ("<deepthink>", "</deepthink>"),
    ("<thought_process>", "</thought_process>"),
    ("<inner-thoughts>", "</inner-thoughts>"),
    (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>",
    ),
]


@pytest.mark.parametrize(("begin", "end"), SPELLINGS)
def test_the_answer_after_thinking_is_taken_and_none_from_within(begin, end):
    thought = f"{begin}First idea: {DRAFT}. No.{end}\n"
    assert scores_of(Answer(thought + FINAL))["fidelity"] == 4
    assert scores_of(Answer(thought.removeprefix(begin) + FINAL))["fidelity"] == 4, "begun in the prompt"
    assert reason_of(Answer(thought + FINAL)) == "final"
    for finish in ("stop", "length", None):
        for text in (thought + "I cannot say.", begin + DRAFT, f"{thought}Well, {begin}{DRAFT}"):
            with pytest.raises((Unparsed, Refused)):
                scores_of(Answer(text, finish=finish))


def test_an_answer_to_which_of_two_is_read_in_the_same_way():
    said = [json.dumps({"reason": "", "winner": word}) for word in "AB"]
    assert winner_of(Answer(f"<think>{said[0]}</think>{said[1]}")) == "second"
    assert winner_of(Answer(f"{said[0]} or not?</think>{said[1]}")) == "second"
    for text in (
        f"<think>{said[0]}</think>neither",
        f"<think>{said[0]}",
        '{"a": ' + said[0],
        "<think></think>",
    ):
        with pytest.raises(Unparsed):
            winner_of(Answer(text, finish="length"))


@pytest.mark.parametrize(
    "text",
    [
        f"<think>one <think> two</think> {DRAFT} </think>{FINAL}",
        f"<think>one</think><think>{DRAFT}</think>{FINAL}",
        f"<think></think>{FINAL}",
        f"{DRAFT}</think>no: {DRAFT}</think>```json\n{FINAL}\n```",
        rating(4, "the sign says <think> and </think>"),
        f"```json\n{rating(4, 'it says </think>')}\n```",
    ],
)
def test_marks_in_odd_places(text):
    assert scores_of(Answer(text))["fidelity"] == 4


@pytest.mark.parametrize(
    "text",
    [
        '{"form": ' + DRAFT,
        '{"scores": ' + DRAFT + ', "reason": oops}',
        '{"scores": ' + DRAFT + " and so on",
        '{"reason": "say "hi}" ok", "scores": ' + DRAFT + "}",
        '{"reason": "a } b, "scores": ' + DRAFT + "}",
        "{'scores': " + DRAFT + "}",
        "{scores: [" + DRAFT + "]}",
        f"[{DRAFT}, {DRAFT}, oops]",
        f"[{DRAFT}, {DRAFT[:20]}",
        f"{DRAFT} or rather {FINAL[:-9]}",
        DRAFT[:-1] + ', "inner": ' + DRAFT,
    ],
)
@pytest.mark.parametrize("finish", ["stop", "length"])
def test_nothing_is_taken_from_what_does_not_parse(text, finish):
    with pytest.raises(Unparsed):
        scores_of(Answer(text, finish=finish))


@pytest.mark.parametrize(
    "text", [f"The form is {{fidelity: n}}. {FINAL}", f"[{FINAL}]", f"As asked [1]: {FINAL} {{done}}"]
)
def test_brackets_in_prose_hide_nothing(text):
    assert scores_of(Answer(text))["fidelity"] == 4


@pytest.mark.parametrize(
    "text",
    [
        FINAL,
        f"<think>{DRAFT}</think>{FINAL}",
        f"<think>{DRAFT}</think>So: {FINAL} because it",
        f"My rating: {FINAL}\n\n\n",
        f"{FINAL}\n\nThe arm is raised, but",
        f"```json\n{FINAL}\n```",
    ],
)
@pytest.mark.parametrize("finish", ["length", "max_tokens", "LENGTH"])
def test_an_answer_that_was_whole_at_its_limit_counts(text, finish):
    assert scores_of(Answer(text, finish=finish))["fidelity"] == 4


@pytest.mark.parametrize("text", [f"First: {DRAFT}. Wait, nothing moved", f"Hm. [1] {DRAFT} or {DRAFT}, so"])
@pytest.mark.parametrize("finish", ["length", "MAX_TOKENS"])
def test_a_draft_in_thinking_that_began_in_the_prompt_and_was_cut_off_is_no_score(text, finish):
    with pytest.raises(Unparsed, match="cut off"):
        scores_of(Answer(text, finish=finish))


@pytest.mark.parametrize("finish", ["error", "abort", "unknown", "cancelled", ""])
def test_an_end_that_is_not_known_is_no_score_from_an_old_ledger_either(finish):
    if finish:
        with pytest.raises(Unparsed, match="broke the answer off"):
            scores_of(Answer(FINAL, finish=finish))
    else:
        assert scores_of(Answer(FINAL, finish=finish))["fidelity"] == 4


@pytest.mark.parametrize("finish", ["content_filter", "SAFETY", "recitation"])
def test_a_safety_system_has_more_than_one_name(finish):
    with pytest.raises(Refused):
        scores_of(Answer(FINAL, finish=finish))


def test_half_a_character_in_a_reason_is_read_as_its_escape():
    for text in (rating(4, "half \ud83d"), rating(4, "half \ud83d").replace("\\ud83d", "\ud83d")):
        assert scores_of(Answer(text))["fidelity"] == 4
        assert reason_of(Answer(text)) == "half \\ud83d"


@given(st.lists(st.sampled_from([*(m for pair in SPELLINGS for m in pair), DRAFT, "{", "}", '"', " a "])))
def test_no_order_of_marks_and_drafts_crashes_and_thinking_that_is_open_hides_the_rest(parts):
    text = "".join(parts)
    assert without_thinking(f"{text}<think>{DRAFT}") == without_thinking(f"{text}<think>")
    assert without_thinking(f"{text}</think>{FINAL}").endswith(FINAL)
    with contextlib.suppress(Unparsed, Refused):
        assert scores_of(Answer(text))["fidelity"] == 1
    assert scores_of(Answer(f"{text}</think></think>{FINAL}"))["fidelity"] == 4


@pytest.mark.parametrize(
    "piece", ["{", "[{", "<think>", "</think>", '{"a":', "[ ", " ", "`" * 3, '"', "{}", "[{} ", "{x} "]
)
def test_long_nonsense_is_read_at_once(piece):
    with pytest.raises(Unparsed):
        scores_of(Answer(piece * (400_000 // len(piece))))


def test_a_score_of_minus_nought_is_nought():
    assert str(scores_of(Answer(rating(-0.0)))["fidelity"]) == "0.0"

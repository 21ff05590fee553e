"""What workers answered is read strictly, also where a submitter wrote it."""

import pytest

from motionedit_bench.metrics.judge.answer import Answer, Refused, Unparsed
from motionedit_bench.metrics.judge.measured import measured_of, preferred_of
from motionedit_bench.metrics.judge.rereading import ratings

FINE = '{"scores": {"fidelity": 0, "preservation": 2.5, "coherence": 5}}'


def test_scores_are_any_numbers_from_0_to_5():
    found = {"fidelity": 0.0, "preservation": 2.5, "coherence": 5.0}
    assert measured_of(Answer(FINE)) == found
    assert ratings([Answer(FINE), Answer(FINE)], "worker") == [found, found]


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "4", "[]", "null", "{", "[" * 100_000, "{}", '{"scores": 4}', '{"scores": {}}'),
        *(FINE.replace("2.5", said) for said in ("NaN", "true", "-0.1", "5.1", '"3"', "null", "1e999")),
        '{"unparsed": {"a": 1}}',
    ],
)
def test_what_is_no_score_is_none(text):
    with pytest.raises(Unparsed):
        measured_of(Answer(text))
    with pytest.raises(Unparsed):
        preferred_of(Answer(text))


def test_winners_and_refusals():
    winners = ("first", "second", "tie")
    assert [preferred_of(Answer(f'{{"winner": "{one}"}}')) for one in winners] == list(winners)
    with pytest.raises(Unparsed, match="allowed: first, second, tie"):
        preferred_of(Answer('{"winner": "A"}'))
    with pytest.raises(Refused, match="not this"):
        measured_of(Answer(None, refusal="not this"))

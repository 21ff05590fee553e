"""Who is behind a row."""

import json

from helpers.honest_submission import CARD

from motionedit_bench.leaderboard.contest import Entry, contest
from motionedit_bench.leaderboard.site.cards import baselines_of, card_of
from motionedit_bench.leaderboard.site.subject import read


def test_a_submissions_card_says_who_made_the_model(whole_board):
    subject = read(contest(whole_board))
    cards = {row.model: card for row, card in zip(subject.rows, subject.cards, strict=True)}
    assert cards["first"].organisation == CARD["organisation"]
    assert cards["claimer"].open_weights is CARD["open_weights"]
    assert subject.baselines == {}


def test_a_card_that_is_not_there_or_wrong_says_nothing(tmp_path):
    entry = Entry("m", tmp_path, None, "claimed", items=4)
    assert card_of(entry) is None
    (tmp_path / "card.json").write_text(json.dumps({"name": "m"}))
    assert card_of(entry) is None
    assert card_of(Entry("m", tmp_path / "nowhere.zip", None, "claimed", items=4)) is None


def test_baselines_are_known_by_the_adapter_of_what_was_run_here(tmp_path):
    def entry(model, manifest, standing="measured"):
        (tmp_path / model).mkdir()
        (tmp_path / model / "run.json").write_text(manifest)
        return Entry(model, tmp_path / model, None, standing)

    entries = [
        entry("a", '{"adapter": "identity"}'),
        entry("b", '{"adapter": "shift"}'),
        entry("target", "[]"),
        entry("c", '{"adapter": "target"}', "claimed"),
        Entry("d", tmp_path / "none", None, "measured"),
    ]
    assert baselines_of(entries) == {"identity": "a"}

import json

from helpers.pictures import make_benchmark

from motionedit_bench.records import digest
from motionedit_bench.rewards.request import Request
from motionedit_bench.training.card import training_card
from motionedit_bench.training.data import open_training_set


def test_a_card_says_what_was_learnt_from_and_by_which_reward_and_no_path(tmp_path):
    data = open_training_set(
        str(make_benchmark(tmp_path / "to-learn", count=4)),
        str(make_other(tmp_path / "measured")),
        held_out=1,
    )
    reward = Request("motion", flow="dis", device="cpu").open()
    card = training_card(data.told(), reward.facts(), 210, b"weights")
    assert json.loads(json.dumps(card)) == card
    assert (card["step"], card["weights"]) == (210, digest(b"weights"))
    assert card["reward"] == {"weights": {"motion": 1.0}, "rounded": False, "flow": "dis", "judge": None}
    on = card["trained_on"]
    assert (on["name"], on["items"]) == ("to-learn", 3)
    assert on["fingerprint"] == data.benchmark.fingerprint()
    assert (on["not_in"]["bench"], on["not_in"]["checked"]) == ("measured", True)
    assert str(tmp_path) not in json.dumps(card)
    reward.close()


def make_other(folder):
    """A benchmark of other pictures: of another size."""
    return make_benchmark(folder, count=1, width=168)

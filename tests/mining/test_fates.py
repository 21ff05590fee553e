"""What became of candidates: each has one fate, and who wrote an instruction stays known."""

from helpers.candidates import make_candidates

from motionedit_bench.mining.fates import BY_HAND, NOT_WRITTEN, Fates, fates
from motionedit_bench.mining.judging import Judged
from motionedit_bench.mining.written import Written

ANSWERS = {"verdict": {"text": "", "model": "m-1"}}


def test_each_candidate_has_one_fate_and_they_add_up(tmp_path):
    ids = [one.id for one in make_candidates(tmp_path, 8)]
    kept = {
        name: Judged(name, "ok", kept=True, prompt="Go.", verdict={"category": ""}, answers=ANSWERS)
        for name in ids
    }
    dropped = Judged(ids[2], "ok", kept=False, rule="motion", answers=ANSWERS)
    waits = Judged(ids[3], "refused", "sorry")
    said = {
        ids[0]: [kept[ids[0]]],  # stands
        ids[1]: [kept[ids[1]]],  # another text by hand
        ids[2]: [kept[ids[2]], dropped],
        ids[3]: [waits],
        ids[4]: [Judged(ids[4], "ok", kept=False, rule="setting")],  # taken in by hand
        ids[5]: [kept[ids[5]]],  # left out by hand
    }
    chosen = {
        ids[0]: Written("Go.", "", True),
        ids[1]: Written("Go on.", "", True),
        ids[2]: Written("", "", False),
        ids[4]: Written("Jump.", "", True),
        ids[5]: Written("", "", False),
        ids[6]: Written("", "Pose / Posture"),
    }
    candidates = make_candidates(tmp_path / "again", 8)
    found = fates(candidates, chosen, said)
    left = {
        BY_HAND: 1,
        NOT_WRITTEN: 2,
        "the judge gave no verdict: it waits (refused)": 1,
        "the judge: no clear motion": 1,
    }
    assert found == Fates(left, 1, 2, ["m-1"])
    assert sum(found.left.values()) + found.by_judge + found.by_hand == len(candidates)

"""Copies and cuts of one film are one video to the split."""

import json
from itertools import permutations

from helpers.candidates import VIDEOS, make_candidates

from motionedit_bench.mining.build import build
from motionedit_bench.mining.kin import kin_of
from motionedit_bench.mining.records import Decision, split_of
from motionedit_bench.mining.written import Written

PAIRS = {"a1": "A", "a2": "A", "b1": "B", "c1": "C", "c2": "C", "d1": "D", "e1": "E"}


def test_duplicates_join_videos_and_the_least_leads_whatever_their_order():
    decisions = [
        Decision("c1", False, "duplicate", other="b1"),
        Decision("a1", False, "duplicate", other="c2"),
        Decision("d1", False, "shared_frame", other="e1"),
        Decision("a2", False, "duplicate", other="a1"),
        Decision("e1", True),
    ]
    for some in permutations(decisions):
        assert kin_of(PAIRS, some) == {"A": "A", "B": "A", "C": "A"}
    assert kin_of({}, []) == {}


def test_kin_have_one_split(tmp_path):
    candidates = make_candidates(tmp_path, 4)
    written = {one.id: Written("Go.") for one in candidates}
    share = next(n for n in range(100) if len({split_of(video, n) for video in VIDEOS}) == 2)
    apart = build(tmp_path, candidates, written, share, {})
    assert len({item["split"] for item in apart}) == 2
    together = build(tmp_path, candidates, written, share, dict.fromkeys(VIDEOS, VIDEOS[0]))
    assert {item["split"] for item in together} == {split_of(VIDEOS[0], share)}
    lines = (tmp_path / "metadata.jsonl").read_text().splitlines()
    assert [json.loads(line)["split"] for line in lines] == [item["split"] for item in together]

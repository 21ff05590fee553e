"""Decisions: each rule at its bound, the best of a shot, likes, and the limit."""

from dataclasses import replace

import pytest

from motionedit_bench.mining.deciding import RULES, counts, decide
from motionedit_bench.mining.gates import gate, rank
from motionedit_bench.mining.records import Decision, Measured, Measures, Pair
from motionedit_bench.mining.settings import GateSettings, PairSettings, Settings

GOOD = Measures(
    camera=0.002,
    shift=(0.0, 0.0),
    subject=0.01,
    direction=(0.01, 0.0),
    moved=0.1,
    fb=0.9,
    inliers=0.8,
    sharpness=(100.0, 110.0),
    light=(0.5, 0.5),
    box=(0, 0, 320, 192),
    phash=("0" * 16, "f" * 16),
)


def measured(name: str, video: str = "v", shot: int = 0, t0: float = 0.0, **measures: object) -> Measured:
    own = {"phash": (f"{hash_of(name):016x}", f"{hash_of(name + '!'):016x}"), **measures}
    return Measured(Pair(name, video, shot, t0, t0 + 3), replace(GOOD, **own))


def hash_of(name: str) -> int:
    """64 bits that differ much from those of other names."""
    import random

    return random.Random(name).getrandbits(64)


@pytest.mark.parametrize(
    ("rule", "measure", "inside", "outside", "value", "limit"),
    [
        ("light", "light", (0.05, 0.1), (0.04, 0.1), 0.04, 0.05),
        ("light", "light", (0.9, 0.95), (0.9, 0.96), 0.96, 0.95),
        ("light_change", "light", (0.3, 0.4), (0.3, 0.42), 0.12, 0.1),
        ("camera", "camera", 0.01, 0.011, 0.011, 0.01),
        ("subject", "subject", 0.002, 0.0019, 0.0019, 0.002),
        ("moved", "moved", 0.02, 0.019, 0.019, 0.02),
        ("moved", "moved", 0.8, 0.81, 0.81, 0.8),
        ("fb", "fb", 0.5, 0.49, 0.49, 0.5),
        ("inliers", "inliers", 0.25, 0.24, 0.24, 0.25),
        ("sharpness", "sharpness", (100.0, 50.0), (100.0, 49.0), 0.49, 0.5),
        ("sharpness", "sharpness", (0.0, 0.0), (0.0, 1.0), 1e9, 2.0),
    ],
)
def test_a_rule_at_its_bound(
    rule: str, measure: str, inside: object, outside: object, value: float, limit: float
) -> None:
    gates = GateSettings()
    if inside != (0.0, 0.0):
        assert gate(Measured(Pair("a", "v", 0, 0, 3), replace(GOOD, **{measure: inside})), gates).kept
    dropped = gate(Measured(Pair("a", "v", 0, 0, 3), replace(GOOD, **{measure: outside})), gates)
    assert dropped == Decision("a", False, rule, pytest.approx(value), limit)


def test_the_first_rule_that_is_broken_is_named() -> None:
    bad = replace(GOOD, camera=0.2, fb=0.1)
    assert gate(Measured(Pair("a", "v", 0, 0, 3), bad), GateSettings()).rule == "camera"


def test_the_best_of_a_shot_is_kept() -> None:
    three = [measured(name, t0=5.0 * n, subject=0.01 * n) for n, name in enumerate("abc", start=1)]
    other = measured("d", shot=1)
    decisions = decide([*three, other], Settings())
    assert [one.kept for one in decisions] == [False, False, True, True]
    assert decisions[0] == Decision("a", False, "per_shot", round(rank(three[0].measures), 6), 1, "c")
    two = decide([*three, other], Settings(pairs=PairSettings(per_shot=2)))
    assert [one.kept for one in two] == [False, True, True, True]


def test_a_frame_is_never_input_of_one_and_target_of_another() -> None:
    chain = [measured(name, t0=3.0 * n, subject=0.01 + 0.001 * n) for n, name in enumerate("abc")]
    decisions = decide(chain, Settings(pairs=PairSettings(per_shot=3)))
    assert [one.rule for one in decisions] == [None, "shared_frame", None]
    assert decisions[1].other == "c"


def test_likes_are_kept_once() -> None:
    bits = hash_of("a")
    near = measured("b", video="w", subject=0.02, phash=(f"{bits ^ 0b111111:016x}", f"{hash_of('b!'):016x}"))
    decisions = decide([measured("a"), near], Settings())
    assert decisions[0] == Decision("a", False, "duplicate", 6, 7, "b")
    far = replace(
        near, measures=replace(near.measures, phash=(f"{bits ^ 0b1111111:016x}", near.measures.phash[1]))
    )
    assert all(one.kept for one in decide([measured("a"), far], Settings()))


def test_targets_count_as_inputs_do() -> None:
    same = measured("a").measures.phash[1]
    other = measured("b", video="w", subject=0.02, phash=(f"{hash_of('b'):016x}", same))
    assert [one.kept for one in decide([measured("a"), other], Settings())] == [False, True]


def test_no_more_than_the_limit_and_the_best_of_all() -> None:
    several = [measured(name, video=name, subject=0.01 + 0.001 * n) for n, name in enumerate("abcd")]
    decisions = decide(several, Settings(), limit=2)
    assert [one.rule for one in decisions] == ["limit", "limit", None, None]


def test_equals_are_decided_by_their_names_not_by_their_order() -> None:
    one, other = measured("a", phash=GOOD.phash), measured("b", video="w", phash=GOOD.phash)
    for order in ([one, other], [other, one]):
        assert {d.id: d.kept for d in decide(order, Settings())} == {"a": True, "b": False}


def test_each_rule_is_counted() -> None:
    found = counts([Decision("a", False, "camera"), Decision("b", False, "camera"), Decision("c", True)])
    assert found == {rule: 2 if rule == "camera" else 0 for rule in RULES}
    assert decide([], Settings()) == []

"""Draws depend on what they are for, and on nothing else."""

from collections import Counter

import torch

from motionedit_bench.training.draws import generator, items_of_step, training_times

IDS = [f"item-{number}" for number in range(10)]


def test_equal_keys_draw_alike_and_others_do_not():
    def first(*key):
        return torch.randn(4, generator=generator(*key)).tolist()

    assert first(1, "sample", 3, "item", 0) == first(1, "sample", 3, "item", 0)
    keys = [
        (1, "sample", 3, "item", 0),
        (2, "sample", 3, "item", 0),
        (1, "learn", 3, "item", 0),
        (1, "sample", 4, "item", 0),
        (1, "sample", 3, "item", 1),
        (1, "sample", 31, "tem", 0),
    ]
    assert len({tuple(first(*key)) for key in keys}) == len(keys)


def test_a_step_draws_no_item_twice_and_in_no_order_of_the_set():
    drawn = items_of_step(IDS, seed=0, step=3, count=4)
    assert len(set(drawn)) == 4
    assert drawn == items_of_step(list(reversed(IDS)), seed=0, step=3, count=4)
    assert drawn != items_of_step(IDS, seed=0, step=4, count=4)


def test_all_items_come_about_as_often_and_banned_ones_never():
    counts = Counter(one for step in range(500) for one in items_of_step(IDS, 0, step, 4, {"item-3"}))
    assert counts.keys() == set(IDS) - {"item-3"}
    assert max(counts.values()) < 1.3 * min(counts.values())
    assert items_of_step(IDS, 0, 0, 4, IDS) == []


def test_times_are_the_samplings_own_but_its_end_and_none_comes_twice():
    sigmas = [1.0, 0.9, 0.7, 0.5, 0.3, 0.1, 0.0]
    draws = [training_times(sigmas, 5, 0, "times", number) for number in range(200)]
    assert all(len(set(one)) == 5 and set(one) <= set(sigmas[:-1]) for one in draws)
    assert {one[0] for one in draws} == set(sigmas[:-1])

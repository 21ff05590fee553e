"""Several seeds of one model: one figure over all, its interval over items, and the spread between seeds."""

import json

import numpy as np
import pytest
from helpers.scored_models import FIVE, write_model

from motionedit_bench.errors import PredictionsError
from motionedit_bench.leaderboard.board import load
from motionedit_bench.leaderboard.compare import differences, read_models
from motionedit_bench.leaderboard.statistics import bootstrap_interval

VALUES = np.random.default_rng(1).normal(50, 10, (3, 5))


def seed(folder, number, values, **more):
    write_model(folder / "m" / "seeds", str(number), dict(zip(FIVE, values, strict=False)), **more)


@pytest.fixture
def models(tmp_path):
    """A model of three seeds, and one of one."""
    write_model(tmp_path, "m", dict(zip(FIVE, VALUES[0], strict=True)), categories=dict.fromkeys("ab", "c"))
    seed(tmp_path, 43, VALUES[1])
    seed(tmp_path, 44, VALUES[2])
    write_model(tmp_path, "single", dict.fromkeys(FIVE, 10.0))
    return tmp_path


def of(board, model):
    row = next(row for row in board.rows if row.model == model)
    (found,) = row.summaries.values()
    return row, found


def test_the_mean_is_over_all_and_the_interval_over_items_with_all_their_seeds(models):
    row, found = of(load(models), "m")
    assert found.mean == pytest.approx(VALUES.mean())
    assert found.ci95 == pytest.approx(bootstrap_interval(VALUES.mean(axis=0)))
    assert found.seeds == pytest.approx(tuple(VALUES.mean(axis=1)))
    assert found.spread == pytest.approx(VALUES.mean(axis=1).std(ddof=1))
    assert (found.scored, found.expected, found.complete) == (15, 15, True)
    assert row.rank == 1
    assert row.remark == "each figure is over 3 seeds of 5 items"
    _, alone = of(load(models), "single")
    assert (alone.seeds, alone.spread, alone.expected) == ((), None, 5)


def test_a_seed_that_lacks_an_item_is_partial_and_so_is_one_that_was_never_scored(models):
    seed(models, 45, VALUES[0][:4])
    row, found = of(load(models), "m")
    assert (found.scored, found.expected, row.rank) == (19, 20, None)
    assert row.unranked == ("mas 19/20",)
    assert found.mean_failed_as_worst == pytest.approx((VALUES.sum() + VALUES[0][:4].sum()) / 20)
    (models / "m" / "seeds" / "46").mkdir()
    _, found = of(load(models), "m")
    assert (found.scored, found.expected) == (19, 25)


def test_what_else_lies_in_the_folder_is_no_seed(models):
    (models / "m" / "seeds" / "notes").mkdir()
    (models / "m" / "seeds" / "7").write_text("")
    assert of(load(models), "m")[1].expected == 15


def test_tables_and_data_say_it(models, mebench):
    spread = f"±{VALUES.mean(axis=1).std(ddof=1):.2f}"
    out = mebench("leaderboard", models)[1]
    assert f"{spread}  15/15" in out
    assert "±: the standard deviation between the means of a model's seeds." in out
    assert "m: each figure is over 3 seeds of 5 items." in out
    assert spread in mebench("leaderboard", models, "--format", "html")[1]
    assert rf"$\pm$\,{spread[1:]}" in mebench("leaderboard", models, "--format", "latex")[1]
    rows = {
        row["model"]: row for row in json.loads(mebench("leaderboard", models, "--format", "json")[1])["rows"]
    }
    assert rows["m"]["metrics"]["mas"]["seeds"] == pytest.approx(list(VALUES.mean(axis=1)))
    assert "spread" not in rows["single"]["metrics"]["mas"]
    head, first, second = mebench("leaderboard", models, "--format", "csv")[1].splitlines()
    assert head.endswith("mas_standing,mas_spread")
    assert float(first.rsplit(",", 1)[1]) == pytest.approx(VALUES.mean(axis=1).std(ddof=1))
    assert second.endswith("measured,")
    by_category = mebench("leaderboard", models, "--by-category")[1]
    assert "6/6" in by_category.split("Category c, 2 items:")[1]


def test_a_comparison_is_of_each_items_mean_over_seeds(models):
    (found,) = differences(read_models([models / "m", models / "single"]))
    assert found.mean == pytest.approx(VALUES.mean() - 10)
    assert found.ci95 == pytest.approx(bootstrap_interval(VALUES.mean(axis=0) - 10))
    assert (found.common, found.expected) == (5, 5)


def test_a_seed_on_another_benchmark_is_one_line(models):
    seed(models, 45, VALUES[0], fingerprint="e" * 64)
    with pytest.raises(PredictionsError, match=r"seeds/45 holds scores on another benchmark"):
        load(models)

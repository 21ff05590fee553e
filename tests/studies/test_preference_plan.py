import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "studies/preference_plan.py"


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location("preference_plan", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_plan_reaches_the_order_of_all_pairs_with_less_than_its_budget(study, monkeypatch):
    monkeypatch.setattr(study, "ITEMS", 100)
    gaps = [0.8] * 5
    share, planned, _, reversed_, told = study.compared(study.simulated(gaps, draw=0), seed=0)
    assert share <= study.BUDGET
    assert planned >= 0.95
    assert (reversed_, told) == (0, 15)


def test_what_cannot_be_compared_costs_nothing(study):
    ratings = {"1": {"a": 1.0, "b": 2.0}, "2": {"b": 2.0, "c": 2.0}}
    outcomes = study.by_overall(ratings)
    assert outcomes == {("1", "a", "b"): "b", ("2", "b", "c"): "tie"}
    rows = study.followed(outcomes, seed=0, most=2)
    assert {(row["item_id"], row["outcome"]) for row in rows} == {("1", "b"), ("2", "tie")}


def test_models_that_do_more_have_a_higher_overall(study):
    known = {str(item): {study.WHOLE: 5.0, study.PARTLY: 1.0} for item in range(11)}
    overall = study.mixed(known, draw=0)
    means = [sum(one[name] for one in overall.values()) for name in sorted(overall["0"])]
    assert means == sorted(means)
    assert (means[0], means[-1]) == (11, 55)

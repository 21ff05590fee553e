import threading
from datetime import date

import pytest

from motionedit_bench.calls.budget import Budget, OverBudget
from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.judge.opening import Terms, open_model
from motionedit_bench.metrics.judge.prices import Price, read_prices


def test_the_price_of_tokens():
    assert Price(input=2, output=10).of(1_000_000, 100_000) == pytest.approx(3.0)


def test_the_prices_that_are_built_in_can_be_read():
    prices = read_prices()
    assert prices["openai:gpt-4o"].output > prices["openai:gpt-4o"].input > 0


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        '["openai:m"]\ninput = 1',
        '["openai:m"]\ninput = -1\noutput = 1',
        '["openai:m"]\ninput = 1\noutput = 1\nas_of = "May"',
        "price = 3",
        '["openai:m"]\ninput = inf\noutput = 1',
        '["openai:m"]\ninput = 1\noutput = nan',
        '["openai:m"]\ninput = 1\noutput = 1\npixels_per_token = inf',
        '["openai:m"]\ninput = 1\noutput = 1\npixels_per_token = 0',
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, text):
    (tmp_path / "prices.toml").write_text(text)
    with pytest.raises(UsageError, match="input and output"):
        read_prices(tmp_path / "prices.toml")


def test_every_price_that_is_built_in_is_dated():
    assert all(price.as_of for price in read_prices().values())


@pytest.mark.parametrize(
    ("as_of", "told"),
    [(date(2026, 6, 1), None), (date(2026, 5, 31), "of 2026-05-31, 181 days ago"), (None, None)],
)
def test_an_old_price_is_told(as_of, told):
    found = Price(1, 1, as_of=as_of).stale(date(2026, 11, 28))
    assert found is None if told is None else told in found


def test_an_old_price_is_used_with_a_warning(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    (tmp_path / "prices.toml").write_text('["openai:m"]\ninput = 1\noutput = 2\nas_of = 2025-01-01\n')
    for today in (date(2025, 6, 30), date(2025, 7, 1), None):
        terms = Terms("http://127.0.0.1:9/v1", prices=tmp_path / "prices.toml", today=today)
        open_model("openai:m", terms).model.close()
    assert capsys.readouterr().err.count("openai:m: its price is of 2025-01-01, 181 days ago") == 1


def test_what_is_under_way_is_set_aside():
    budget = Budget(max_cost=1.0)
    budget.take(0.6)
    with pytest.raises(OverBudget, match="--max-cost is 1"):
        budget.take(0.6)
    budget.settle(0.6, 0.1, 100, 10)
    budget.take(0.6)
    assert (budget.calls, budget.spent, budget.tokens_in) == (2, 0.1, 100)


def test_threads_together_make_no_more_calls_than_allowed():
    budget = Budget(max_calls=50)
    refused = []

    def take():
        for _ in range(20):
            try:
                budget.take(0)
            except OverBudget:
                refused.append(1)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (budget.calls, len(refused)) == (50, 110)


def test_a_limit_that_is_a_sum_of_prices_is_reached():
    budget = Budget(max_cost=0.3)
    for _ in range(3):
        budget.take(0.1)
        budget.settle(0.1, 0.1, 0, 0)
    with pytest.raises(OverBudget):
        budget.take(0.1)


def test_a_limit_that_is_no_number_allows_nothing():
    with pytest.raises(OverBudget, match="--max-cost is nan"):
        Budget(max_cost=float("nan")).take(0.1)

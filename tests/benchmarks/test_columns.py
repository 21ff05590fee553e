"""Columns by name; what their cells hold is tried with real files in `test_hub`."""

import pytest

from motionedit_bench.benchmarks.columns import COLUMNS, NEVER_GUESSED, match_columns
from motionedit_bench.errors import BenchmarkError

NEEDED = ["id", "prompt", "input_image"]


@pytest.mark.parametrize("field", NEVER_GUESSED)
def test_any_two_names_of_a_field_that_decides_scores_are_a_question(field):
    one, two = COLUMNS[field][:2]
    found = [*NEEDED, one, two]
    with pytest.raises(BenchmarkError, match=f"several columns for '{field}'.*#{field}={one}'"):
        match_columns(found, "toy")
    assert match_columns(found, "toy", {field: two})[field] == two


def test_of_two_columns_for_the_category_the_first_name_counts():
    assert match_columns([*NEEDED, "task", "motion_type"], "toy")["category"] == "motion_type"

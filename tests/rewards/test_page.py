"""The example on the page, as it stands there."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rewards.md").read_text()


def test_the_example_runs_and_rewards_the_target_most():
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = {}
    exec(compile(example, "docs/rewards.md", "exec"), names)
    noop, target = names["values"]
    assert target == pytest.approx(0.7 * 1 + 0.3 * 1, abs=1e-6)
    assert noop < target
    assert sum(names["advantages"]) == pytest.approx(0, abs=1e-12)
    names["reward"].close()

"""How far judges agree, as the table says it."""

import json

from motionedit_bench.leaderboard.preference.panel import panel


def write(folder, judge, ratings):
    """Rows of one judge: the repeats of each item's rating."""
    folder.mkdir(exist_ok=True)
    with (folder / "scores.jsonl").open("a") as file:
        for item, repeats in ratings.items():
            row = {
                "model": folder.name,
                "item_id": item,
                "metric": "fidelity",
                "value": sum(repeats) / len(repeats),
                "status": "ok",
                "reason": None,
                "detail": {"judge": judge, "protocol": "rubric", "values": repeats},
                "key": f"{judge}-{item}",
            }
            file.write(json.dumps(row) + "\n")
    return folder


def test_a_judge_is_compared_with_itself_and_with_the_others(tmp_path):
    folder = write(tmp_path / "model", "steady", {"a": [1.0, 1.0], "b": [4.0, 4.0]})
    write(folder, "other", {"a": [2.0], "b": [5.0], "c": [0.0]})
    cells = [line.split() for line in panel([folder]).splitlines()]
    assert ["fidelity", "steady", "(rubric)", "2", "1.000", "0.00"] in cells
    # By hand: both units differ by 1; pooled 1, 2, 4, 5, so 1 - 1 / (40 / 6).
    assert ["fidelity", "all", "judges", "2", "0.850", "1.00"] in cells
    assert len(cells) == 4


def test_where_nobody_can_disagree_nothing_is_made_up(tmp_path):
    folder = write(tmp_path / "model", "steady", {"a": [3.0, 3.0]})
    assert panel([folder]).splitlines()[-1].split()[-2:] == ["undefined", "0.00"]
    assert panel([write(tmp_path / "lonely", "once", {"a": [3.0]})]) is None

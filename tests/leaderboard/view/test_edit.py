import shutil

import numpy as np
import pytest
from PIL import Image

from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.view.edit import NUMBERS
from motionedit_bench.leaderboard.view.figure import PANEL, picture
from motionedit_bench.metrics.flow.colour import colour, hatched
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.functional.trust import flow_trust


def test_a_view_holds_the_pictures_the_flows_and_the_scored_numbers(bench, shown, see):
    seen = see()
    assert seen.heading == "item-1 · shift · Locomotion/Distance"
    assert seen.instruction == "Move the middle 3 pixels to the right."
    first, target, edited = (
        np.asarray(Image.open(path))
        for path in (
            bench / "input" / "item-1.png",
            bench / "target" / "item-1.png",
            shown / "preds" / "shift" / "item-1.png",
        )
    )
    titles = [
        "input",
        "target",
        "edited",
        "error of the motion",
        "motion of the target",
        "motion of the edit",
    ]
    assert list(seen.panels) == titles
    wanted, made = Dis().flow(first, target), Dis().flow(first, edited)
    trust = flow_trust(wanted, Dis().flow(target, first), first, target)
    assert trust.untrusted.any()
    assert seen.full == pytest.approx(np.hypot(*wanted.transpose(2, 0, 1)).max())
    assert seen.diagonal == 200
    for title, expected in {
        "input": first,
        "target": target,
        "edited": edited,
        "motion of the target": hatched(colour(wanted, seen.full), trust.untrusted),
        "motion of the edit": colour(made, seen.full),
    }.items():
        assert np.array_equal(seen.panels[title], expected), title
    assert tuple(seen.numbers) == NUMBERS
    assert seen.notes == ()
    for row in read_lines(shown / "preds" / "shift" / "scores.jsonl"):
        if row["item_id"] == "item-1":
            assert seen.numbers[row["metric"]] == f"{row['value']:.2f}"


def test_where_there_is_no_number_a_note_says_why(bench, shown, see):
    shutil.copy(bench / "input" / "item-1.png", bench / "target" / "item-1.png")
    seen = see()
    assert seen.numbers["mas"] is None
    assert seen.numbers["motion_magnitude"] == "0.0000"
    assert "mas: not applicable, the target does not move" in seen.notes[0]
    assert seen.full > 0
    assert (seen.panels["motion of the target"] == 255).all()


def test_where_nothing_moves_at_all_there_is_still_a_picture(bench, shown, see):
    shutil.copy(bench / "input" / "item-1.png", bench / "target" / "item-1.png")
    shutil.copy(bench / "input" / "item-1.png", shown / "preds" / "shift" / "item-1.png")
    seen = see()
    assert seen.full == 1
    assert (seen.panels["motion of the edit"] == 255).all()
    assert picture([seen]).width > 3 * PANEL

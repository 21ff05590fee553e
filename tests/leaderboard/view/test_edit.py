import shutil

import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.errors import ImageError
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.view.edit import NUMBERS
from motionedit_bench.leaderboard.view.figure import PANEL, picture
from motionedit_bench.leaderboard.view.motion import target_motion, told
from motionedit_bench.metrics.comparison import Scene
from motionedit_bench.metrics.flow.colour import colour, hatched
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.flow.far import Far
from motionedit_bench.metrics.functional.trust import flow_trust
from motionedit_bench.metrics.instruments import Instruments


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
    assert list(seen.drawn.panels) == titles
    wanted, made = Far().flow(first, target), Far().flow(first, edited)
    trust = flow_trust(wanted, Far().flow(target, first), first, target)
    own = flow_trust(made, Far().flow(edited, first), first, edited)
    assert seen.drawn.full == pytest.approx(np.hypot(*wanted.transpose(2, 0, 1)).max())
    assert seen.diagonal == 200
    for title, expected in {
        "input": first,
        "target": target,
        "edited": edited,
        "motion of the target": hatched(colour(wanted, seen.drawn.full), trust.untrusted),
        "motion of the edit": hatched(colour(made, seen.drawn.full), own.untrusted),
    }.items():
        assert np.array_equal(seen.drawn.panels[title], expected), title
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
    assert seen.drawn.full > 0
    assert (seen.drawn.panels["motion of the target"] == 255).all()


def test_where_nothing_moves_at_all_there_is_still_a_picture(bench, shown, see):
    shutil.copy(bench / "input" / "item-1.png", bench / "target" / "item-1.png")
    shutil.copy(bench / "input" / "item-1.png", shown / "preds" / "shift" / "item-1.png")
    seen = see()
    assert seen.drawn.full == 1
    assert (seen.drawn.panels["motion of the edit"] == 255).all()
    assert picture([seen]).width > 3 * PANEL


def test_where_the_targets_flow_cannot_be_trusted_it_is_hatched_and_elsewhere_as_ever():
    pictures = [Image.fromarray(photograph(seed)) for seed in (1, 2)]
    scene = Scene(*pictures, Instruments("dis"))
    painted, drawn = colour(scene.target_flow, 10), target_motion(scene, 10).colours
    lines = (painted != drawn).any(-1)
    assert lines.mean() > 0.05
    assert not lines[~scene.trust.untrusted].any()


def test_without_a_flow_back_nothing_is_hatched(monkeypatch):
    pictures = [Image.fromarray(photograph(seed)) for seed in (1, 2)]
    scene = Scene(*pictures, Instruments("dis"))
    wanted = scene.target_flow

    def too_large(*arguments):
        raise ImageError("does not fit")

    monkeypatch.setattr(Dis, "flow", too_large)
    drawn = target_motion(scene, 10)
    assert np.array_equal(drawn.colours, colour(wanted, 10))
    assert (drawn.trust, drawn.seen, drawn.arrows.arrows) == (None, False, ())
    assert told(drawn).startswith("whether the flow saw it is not known")

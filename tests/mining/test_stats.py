"""What a benchmark is like: known answers, tables that fit, figures that hold the figures."""

import json
import re

import numpy as np
import pytest
from helpers.figure_texts import texts
from helpers.pictures import make_benchmark, photograph, png
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.figures.paper import styled
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.mining.stats import figures
from motionedit_bench.mining.stats.motion import (
    SECTORS,
    WITHOUT,
    Motion,
    Profile,
    category_names,
    directions,
    profile,
)
from motionedit_bench.mining.stats.page import write_stats
from motionedit_bench.mining.stats.table import quarters, summary, tables


def flow(*parts):
    """A flow whose columns move so, a tenth of a picture each."""
    return np.repeat(np.array(parts, np.float32), 4, axis=0)[None].repeat(10, axis=0)


def test_directions_are_shares_of_the_motion():
    assert directions(flow((3, 0)))[0] == 1.0
    found = directions(flow((3, 0), (0, -1), (0, 0)))
    assert found[0] == pytest.approx(0.75)
    assert found[SECTORS // 4] == pytest.approx(0.25)  # up is where y falls
    assert directions(flow((-2, 2)))[SECTORS * 5 // 8] == 1.0
    assert directions(flow((-3, 0.0001)))[SECTORS // 2] == 1.0
    assert sum(found) == pytest.approx(1)
    assert directions(flow((0.001, 0))) == ()


def one(name="toy", items=None):
    right, up = (tuple(float(k == at) for k in range(SECTORS)) for at in (0, 4))
    return Profile(
        name,
        "f" * 64,
        "dis",
        items
        or (
            Motion("a", "Pose", 0.1, right),
            Motion("b", "Pose", 0.3, up),
            Motion("c", "Walk", 0.0),
            Motion("d", None, reason="the input has 8x8 pixels"),
        ),
    )


def test_a_profile_is_over_what_was_measured():
    found = one()
    told = summary(found)
    assert (told["items"], told["measured"]) == (4, 3)
    assert told["mean"] == pytest.approx(0.4 / 3)
    assert told["quantiles"] == pytest.approx([0.02, 0.1, 0.26])
    assert found.rose[0] == found.rose[4] == 0.5
    assert quarters(found) == {"right": 0.5, "up": 0.5, "left": 0.0, "down": 0.0}
    assert found.categories == {"Pose": 2, "Walk": 1, WITHOUT: 1}


def test_items_without_a_category_stand_last():
    bare = one("bare", (Motion("a", None, 0.1),))
    assert category_names([bare, one()]) == ["Pose", "Walk", WITHOUT]
    assert tables([bare, one()]).splitlines()[-3].startswith(WITHOUT)


def test_between_two_quarters_both_have_half():
    slanted = tuple(float(k == 2) for k in range(SECTORS))
    assert quarters(one(items=(Motion("a", None, 0.1, slanted),))) == {
        "right": 0.5,
        "up": 0.5,
        "left": 0.0,
        "down": 0.0,
    }


def test_nothing_is_invented_where_nothing_was_measured():
    found = one("empty", (Motion("a", None, reason="no target"),))
    assert (summary(found)["mean"], summary(found)["quantiles"]) == (None, None)
    told = tables([found])
    assert re.search(r"1  empty +0/1 +- +- +- +-", told)
    assert "1: 1 not measured, such as a: no target" in told


def test_tables_fit_a_terminal_however_many_there_are():
    items = tuple(Motion(str(k), "a long name of a category " * k, 0.1) for k in range(4))
    many = [one(f"{'folder/' * 9}bench-{k}", items) for k in range(1000, 1011)]
    told = tables(many)
    assert max(map(len, told.splitlines())) <= 80
    assert "...der/folder/bench-1010" in told
    assert told.count("share of the motion, %") == 2


def test_a_benchmark_is_looked_at_whole(tmp_path):
    folder = make_benchmark(tmp_path / "bench")
    (folder / "target" / "item-3.png").write_bytes(b"no picture")
    (folder / "input" / "item-2.png").write_bytes(png(Image.new("RGB", (8, 8))))
    bench = open_benchmark(str(folder))
    found = profile(bench, Instruments("dis"))
    assert [motion.item_id for motion in found.motions] == [f"item-{k}" for k in range(4)]
    assert [motion.magnitude is None for motion in found.motions] == [False, False, True, True]
    assert found.motions[0].directions[0] > 0.8  # the middle moves to the right
    assert found.motions[1].magnitude > found.motions[0].magnitude
    assert all(motion.reason for motion in found.motions[2:])
    assert profile(bench, Instruments("dis"), workers=3) == found


def test_figures_hold_the_figures():
    profiles = [one(), one("other")]
    with styled():
        drawn = {name: draw(profiles) for name, draw in figures.FIGURES.items()}
    heights = [bar.get_height() for bar in drawn["motion"].axes[0].patches]
    assert sum(heights) == pytest.approx(1)
    assert drawn["motion"].axes[0].get_ylim() == drawn["motion"].axes[1].get_ylim()
    assert [bar.get_height() for bar in drawn["directions"].axes[0].patches][:5] == [0.5, 0, 0, 0, 0.5]
    assert {"right", "up", "toy (4 items)", "other (4 items)"} <= texts(drawn["directions"])
    assert [bar.get_width() for bar in drawn["categories"].axes[1].patches] == [0.5, 0.25, 0.25]
    assert {"Pose", "2", WITHOUT} <= texts(drawn["categories"])


@pytest.mark.parametrize("count", [1, 4])
def test_a_folder_of_figures_says_what_they_are_of(tmp_path, count):
    profiles = [one(f"<b>{k}") for k in range(count)]
    page = write_stats(profiles, tmp_path / "out").read_text()
    assert "<b>" not in page
    assert "3 of 4 items, fingerprint ffffffffffff" in page
    for name in figures.FIGURES:
        with Image.open(tmp_path / "out" / f"{name}.png") as image:
            assert "fingerprint ffffffffffff" in image.info["Description"]
    assert len(json.loads((tmp_path / "out" / "stats.json").read_text())) == count


def test_no_benchmark_where_anything_moves_is_drawn_as_well(tmp_path):
    write_stats([one(items=(Motion("a", None, reason="no target"),))], tmp_path / "out")


def test_the_command_prints_tables_and_writes_a_page(tmp_path, mebench, visit, axe):
    folder = make_benchmark(tmp_path / "bench", count=2)
    out = tmp_path / "out"
    status, told, said = mebench("bench", "stats", folder, folder, "--flow", "dis", "--out", out)
    assert status == 0
    assert "  2  bench" in told
    assert f"wrote {out / 'index.html'}" in said
    page = visit(out / "index.html", width=390, scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("img").evaluate_all("all => all.map((one) => one.naturalWidth > 0)") == [True] * 3
    page.evaluate(axe)
    found = page.evaluate("axe.run({ preload: false }).then((result) => result.violations)")
    assert [each["id"] for each in found] == []
    (folder / "target" / "item-1.png").write_bytes(b"no picture")
    assert mebench("bench", "stats", folder, "--flow", "dis")[0] == 1


def test_figures_need_matplotlib_before_anything_is_looked_at(tmp_path, mebench, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    status, _, said = mebench("bench", "stats", tmp_path / "none", "--out", tmp_path / "out")
    assert status == 2
    assert "pip install 'motionedit-bench[figures]'" in said


def test_photographs_that_do_not_move_have_no_direction(tmp_path):
    folder = make_benchmark(tmp_path / "bench", count=1)
    for side in ("input", "target"):
        (folder / side / "item-0.png").write_bytes(png(photograph(0)))
    (found,) = profile(open_benchmark(str(folder)), Instruments("dis")).motions
    assert (found.magnitude, found.directions) == (0.0, ())


@pytest.mark.parametrize("asked", [("--out", ""), ("--flow", "")])
def test_what_is_empty_is_a_mistake(tmp_path, mebench, monkeypatch, asked):
    folder = make_benchmark(tmp_path / "bench", count=1)
    monkeypatch.chdir(tmp_path)
    assert mebench("bench", "stats", folder, *asked)[0] == 2
    assert list(tmp_path.iterdir()) == [folder]

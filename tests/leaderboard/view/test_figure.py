"""Edits as pictures and pages, as `mebench show` draws them."""

import base64
import io
import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.view.edit import NUMBERS, worst
from motionedit_bench.leaderboard.view.figure import PANEL, page, picture
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import ModelPredictions


def test_a_png_of_one_item(mebench, shown, see):
    status, out, err = mebench("show", "item-2", "--pred", "preds/shift")
    assert (status, out, err) == (0, "item-2-shift.png\n", "")
    image = Image.open(shown / "item-2-shift.png")
    assert (image.format, image.mode) == ("PNG", "RGB")
    assert image.width > 3 * PANEL
    again = picture([see(2)])
    assert np.array_equal(np.asarray(image), np.asarray(again))


def test_an_html_page_that_needs_nothing_else(mebench, bench, shown):
    text = (bench / "metadata.jsonl").read_text().replace("Move the middle 4", "Move <b>&amp; the middle 4")
    (bench / "metadata.jsonl").write_text(text)
    status, out, _ = mebench("show", "item-2", "--pred", "preds/shift", "--out", "page.html")
    assert (status, out) == (0, "page.html\n")
    page = (shown / "page.html").read_text()
    assert "Move &lt;b&gt;&amp;amp; the middle 4 pixels to the right." in page
    pictures = re.findall(r'src="data:image/webp;base64,([^"]+)"', page)
    assert len(pictures) == 8
    assert Image.open(io.BytesIO(base64.b64decode(pictures[0]))).size == (160, 120)
    assert "http" not in page
    for name in NUMBERS:
        assert f"<dt>{name}</dt>" in page


def test_a_sheet_holds_the_worst_first(mebench, bench, shown, see):
    gains = {
        row["item_id"]: row["value"]
        for row in read_lines(shown / "preds" / "shift" / "scores.jsonl")
        if row["metric"] == "motion_gain"
    }
    benchmark, predictions = open_benchmark(str(bench)), ModelPredictions(shown / "preds" / "shift")
    found = [item.id for item in worst(benchmark, predictions, Instruments(benchmark.default_flow), 3)]
    assert found == sorted(gains, key=gains.get)[:3]
    assert len(worst(benchmark, predictions, Instruments(benchmark.default_flow), 99)) == 4
    status, out, _ = mebench("show", "--pred", "preds/shift", "--sheet", 3, "--out", "sheet.html")
    assert (status, out) == (0, "sheet.html\n")
    headings = re.findall(r'class="heading">(\S+)', (shown / "sheet.html").read_text())
    assert headings == found
    assert mebench("show", "--pred", "preds/shift", "--sheet", 2)[1] == "worst-2-shift.png\n"
    with Image.open(shown / "worst-2-shift.png") as both:
        assert both.height > 1.8 * picture([see()]).height


@pytest.mark.parametrize("given", ["elsewhere", "elsewhere/shift"])
def test_a_sheet_takes_scores_from_another_folder(mebench, shown, given):
    own = shown / "preds" / "shift" / "scores.jsonl"
    (shown / "elsewhere" / "shift").mkdir(parents=True)
    rows = read_lines(own)
    kept = [row for row in rows if row["item_id"] == "item-2"]
    (shown / "elsewhere" / "shift" / "scores.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in kept)
    )
    own.unlink()
    order = ["show", "--pred", "preds/shift", "--sheet", 3, "--out", "sheet.html"]
    assert mebench(*order, "--scores", given)[0] == 0
    assert re.findall(r'class="heading">(\S+)', (shown / "sheet.html").read_text()) == ["item-2"]
    assert "preds/shift/scores.jsonl has no motion_gain" in mebench(*order)[2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "say what to show: an item's id, or --sheet K"),
        (["item-1", "--sheet", "2"], "and not both"),
        (["item-1", "--scores", "preds"], "--scores goes with --sheet"),
        (["item-9"], "unknown item 'item-9': did you mean"),
        (["item-1", "--out", "picture.gif"], "--out must end in .png or .html, but got 'picture.gif'"),
        (["item-1", "--flow", "diss"], "did you mean 'dis'?"),
        (["item-1", "--out", "no/such/folder/a.png"], "cannot write no/such/folder/a.png"),
        (["--sheet", "2", "--flow", "tvl1"], "has no motion_gain by tvl1: run `mebench score preds/shift"),
    ],
)
def test_a_wrong_request_is_one_line_and_status_two(mebench, shown, arguments, says):
    status, out, err = mebench("show", "--pred", "preds/shift", *arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert len(err.strip().splitlines()) == 1


def test_what_cannot_be_shown_says_why(mebench, bench, shown):
    model = shown / "preds" / "shift"
    (model / "item-1.png").write_bytes(b"rubbish")
    (model / "item-2.png").unlink()
    for item, why in (("item-1", "not an image"), ("item-2", "no image for this item")):
        told = mebench("show", item, "--pred", model)[2]
        assert told.startswith(f"mebench: cannot show what shift made of {item}: {why}")
    text = (bench / "metadata.jsonl").read_text().replace('"target_file_name": "target/item-3.png", ', "")
    (bench / "metadata.jsonl").write_text(text)
    assert "item item-3 has no target image" in mebench("show", "item-3", "--pred", model)[2]
    shutil.copytree(model, shown / "preds" / "other")
    assert "holds several models (other, shift)" in mebench("show", "item-0", "--pred", shown / "preds")[2]


def test_arrows_lie_on_the_motion_of_the_subject_and_not_on_that_of_the_whole_picture(see):
    seen = see()
    wanted, made = (seen.drawn.motions[f"motion of the {one}"].arrows for one in ("target", "edit"))
    assert wanted.arrows
    assert (made.arrows, made.camera) == ((), pytest.approx(4, abs=0.6))  # 2 % of the diagonal
    assert len(re.findall(r'<path d="M[^"]+"', page([seen]))) == 2
    plain = picture([replace(seen, drawn=replace(seen.drawn, motions={}))])
    panels = (0, 0, plain.width, 2 * PANEL)
    assert np.any(np.asarray(picture([seen]).crop(panels)) != np.asarray(plain.crop(panels)))


def test_portraits_and_long_instructions_fit(see):
    seen = see()
    tall = {title: panel.transpose(1, 0, 2) for title, panel in seen.drawn.panels.items()}
    upright = replace(seen, drawn=replace(seen.drawn, panels=tall, motions={}))
    long, plain = picture([replace(upright, instruction="move it " * 60)]), picture([upright])
    assert long.width == plain.width < picture([seen]).width
    assert long.height > plain.height

import base64
import io
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.figure import PANEL, picture
from motionedit_bench.journal import read_lines
from motionedit_bench.metrics.base import Instruments
from motionedit_bench.metrics.flow.colour import colour
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.showing import NUMBERS, view, worst


@pytest.fixture
def shown(mebench, bench, tmp_path, monkeypatch):
    """Scored predictions of a model in a folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    mebench("run", "--adapter", "shift", "--bench", bench, "--out", "preds/shift", "--set", "percent=2")
    mebench("score", "preds/shift", "--metrics", "mas,motion_gain")
    return tmp_path


def see(bench, shown, item=1):
    benchmark, instruments = open_benchmark(str(bench)), Instruments("dis")
    return view(benchmark.items[item], ModelPredictions(shown / "preds" / "shift"), instruments)


def test_a_view_holds_the_pictures_the_flows_and_the_scored_numbers(bench, shown):
    seen = see(bench, shown)
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
    assert seen.full == pytest.approx(np.hypot(*wanted.transpose(2, 0, 1)).max())
    assert seen.diagonal == 200
    for title, expected in {
        "input": first,
        "target": target,
        "edited": edited,
        "motion of the target": colour(wanted, seen.full),
        "motion of the edit": colour(made, seen.full),
    }.items():
        assert np.array_equal(seen.panels[title], expected), title
    assert tuple(seen.numbers) == NUMBERS
    assert seen.notes == ()
    for row in read_lines(shown / "preds" / "shift" / "scores.jsonl"):
        if row["item_id"] == "item-1":
            assert seen.numbers[row["metric"]] == f"{row['value']:.2f}"


def test_where_there_is_no_number_a_note_says_why(bench, shown):
    shutil.copy(bench / "input" / "item-1.png", bench / "target" / "item-1.png")
    seen = see(bench, shown)
    assert seen.numbers["mas"] is None
    assert seen.numbers["motion_magnitude"] == "0.0000"
    assert "mas: not applicable, the target does not move" in seen.notes[0]
    assert seen.full > 0
    assert (seen.panels["motion of the target"] == 255).all()


def test_where_nothing_moves_at_all_there_is_still_a_picture(bench, shown):
    shutil.copy(bench / "input" / "item-1.png", bench / "target" / "item-1.png")
    shutil.copy(bench / "input" / "item-1.png", shown / "preds" / "shift" / "item-1.png")
    seen = see(bench, shown)
    assert seen.full == 1
    assert (seen.panels["motion of the edit"] == 255).all()
    assert picture([seen]).width > 3 * PANEL


def test_a_png_of_one_item(mebench, bench, shown):
    status, out, err = mebench("show", "item-2", "--pred", "preds/shift")
    assert (status, out, err) == (0, "item-2-shift.png\n", "")
    image = Image.open(shown / "item-2-shift.png")
    assert (image.format, image.mode) == ("PNG", "RGB")
    assert image.width > 3 * PANEL
    again = picture([see(bench, shown, 2)])
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


def test_a_sheet_holds_the_worst_first(mebench, bench, shown):
    gains = {
        row["item_id"]: row["value"]
        for row in read_lines(shown / "preds" / "shift" / "scores.jsonl")
        if row["metric"] == "motion_gain"
    }
    benchmark, predictions = open_benchmark(str(bench)), ModelPredictions(shown / "preds" / "shift")
    found = [item.id for item in worst(benchmark, predictions, Instruments("dis"), 3)]
    assert found == sorted(gains, key=gains.get)[:3]
    assert len(worst(benchmark, predictions, Instruments("dis"), 99)) == 4
    status, out, _ = mebench("show", "--pred", "preds/shift", "--sheet", 3, "--out", "sheet.html")
    assert (status, out) == (0, "sheet.html\n")
    headings = re.findall(r'class="heading">(\S+)', (shown / "sheet.html").read_text())
    assert headings == found
    assert mebench("show", "--pred", "preds/shift", "--sheet", 2)[1] == "worst-2-shift.png\n"
    with Image.open(shown / "worst-2-shift.png") as both:
        assert both.height > 1.8 * picture([see(bench, shown)]).height


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "say what to show: an item's id, or --sheet K"),
        (["item-1", "--sheet", "2"], "and not both"),
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
    assert "item-1.png cannot be shown: not an image" in mebench("show", "item-1", "--pred", model)[2]
    assert (
        "shift has no edit of item-2: no image for this item" in mebench("show", "item-2", "--pred", model)[2]
    )
    text = (bench / "metadata.jsonl").read_text().replace('"target_file_name": "target/item-3.png", ', "")
    (bench / "metadata.jsonl").write_text(text)
    assert "item item-3 has no target image" in mebench("show", "item-3", "--pred", model)[2]
    shutil.copytree(model, shown / "preds" / "other")
    assert "holds several models (other, shift)" in mebench("show", "item-0", "--pred", shown / "preds")[2]


def test_portraits_and_long_instructions_fit(bench, shown):
    seen = see(bench, shown)
    tall = {title: panel.transpose(1, 0, 2) for title, panel in seen.panels.items()}
    long = type(seen)(**{**vars(seen), "panels": tall, "instruction": "move it " * 60})
    upright, plain = picture([long]), picture([type(seen)(**{**vars(seen), "panels": tall})])
    assert upright.width == plain.width < picture([seen]).width
    assert upright.height > plain.height

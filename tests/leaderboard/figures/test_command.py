"""The command writes a file, prints what its caption has to say, and refuses in one line."""

import shutil
import subprocess
import sys

import pytest
from helpers.pictures import make_benchmark

CAPTIONS = {
    "ranking": "Bracketed models share a rank",
    "categories": "Hollow: without a rank. Dashed: doing nothing.",
    "agreement": "mas, motion_gain, psnr, lpips: flow dis, flow_size input. Benchmark",
    "qualitative": "Items item-2, item-1. They are those on which the models differ most among",
}


@pytest.mark.parametrize("name", CAPTIONS)
def test_each_figure_is_written_and_its_caption_printed(name, drawn, tmp_path, mebench):
    more = ("--count", "2") if name == "qualitative" else ()
    status, out, err = mebench("figure", name, drawn / "preds", "--out", tmp_path / "f.pdf", *more)
    assert (status, out.count("\n"), CAPTIONS[name] in out) == (0, 1, True)
    assert "Benchmark bench, 4 items, fingerprint " in out
    assert err.endswith(f"wrote {tmp_path / 'f.pdf'}\n")
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF")


def test_quiet_leaves_the_caption(drawn, tmp_path, mebench):
    status, out, err = mebench("figure", "ranking", "-q", drawn / "preds", "--out", tmp_path / "f.svg")
    assert (status, CAPTIONS["ranking"] in out, err) == (0, True, "")


def test_where_all_is_claimed_the_caption_tells_of_no_line(board, tmp_path, mebench):
    for place in (board / "submissions").iterdir():
        if place.name != "claimer":
            shutil.rmtree(place)
    out = tmp_path / "f.svg"
    status, out, _ = mebench("figure", "ranking", board, "--metric", "motion_gain", "--out", out)
    assert (status, "the submitter's claim" in out, "Dashed" in out) == (0, True, False)


def test_a_metric_the_papers_rows_and_the_width_can_be_chosen(drawn, tmp_path, mebench):
    chosen = ("--metric", "mas", "--published", "--width", "page")
    status, out, _ = mebench("figure", "ranking", drawn / "preds", "--out", tmp_path / "f.svg", *chosen)
    assert (status, "As published: MotionEdit" in out, "Bracketed" in out) == (0, True, False)
    assert 'width="496.8pt"' in (tmp_path / "f.svg").read_text()


def test_other_metrics_have_no_anchor_and_the_caption_names_none(drawn, tmp_path, mebench):
    chosen = ("--metric", "psnr", "--out", tmp_path / "f.png")
    for name in ("ranking", "categories"):
        status, out, _ = mebench("figure", name, drawn / "preds", *chosen)
        assert (status, "Mean psnr (flow dis" in out, "Dashed" in out) == (0, True, False)


def test_people_come_from_a_file(drawn, tmp_path, mebench):
    votes = tmp_path / "votes.csv"
    lines = [f"item-{k},mover,idler,{name},a\n" for k in range(3) for name in "xyz"]
    votes.write_text("item_id,model_a,model_b,annotator,choice\n" + "".join(lines))
    chosen = ("--humans", votes, "--metrics", "mas,psnr", "--out", tmp_path / "f.png")
    status, out, _ = mebench("figure", "agreement", drawn / "preds", *chosen)
    assert (status, "People: Fleiss' kappa" in out) == (0, True)


def test_named_items_are_shown_in_their_order(drawn, tmp_path, mebench):
    chosen = ("--items", "item-1,item-3", "--models", "mover", "--width", "column")
    place = ("--bench", drawn / "bench", "--out", tmp_path / "f.png")
    status, out, _ = mebench("figure", "qualitative", drawn / "preds", *chosen, *place)
    assert (status, "Items item-1, item-3. Benchmark" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ranking", "--out", "f.jpg"), "--out must end in .pdf, .svg or .png, but got 'f.jpg'"),
        (("ranking", "--out", "f.pdf", "--metric", "lpisp"), "did you mean 'lpips'"),
        (("ranking", "--out", "f.pdf", "--published"), "the paper has no motion_gain"),
        (("agreement", "--out", "f.pdf", "--metrics", "mas"), "between two metrics"),
        (("qualitative", "--out", "f.pdf", "--models", "nobody"), "unknown model 'nobody'"),
        (("qualitative", "--out", "f.pdf", "--items", "none"), "unknown item 'none'"),
    ],
)
def test_what_cannot_be_drawn_is_one_line_and_no_file(arguments, told, drawn, tmp_path, mebench, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, *rest = arguments
    status, out, err = mebench("figure", name, drawn / "preds", *rest)
    assert (status, out, told in err, err.splitlines()[-1][:9]) == (2, "", True, "mebench: ")
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_another_benchmark_are_refused(drawn, tmp_path, mebench):
    bench = make_benchmark(tmp_path / "bench", 2)
    place = ("--bench", bench, "--out", tmp_path / "f.pdf")
    status, out, err = mebench("figure", "qualitative", drawn / "preds", *place)
    assert (status, out, "is another benchmark or version" in err) == (2, "", True)


def test_without_matplotlib_it_says_what_to_install(drawn, tmp_path):
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from motionedit_bench.cli import invoke\n"
        "sys.exit(invoke(['figure', 'ranking', 'preds', '--out', 'f.pdf']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=drawn)
    told = "mebench: figures need the package matplotlib: pip install 'motionedit-bench[figures]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_help_loads_no_matplotlib():
    program = (
        "import sys\nfrom motionedit_bench.cli import invoke\n"
        "invoke(['figure', 'ranking', '--help'])\nassert 'matplotlib' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True).returncode == 0

"""A run's items edited again: what holds, what does not, and that nothing of the run changes."""

import json
from pathlib import Path

import pytest
from helpers.pictures import make_benchmark, png
from PIL import Image

from motionedit_bench.adapters import Adapter
from motionedit_bench.adapters.baselines import Shift
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import PredictionsError
from motionedit_bench.files import read_lines
from motionedit_bench.images import decode
from motionedit_bench.records import Item, digest
from motionedit_bench.running.run import run
from motionedit_bench.running.verifying import verify

PROGRAM = """
import os
from motionedit_bench.adapters import Adapter
from motionedit_bench.images import decode

class Moody(Adapter):
    def edit(self, item, seed):
        return decode(item.input.read()).point(lambda value: value // 2 + int(os.environ.get("MOOD", 0)))
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_bytes_of_a_run_hold_and_nothing_of_it_changes(bench, tmp_path, mebench):
    out = tmp_path / "out"
    asked = ("run", "--adapter", "shift", "--bench", bench, "--out", out)
    assert mebench(*asked)[0] == 0
    before = contents(out)
    status, told, _ = mebench(*asked, "--verify", "3")
    assert (status, told) == (
        0,
        f"{out}: 3 of 3 items edited again have the same bytes: item-0, item-2, item-3\n",
    )
    assert mebench(*asked, "--verify", "9", "--workers", "2")[1].startswith(f"{out}: 4 of 4 items")
    assert contents(out) == before


class Moody(Adapter):
    """Edits as it was told to last."""

    how = "same"

    def edit(self, item: Item, seed: int) -> Image.Image:
        image = decode(item.input.read())
        if item.id == "item-0" or self.how == "same":
            return image
        if self.how == "larger":
            return image.resize((image.width + 2, image.height))
        if self.how == "fails":
            raise RuntimeError("not today")
        return image.point(lambda value: min(value + 3, 255))


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("larger", "another size: 160x120, now 162x120"),
        ("fails", "not made again: failed: RuntimeError: not today (test_verifying.py:"),
        ("brighter", "other pixels: 100 % of them, by up to 3 of 255"),
    ],
)
def test_what_does_not_hold_is_told_by_item(bench, tmp_path, how, told):
    benchmark, adapter, out = open_benchmark(str(bench)), Moody(), tmp_path / "out"
    run("moody", adapter, benchmark, benchmark.items, out)
    adapter.how = how
    before = contents(out)
    found = verify("moody", adapter, benchmark, benchmark.items, out, 42, 2)
    assert found.held == ["item-0"]
    assert list(found.differ) == ["item-3"]
    assert found.differ["item-3"].startswith(told)
    assert str(found).startswith("1 of 2 items edited again have the same bytes: item-0\nitem-3: ")
    assert contents(out) == before


def test_another_file_of_the_same_pixels_on_another_device(bench, tmp_path):
    benchmark, adapter, out = open_benchmark(str(bench)), Moody(), tmp_path / "out"
    run("moody", adapter, benchmark, benchmark.items[:1], out)
    (record,) = read_lines(out / "records.jsonl")
    content = png(decode((out / "item-0.png").read_bytes()), compress_level=0)
    (out / "item-0.png").write_bytes(content)
    record |= {"sha256": digest(content), "device": "NVIDIA H200"}
    (out / "records.jsonl").write_text(json.dumps(record) + "\n")
    found = verify("moody", adapter, benchmark, benchmark.items, out, 42, 5)
    assert found.differ["item-0"].startswith("the same pixels in another file: ")
    assert found.differ["item-0"].endswith(" (edited on NVIDIA H200, now on cpu)")


def test_the_exit_status_says_that_bytes_do_not_hold(bench, tmp_path, mebench, monkeypatch):
    program, out = tmp_path / "moody.py", tmp_path / "out"
    program.write_text(PROGRAM)
    asked = ("run", "--adapter", f"{program}:Moody", "--bench", bench, "--out", out)
    assert mebench(*asked)[0] == 0
    picture = out / "item-0.png"
    picture.write_bytes(png(decode(picture.read_bytes()).point(lambda value: value // 2)))
    status, told, _ = mebench(*asked, "--verify", "9")  # an image that is not the run's is not verified
    assert (status, "3 of 3" in told, "item-0" in told) == (0, True, False)
    monkeypatch.setenv("MOOD", "2")
    status, told, _ = mebench(*asked, "--verify", "1")
    assert status == 1
    assert f"{out}: 0 of 1 items edited again have the same bytes: none\nitem-1: other pixels: " in told


def test_what_cannot_be_verified(bench, tmp_path):
    benchmark, out = open_benchmark(str(bench)), tmp_path / "out"
    with pytest.raises(PredictionsError, match="holds no run: there is nothing to verify"):
        verify("shift", Shift(), benchmark, benchmark.items, out, 42, 5)
    run("shift", Shift(), benchmark, benchmark.items[:1], out)
    with pytest.raises(PredictionsError, match="holds a run with another seed"):
        verify("shift", Shift(), benchmark, benchmark.items, out, 43, 5)
    with pytest.raises(PredictionsError, match="holds no finished item"):
        verify("shift", Shift(), benchmark, benchmark.items[1:], out, 42, 5)
    other = open_benchmark(str(make_benchmark(tmp_path / "other", count=2)))
    with pytest.raises(PredictionsError, match=r"another bench\.fingerprint"):
        verify("shift", Shift(), other, other.items, out, 42, 5)

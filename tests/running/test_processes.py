"""Many processes: same images as one, nobody waits for a slow item, and the dead are replaced."""

import json
import os

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.files import read_lines

EDITOR = '''
import os, signal, time
from pathlib import Path
from PIL import Image
from motionedit_bench.adapters import Adapter, Settings
from motionedit_bench.errors import AdapterError
from motionedit_bench.images import decode


class EditorSettings(Settings):
    deadly: str = ""
    slow: str = ""
    deaths: int = 1
    broken: bool = False
    marks: str = ""


class Editor(Adapter):
    """Turns the picture by a seed's angle; dies over one item, dawdles over another."""

    Settings = EditorSettings
    samples = True

    def load(self):
        if self.settings.broken:
            raise AdapterError("no weights here: get them there")

    def edit(self, item, seed):
        if item.id == self.settings.slow:
            self.wait_for_the_others()
        if item.id == self.settings.deadly:
            marks = sorted(Path(self.settings.marks).glob("death-*"))
            if len(marks) < self.settings.deaths:
                (Path(self.settings.marks) / f"death-{len(marks)}").write_text("")
                os.kill(os.getpid(), signal.SIGKILL)
        return decode(item.input.read()).rotate(seed % 360)

    def wait_for_the_others(self):
        """Until their five images are there; not for ever, where somebody waits for this one."""
        end = time.monotonic() + 600
        while len(list(Path(self.settings.marks).parent.glob("out/[!.]*.png"))) < 5:
            if time.monotonic() > end:
                raise AdapterError("the others wait")
            time.sleep(0.01)

    def provenance(self):
        return {"revision": "one", "process": os.getpid()}
'''


@pytest.fixture
def run(mebench, tmp_path):
    """Run the editor over a benchmark of six items with so many workers."""
    bench = make_benchmark(tmp_path / "bench", count=6)
    (tmp_path / "editor.py").write_text(EDITOR)
    (tmp_path / "marks").mkdir()

    def call(workers, out, *settings):
        pairs = [part for text in (f"marks={tmp_path / 'marks'}", *settings) for part in ("--set", text)]
        return mebench(
            *("run", "--adapter", f"{tmp_path / 'editor.py'}:Editor", "--bench", bench),
            *("--out", tmp_path / out, "--workers", workers, *pairs),
        )

    return call


def images(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


def test_two_workers_make_the_same_images_as_one(run, tmp_path):
    assert run(1, "one")[0] == 0
    assert run(2, "two")[0] == 0
    assert len(images(tmp_path / "one")) == 6
    assert images(tmp_path / "one") == images(tmp_path / "two")
    manifest = json.loads((tmp_path / "two" / "run.json").read_text())
    assert manifest["provenance"]["revision"] == "one"
    assert manifest["provenance"]["process"] != os.getpid()


def test_a_slow_item_holds_back_nobody(run, tmp_path):
    assert run(2, "out", "slow=item-0")[0] == 0  # it was made once the others were
    order = [record["item_id"] for record in read_lines(tmp_path / "out" / "records.jsonl")]
    assert order == [f"item-{k}" for k in range(6)]


def test_a_dead_process_is_replaced_and_its_item_made(run, tmp_path):
    status, out, err = run(2, "out", "deadly=item-2")
    assert status == 0
    assert "6 edited, 0 failed" in out
    assert "a process died over item item-2 (signal 9); starting another" in err
    records = {record["item_id"]: record for record in read_lines(tmp_path / "out" / "records.jsonl")}
    assert records["item-2"]["restarts"] == 1
    assert all("restarts" not in record for item, record in records.items() if item != "item-2")
    assert len(images(tmp_path / "out")) == 6


def test_an_item_that_kills_every_process_fails_and_the_others_are_made(run, tmp_path):
    status, out, _ = run(2, "out", "deadly=item-2", "deaths=9")
    assert status == 1
    assert "5 edited, 1 failed" in out
    records = {record["item_id"]: record for record in read_lines(tmp_path / "out" / "records.jsonl")}
    assert records["item-2"]["status"] == "failed"
    assert records["item-2"]["reason"] == "2 processes died over this item; the last with signal 9"
    assert sorted(images(tmp_path / "out")) == [f"item-{k}.png" for k in (0, 1, 3, 4, 5)]


def test_an_adapter_that_cannot_start_is_one_line(run, tmp_path):
    status, _, err = run(2, "out", "broken=true")
    assert status == 2
    assert err == "mebench: no weights here: get them there\n"


def test_the_second_run_goes_on_with_another_number_of_workers(run, tmp_path):
    assert run(2, "out", "deadly=item-2", "deaths=2")[0] == 1
    status, out, _ = run(1, "out", "deadly=item-2", "deaths=2")
    assert (status, out) == (0, f"{tmp_path / 'out'}: 1 edited, 0 failed, 5 there already\n")

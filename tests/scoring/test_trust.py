"""`mebench bench trust`: what an estimator sees of a benchmark."""

import json
import re

import pytest
from helpers.pictures import make_benchmark, png

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.cli import invoke
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.scoring.trust import Sight, look_at, trust_table


@pytest.fixture
def bench(tmp_path):
    return make_benchmark(tmp_path / "bench", 3)


def test_each_item_has_its_motion_and_trust_in_the_benchmarks_order(bench):
    opened, instruments = open_benchmark(str(bench)), Instruments("dis")
    sights = look_at(opened, instruments)
    assert [sight.item_id for sight in sights] == [item.id for item in opened.items]
    for sight in sights:
        assert 0 < sight.motion < 0.1
        assert 0 <= sight.trust.value <= 1
        assert sight.why_not is None


def test_the_command_prints_a_row_an_item_and_how_many_are_seen(bench, capsys):
    assert invoke(["bench", "trust", str(bench), "--flow", "dis"]) == 0
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines() if line.startswith("item-")]
    assert [line[0] for line in lines] == ["item-0", "item-1", "item-2"]
    assert all(re.fullmatch(r"[01]\.\d\d", line[4]) for line in lines)
    seen = sum(line[5] == "yes" for line in lines)
    assert f"dis sees {seen} of 3 items ({seen / 3:.0%})" in out
    assert "mean trust" in out


def test_items_without_a_usable_target_have_a_reason_and_count_as_not_seen(bench, capsys):
    records = [json.loads(line) for line in (bench / "metadata.jsonl").read_text().splitlines()]
    del records[0]["target_file_name"]
    (bench / "metadata.jsonl").write_text("\n".join(map(json.dumps, records)))
    (bench / records[1]["target_file_name"]).write_bytes(b"no picture")
    assert invoke(["bench", "trust", str(bench), "--flow", "dis"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "has no target image" in out
    assert "of 3 items" in out
    assert out.count(" - - - - ") == 2


def test_a_flow_that_fails_on_an_item_leaves_the_others(bench):
    from PIL import Image

    records = [json.loads(line) for line in (bench / "metadata.jsonl").read_text().splitlines()]
    (bench / records[2]["file_name"]).write_bytes(png(Image.new("RGB", (8, 8))))
    sights = look_at(open_benchmark(str(bench)), Instruments("dis"))
    assert [sight.trust is None for sight in sights] == [False, False, True]
    assert "flow dis needs 16 a side" in sights[2].why_not


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--flow", "diss"], "did you mean 'dis'"),
        (["--flow", "gmflow"], "mebench weights get gmflow"),
        (["--flow", "dis", "--flow-weights", __file__], "takes no --flow-weights"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(bench, capsys, monkeypatch, tmp_path, arguments, says):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    assert invoke(["bench", "trust", str(bench), *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_nothing_looked_at_gives_no_mean():
    assert "mean trust" not in trust_table([Sight("a", why_not="no target")], "dis")

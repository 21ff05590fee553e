"""Your own worker as an adapter: in a run, by the command line, and the walkthrough as it stands."""

import json
import os
import re
import sys
from pathlib import Path

import pytest
from helpers.pictures import make_benchmark
from PIL import Image, ImageChops

from motionedit_bench.adapters import parse_settings
from motionedit_bench.adapters.workers.base import OwnWorker
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import EditFailed, EditRefused, StorageError, UsageError
from motionedit_bench.running import editing
from motionedit_bench.running import run as running
from motionedit_bench.running.run import Outcome

ROOT = Path(__file__).resolve().parents[3]
PROTOCOL = (ROOT / "docs" / "worker-protocol.md").read_text()


def own(command, tmp_path, **settings):
    settings = {"command": command, "log": tmp_path / "worker.log"} | settings
    return OwnWorker(parse_settings(OwnWorker.Settings, [f"{k}={v}" for k, v in settings.items()]))


SECOND_TIME = """
mark = sys.argv[0] + ".count"
count = int(open(mark).read()) + 1 if os.path.exists(mark) else 1
open(mark, "w").write(str(count))
if count == 2:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_one_killed_on_item_2_of_5_makes_5_images_and_one_restart(command, mebench, tmp_path, records):
    bench, out = make_benchmark(tmp_path / "bench", count=5), tmp_path / "out"
    status, said, _ = mebench(
        *("run", "--adapter", "worker", "--bench", bench, "--out", out),
        *("--set", f"command={command(SECOND_TIME)}", "--set", f"log={tmp_path / 'log'}"),
    )
    assert (status, "5 edited, 0 failed" in said) == (0, True)
    assert [record["restarts"] for record in records(out)] == [0, 1, 0, 0, 0]
    assert {record["status"] for record in records(out)} == {"ok"}
    for k in range(5):
        made, given = (Image.open(folder / f"item-{k}.png") for folder in (out, bench / "input"))
        assert ImageChops.difference(made, given).getbbox() is None
    assert (tmp_path / "log").read_text().count(" starting [") == 2


CUTS = """
if '2 pixels' not in request['instruction']:
    answer['cut'] = {'tokenizer': {'tokens': 93, 'read': 77}, 'other': {'tokens': 'many'}}
"""


def test_a_cut_instruction_is_in_its_record_and_said_once(command, mebench, tmp_path, records):
    bench, out = make_benchmark(tmp_path / "bench", count=3), tmp_path / "out"
    status, _, err = mebench(
        *("run", "--adapter", "worker", "--bench", bench, "--out", out),
        *("--set", f"command={command(CUTS)}", "--set", f"log={tmp_path / 'log'}"),
    )
    assert status == 0
    cut = {"tokenizer": {"tokens": 93, "read": 77}}
    whole = [number for number, record in enumerate(records(out)) if "cut" not in record]
    assert len(whole) == 1
    assert [record["cut"] for record in records(out) if "cut" in record] == [cut, cut]
    assert err.count("of its instruction's 93 tokens tokenizer reads 77") == 1


HANGS_ON_ITEM_1 = "if '3 pixels' in request['instruction']: time.sleep(600)"


def test_one_that_hangs_costs_its_item_only_and_more_time_takes_the_same_run_up_again(
    command, mebench, tmp_path, records
):
    bench, out = make_benchmark(tmp_path / "bench", count=3), tmp_path / "out"
    arguments = [
        *("run", "--adapter", "worker", "--bench", bench, "--out", out),
        *("--set", f"command={command(HANGS_ON_ITEM_1)}", "--set", f"log={tmp_path / 'log'}"),
    ]
    status, _, said = mebench(*arguments, "--set", "timeout=5")
    assert status == 1
    assert [(r["status"], r["restarts"]) for r in records(out)] == [("ok", 0), ("failed", 0), ("ok", 1)]
    assert records(out)[1]["reason"] == (
        "the worker did not answer within 5 s and was ended; see the worker's log"
    )
    assert said.count(f"mebench: an edit failed; the worker's log is {tmp_path / 'log'}\n") == 1
    assert set(json.loads((out / "run.json").read_text())["settings"]) == {"command"}

    command("pass")
    status, said, _ = mebench(*arguments, "--set", "timeout=300")
    assert (status, "1 edited, 0 failed, 2 there already" in said) == (0, True)


@pytest.mark.parametrize(
    ("act", "kind", "message"),
    [
        (
            "os.remove(request['output'])",
            EditFailed,
            "answered ok, but wrote no image; see the worker's log$",
        ),
        (
            "open(request['output'], 'w').close()",
            EditFailed,
            "is no image .the file is empty.*; see the worker's log$",
        ),
        ("open(request['output'], 'w').write('GIF89a')", EditFailed, "is no image .not an image of"),
        (
            "os.remove(request['output']); os.mkdir(request['output'])",
            EditFailed,
            "is no image .Is a directory.; see",
        ),
        (
            "answer.update(ok=False, reason='out\\n of memory')",
            EditFailed,
            "the worker says: out of memory; see",
        ),
        ("answer.update(ok=False)", EditFailed, "the worker says: no reason given"),
        ("answer.update(ok=False, refused=True, reason='not her')", EditRefused, "^not her$"),
        (
            "print('garbage'); answer.update(id='x')",
            EditFailed,
            "answered request 'x'.*; see the worker's log$",
        ),
    ],
)
def test_what_comes_of_an_item_that_fails(command, bench, tmp_path, act, kind, message):
    adapter = own(command(f"if request['seed'] == 1: {act}"), tmp_path)
    adapter.load()
    item = open_benchmark(str(bench)).items[0]
    try:
        with pytest.raises(kind, match=message):
            adapter.edit(item, 1)
        assert adapter.edit(item, 2).size == (160, 120)
    finally:
        adapter.close()


def test_a_failed_item_is_a_record_and_the_run_goes_on(command, bench, tmp_path, records):
    adapter = own(
        command("if '3 pixels' in request['instruction']: answer.update(ok=False, refused=True)"), tmp_path
    )
    opened = open_benchmark(str(bench))
    assert running.run("worker", adapter, opened, opened.items, tmp_path / "out") == Outcome(0, 3, 1)
    assert [r["status"] for r in records(tmp_path / "out")] == ["ok", "refused", "ok", "ok"]


def test_the_worker_is_ended_with_the_run_even_where_the_run_breaks(command, bench, tmp_path, monkeypatch):
    opened = open_benchmark(str(bench))

    def alive():
        log = (tmp_path / "worker.log").read_text()
        return log.count(" starting [") - log.count(" ended (")

    running.run("worker", own(command(), tmp_path), opened, opened.items, tmp_path / "out")
    assert alive() == 0

    def full(*arguments, **named):
        raise StorageError("no space left on device")

    for module in (editing, running):
        monkeypatch.setattr(module, "write_whole", full)
    with pytest.raises(StorageError):
        running.run("worker", own(command(), tmp_path), opened, opened.items, tmp_path / "other")
    assert alive() == 0
    assert (tmp_path / "worker.log").read_text().count(" starting [") == 2


def test_a_worker_that_never_starts_ends_the_run_with_one_line(command, mebench, bench, tmp_path):
    status, _, said = mebench(
        *("run", "--adapter", "worker", "--bench", bench, "--out", tmp_path / "out"),
        *("--set", "command=sh -c 'echo no weights >&2; exit 4'", "--set", f"log={tmp_path / 'log'}"),
    )
    assert status == 2
    assert said.strip().splitlines()[-1] == (
        "mebench: the worker does not start: the worker exited with status 4 "
        f"(last words: no weights); see {tmp_path / 'log'}"
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ([], "needs its command: --set command="),
        (["command= "], "needs its command"),
        (["command=python 'mine.py"], "No closing quotation"),
    ],
)
def test_a_command_that_is_none(settings, message):
    adapter = OwnWorker(parse_settings(OwnWorker.Settings, settings))
    with pytest.raises(UsageError, match=message):
        adapter.load()
    adapter.close()
    with pytest.raises(UsageError, match="loads no model"):
        OwnWorker(model="some")
    with pytest.raises(RuntimeError, match="load comes before edit"):
        adapter.edit(None, 0)
    assert adapter.provenance() == {}


def test_the_log_is_in_the_cache_unless_it_is_set(command, own_cache):
    adapter = OwnWorker(parse_settings(OwnWorker.Settings, [f"command={command()}"]))
    adapter.load()
    adapter.close()
    (log,) = (own_cache / "workers" / "logs").glob(f"ownworker-*-{os.getpid()}.log")
    assert "ended (exited with status 0)" in log.read_text()


BLOCKS = dict(re.findall(r"```(python|sh)\n(.*?)```", PROTOCOL, re.DOTALL))


def test_the_walkthrough_of_the_protocol_runs_as_it_stands(mebench, bench, tmp_path):
    assert len(BLOCKS["python"].strip().splitlines()) <= 30
    (tmp_path / "my_worker.py").write_text(BLOCKS["python"])
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        status, _, _ = mebench(
            *("run", "--adapter", "worker", "--bench", bench, "--out", out),
            *("--set", f"command={sys.executable} {tmp_path / 'my_worker.py'}"),
        )
        assert status == 0
    for k in range(4):
        made = (first / f"item-{k}.png").read_bytes()
        assert made == (second / f"item-{k}.png").read_bytes() != (bench / f"input/item-{k}.png").read_bytes()
    provenance = json.loads((first / "run.json").read_text())["provenance"]
    assert (provenance["model"], provenance["revision"]) == ("brightness at random", "1")
    assert provenance["command"] == [sys.executable, str(tmp_path / "my_worker.py")]


def test_the_walkthrough_in_another_language_runs_as_it_stands(mebench, bench, tmp_path):
    (tmp_path / "worker.sh").write_text(BLOCKS["sh"])
    status, said, _ = mebench(
        *("run", "--adapter", "worker", "--bench", bench, "--out", tmp_path / "out"),
        *("--set", f"command=sh {tmp_path / 'worker.sh'}"),
    )
    assert (status, "4 edited, 0 failed" in said) == (0, True)

"""Workers as adapters: through the runner and the command line, the walkthrough, and the official ones."""

import hashlib
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from helpers.pictures import make_benchmark
from PIL import Image, ImageChops

from motionedit_bench import runner
from motionedit_bench.adapters import ADAPTERS, parse_settings, worker_setup, workers
from motionedit_bench.adapters.worker_setup import PROGRAMS, Official, missing, revision_of, set_up
from motionedit_bench.adapters.workers import OfficialSettings, OfficialWorker, OwnWorker, official_of
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import AdapterError, EditFailed, EditRefused, StorageError, UsageError
from motionedit_bench.journal import read_lines
from motionedit_bench.runner import Outcome

ROOT = Path(__file__).resolve().parents[2]
PROTOCOL = (ROOT / "docs" / "worker-protocol.md").read_text()
OFFICIAL = ["bagel", "uniworld_v1", "step1x_edit", "ultraedit", "anyedit"]

COPIES = """
import json, os, shutil, signal, sys, time
for line in sys.stdin:
    request = json.loads(line)
    answer = {"id": request["id"], "ok": True}
    if request["do"] == "edit":
        shutil.copy(request["input"], request["output"])
        act(request, answer)
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def command(tmp_path):
    """The command of a worker that copies its input, and then acts as the given code says."""

    def make(act="pass"):
        program = tmp_path / "worker.py"
        program.write_text("def act(request, answer):\n" + textwrap.indent(act, "    ") + COPIES)
        return f"{sys.executable} -I -S {program}"

    return make


def own(command, tmp_path, **settings):
    settings = {"command": command, "log": tmp_path / "worker.log"} | settings
    return OwnWorker(parse_settings(OwnWorker.Settings, [f"{k}={v}" for k, v in settings.items()]))


def records(out):
    return list(read_lines(out / "records.jsonl"))


SECOND_TIME = """
mark = sys.argv[0] + ".count"
count = int(open(mark).read()) + 1 if os.path.exists(mark) else 1
open(mark, "w").write(str(count))
if count == 2:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_one_killed_on_item_2_of_5_makes_5_images_and_one_restart(command, mebench, tmp_path):
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


HANGS_ON_ITEM_1 = "if '3 pixels' in request['instruction']: time.sleep(600)"


def test_one_that_hangs_costs_its_item_only_and_more_time_takes_the_same_run_up_again(
    command, mebench, tmp_path
):
    bench, out = make_benchmark(tmp_path / "bench", count=3), tmp_path / "out"
    arguments = [
        *("run", "--adapter", "worker", "--bench", bench, "--out", out),
        *("--set", f"command={command(HANGS_ON_ITEM_1)}", "--set", f"log={tmp_path / 'log'}"),
    ]
    status, _, _ = mebench(*arguments, "--set", "timeout=1")
    assert status == 1
    assert [(r["status"], r["restarts"]) for r in records(out)] == [("ok", 0), ("failed", 0), ("ok", 1)]
    assert records(out)[1]["reason"] == (
        f"the worker did not answer within 1 s and was ended; see {tmp_path / 'log'}"
    )
    assert set(json.loads((out / "run.json").read_text())["settings"]) == {"command"}

    command("pass")
    status, said, _ = mebench(*arguments, "--set", "timeout=30")
    assert (status, "1 edited, 0 failed, 2 there already" in said) == (0, True)


@pytest.mark.parametrize(
    ("act", "kind", "message"),
    [
        ("os.remove(request['output'])", EditFailed, "answered ok, but wrote no image; see .*worker.log"),
        ("open(request['output'], 'w').close()", EditFailed, "is no image .the file is empty.*worker.log"),
        ("open(request['output'], 'w').write('GIF89a')", EditFailed, "is no image .not an image of"),
        ("os.remove(request['output']); os.mkdir(request['output'])", EditFailed, "Is a directory"),
        (
            "answer.update(ok=False, reason='out\\n of memory')",
            EditFailed,
            "the worker says: out of memory; see",
        ),
        ("answer.update(ok=False)", EditFailed, "the worker says: no reason given"),
        ("answer.update(ok=False, refused=True, reason='not her')", EditRefused, "^not her$"),
        ("print('garbage'); answer.update(id='x')", EditFailed, "answered request 'x'.*worker.log"),
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


def test_a_failed_item_is_a_record_and_the_run_goes_on(command, bench, tmp_path):
    adapter = own(
        command("if '3 pixels' in request['instruction']: answer.update(ok=False, refused=True)"), tmp_path
    )
    opened = open_benchmark(str(bench))
    assert runner.run("worker", adapter, opened, opened.items, tmp_path / "out") == Outcome(0, 3, 1)
    assert [r["status"] for r in records(tmp_path / "out")] == ["ok", "refused", "ok", "ok"]


def test_the_worker_is_ended_with_the_run_even_where_the_run_breaks(command, bench, tmp_path, monkeypatch):
    opened = open_benchmark(str(bench))

    def alive():
        log = (tmp_path / "worker.log").read_text()
        return log.count(" starting [") - log.count(" ended (")

    runner.run("worker", own(command(), tmp_path), opened, opened.items, tmp_path / "out")
    assert alive() == 0

    def full(*arguments, **named):
        raise StorageError("no space left on device")

    monkeypatch.setattr(runner, "write_whole", full)
    with pytest.raises(StorageError):
        runner.run("worker", own(command(), tmp_path), opened, opened.items, tmp_path / "other")
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


# The official ones.


@pytest.mark.parametrize("name", OFFICIAL)
def test_each_official_one_is_declared_in_full(name):
    kind = ADAPTERS.get(name)
    assert kind.official.name == name
    assert kind.default_model
    assert kind.licence
    assert official_of(name) is kind.official
    own_settings = (
        set(kind.Settings.model_fields) - set(workers.WorkerSettings.model_fields) - {"repo", "python"}
    )
    assert own_settings <= set(kind.sources)
    assert {"model", "size"} <= set(kind.sources)
    assert (PROGRAMS / f"{name}.py").is_file()
    pins = [line for line in kind.official.requirements.read_text().splitlines() if not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+==[0-9.]+", pin) for pin in pins)
    assert pins == sorted(pins, key=lambda pin: pin.lower().replace("_", "-"))
    assert "torch==" in "\n".join(pins)


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory):
    """A Python without any package beside the standard library."""
    path = tmp_path_factory.mktemp("bare") / "python"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    path.chmod(0o755)
    return path


def checkout_of(official, folder):
    for name in official.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize("name", OFFICIAL)
def test_each_program_says_in_one_line_which_package_it_lacks(name, bare_python, tmp_path):
    kind = ADAPTERS.get(name)
    repo = checkout_of(kind.official, tmp_path / "repo")
    settings = [f"repo={repo}", f"python={bare_python}", f"log={tmp_path / 'log'}"]
    adapter = kind(parse_settings(kind.Settings, settings))
    with pytest.raises(AdapterError, match=r"cannot start: ModuleNotFoundError: No module named .*log$"):
        adapter.load()
    adapter.close()
    assert "Traceback" in (tmp_path / "log").read_text()


TOY_PROGRAM = """
import os
import mebench_worker
repo = mebench_worker.checkout("inside")
def load(request):
    import toy
    print("toy prints")
    os.system("echo from a shell")
    assert input is not None and os.read(0, 10) == b""
    def edit(item):
        print("editing")
        if item["seed"] == 7:
            raise mebench_worker.Refused("not seven")
        if item["seed"] == 8:
            raise ValueError("not eight")
        toy.edit(item["input"], item["output"], request["settings"]["steps"])
    found, revision = mebench_worker.find_model(request["model"])
    return edit, {**revision, "packages": mebench_worker.versions("pip", "no-such-package")}
mebench_worker.serve(load)
"""
TOY_MODULE = """
import shutil
def edit(given, made, steps):
    shutil.copy(given, made)
    print("toy made", steps, "steps")
"""


class ToySettings(OfficialSettings):
    steps: int = 3


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """An official worker with a checkout, a program, and requirements that need no network."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "toy.py").write_text(TOY_PROGRAM)
    (programs / "requirements-toy.txt").write_text("# none\n")
    (programs / "mebench_worker.py").write_bytes((PROGRAMS / "mebench_worker.py").read_bytes())
    for module in (worker_setup, workers):
        monkeypatch.setattr(module, "PROGRAMS", programs)
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    repo = tmp_path / "repo"
    (repo / "inside").mkdir(parents=True)
    (repo / "inside" / "toy.py").write_text(TOY_MODULE)
    git = ["git", "-C", str(repo), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "toy"]):
        subprocess.run([*git, *words], check=True)
    version = "{}.{}".format(*sys.version_info)

    class Toy(OfficialWorker):
        """A toy."""

        Settings = ToySettings
        default_model = "nobody/toy"
        licence = "none"
        official = Official("toy", "https://example.org/toy", ("inside/toy.py",), (version,))
        size_rule = "the input's"
        sources = {"model": "made up", "steps": "made up", "size": "made up"}  # noqa: RUF012

    return Toy, repo


@pytest.mark.slow
def test_set_up_then_run_then_what_is_missing(toy, bench, tmp_path):
    kind, repo = toy
    assert kind.state() == "needs `mebench worker setup toy --repo CHECKOUT`"
    with pytest.raises(AdapterError, match=r"toy needs `mebench worker setup toy.*; or --set repo=CHECKOUT"):
        kind().load()

    folder = set_up(kind.official, repo)
    record = json.loads((folder / "setup.json").read_text())
    assert folder == tmp_path / "cache" / "workers" / "toy"
    assert record["repo"] == str(repo)
    assert re.fullmatch("[0-9a-f]{40}", record["commit"])
    assert Path(record["python"]).is_file()
    assert kind.state() == "ready"

    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "a.safetensors").write_bytes(b"0" * 100)
    opened = open_benchmark(str(bench))

    def make():
        settings = parse_settings(ToySettings, ["steps=9", f"log={tmp_path / 'log'}"])
        return kind(settings, model=str(weights))

    assert runner.run("toy", make(), opened, opened.items[:2], tmp_path / "out") == Outcome(0, 2, 0)
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    assert manifest["settings"] == {"steps": 9}
    provenance = manifest["provenance"]
    assert provenance["official_code"] == {"url": "https://example.org/toy", "commit": record["commit"]}
    assert provenance["sources"] == {
        "model": "set for this run",
        "steps": "set for this run",
        "size": "made up",
    }
    assert provenance["revision"] == hashlib.sha256(b"a.safetensors:100\n" + b"0" * 100).hexdigest()
    assert set(provenance["packages"]) == {"python", "pip"}
    assert provenance["command"][0] == record["python"]
    log = (tmp_path / "log").read_text()
    assert "stdout:" not in log  # what the model prints never comes over standard output
    for said in ("toy prints", "from a shell", "toy made 9 steps"):
        assert said in log

    adapter = make()
    adapter.load()
    with pytest.raises(EditRefused, match="^not seven$"):
        adapter.edit(opened.items[0], 7)
    with pytest.raises(EditFailed, match="the worker says: ValueError: not eight; see"):
        adapter.edit(opened.items[0], 8)
    adapter.edit(opened.items[0], 9)
    adapter.close()
    assert adapter.notes() == {"restarts": 0}

    (weights / "a.safetensors").write_bytes(b"1" * 100)
    with pytest.raises(Exception, match="another revision"):
        runner.run("toy", make(), opened, opened.items, tmp_path / "out")

    (worker_setup.PROGRAMS / "requirements-toy.txt").write_text("# others\n")
    assert missing(kind.official) == (
        "its requirements have changed since: `mebench worker setup toy --repo CHECKOUT` again"
    )
    (worker_setup.PROGRAMS / "requirements-toy.txt").write_text("# none\n")
    (folder / "venv" / "bin" / "python").unlink()
    assert "its Python" in kind.state()
    (repo / "inside" / "toy.py").unlink()
    assert re.search("its checkout .* lost inside/toy.py", kind.state())
    (folder / "setup.json").write_text("[]")
    assert kind.state().startswith("needs ")


def test_a_setup_that_cannot_be_made(toy, tmp_path, capfd):
    kind, repo = toy
    with pytest.raises(
        UsageError, match="is no checkout of https://example.org/toy: it has no inside/toy.py"
    ):
        set_up(kind.official, tmp_path)
    with pytest.raises(UsageError, match="--python /no/python cannot be run"):
        set_up(kind.official, repo, "/no/python")
    with pytest.raises(UsageError, match="--python false cannot be run"):
        set_up(kind.official, repo, "false")
    old = Official("toy", kind.official.url, kind.official.files, ("3.4",))
    with pytest.raises(UsageError, match="is 3.*and toy's pinned requirements exist for 3.4"):
        set_up(old, repo, sys.executable)
    with pytest.raises(UsageError, match="exist for Python 3.4, and none is found: name one with --python"):
        set_up(old, repo)
    (worker_setup.folder(kind.official) / "venv").parent.mkdir(parents=True)
    (worker_setup.folder(kind.official) / "venv").write_text("in the way")
    with pytest.raises(AdapterError, match=r"cannot make the environment: `.*-m venv.*` exited with status"):
        set_up(kind.official, repo, sys.executable)
    assert "venv" in capfd.readouterr().err
    assert kind.state().startswith("needs ")


def test_a_place_that_is_set_by_hand_has_to_be_one(toy, tmp_path):
    kind, repo = toy

    def load(**place):
        kind(parse_settings(ToySettings, [f"{key}={value}" for key, value in place.items()])).load()

    with pytest.raises(AdapterError, match="is no checkout of https://example.org/toy"):
        load(repo=tmp_path, python=sys.executable)
    with pytest.raises(AdapterError, match="is no Python that can be run"):
        load(repo=repo, python=tmp_path / "none")


def test_the_commands_around_it(mebench, tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    status, _, said = mebench("worker", "setup", "shift", "--repo", tmp_path)
    assert (status, said) == (
        2,
        "mebench: adapter shift needs no environment of its own: there is nothing to set up\n",
    )
    status, _, said = mebench("worker", "setup", "bagle", "--repo", tmp_path)
    assert (status, "did you mean 'bagel'" in said) == (2, True)
    status, _, said = mebench("worker", "setup", "bagel", "--repo", tmp_path)
    assert (status, "is no checkout of https://github.com/ByteDance-Seed/Bagel" in said) == (2, True)
    status, said, _ = mebench("list", "adapters")
    assert status == 0
    assert "mebench worker" in said


def test_the_commit_of_a_checkout(toy, tmp_path):
    _, repo = toy
    commit = revision_of(repo)
    assert re.fullmatch("[0-9a-f]{40}", commit)
    (repo / "new.txt").touch()
    assert revision_of(repo) == commit
    (repo / "inside" / "toy.py").write_text("")
    assert revision_of(repo) == commit + "+"
    assert revision_of(repo / "inside") is None  # a folder within something else is no checkout
    assert revision_of(tmp_path / "none") is None


ATTENTION = """
import torch
from bagel import attention
torch.manual_seed(0)
lengths = [(5, 9), (4, 4), (1, 7)]
pick = lambda side: [pair[side] for pair in lengths]
ends = lambda side: torch.tensor([0, *pick(side)]).cumsum(0).to(torch.int32)
q, k, v = torch.randn(10, 4, 8), torch.randn(20, 2, 8), torch.randn(20, 2, 8)
for causal in (False, True):
    longest = {"max_seqlen_q": 5, "max_seqlen_k": 9}
    got = attention(q=q, k=k, v=v, cu_seqlens_q=ends(0), cu_seqlens_k=ends(1), causal=causal, **longest)
    q0 = k0 = 0
    for rows, columns in lengths:
        for head in range(4):
            scores = q[q0:q0+rows, head] @ k[k0:k0+columns, head // 2].T / 8 ** 0.5
            for i in range(rows if causal else 0):
                scores[i, columns - rows + i + 1:] = -torch.inf
            want = scores.softmax(-1) @ v[k0:k0+columns, head // 2]
            assert torch.allclose(got[q0:q0+rows, head], want, atol=1e-5), (causal, rows, columns, head)
        q0, k0 = q0 + rows, k0 + columns
"""


@pytest.mark.slow
def test_the_attention_in_place_of_flash_attn_computes_the_same(tmp_path):
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(1, {str(PROGRAMS)!r})\n{ATTENTION}",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr


BAGEL = {name: os.environ.get(f"MEBENCH_BAGEL_{name}") for name in ("REPO", "PYTHON")}


@pytest.mark.skipif(
    not all(BAGEL.values()),
    reason="NOT RUN: BAGEL's official code; name its checkout and a Python that has what it needs by "
    "MEBENCH_BAGEL_REPO and MEBENCH_BAGEL_PYTHON",
)
def test_bagel_edits_by_its_official_code_with_a_tiny_checkpoint(tmp_path):
    """Some minutes on a CPU: the official code edits at 512x512 at least, by an autoencoder of fixed size."""
    model = tmp_path / "tiny-bagel"
    builder = Path(__file__).with_name("build_tiny_bagel.py")
    subprocess.run([BAGEL["PYTHON"], builder, BAGEL["REPO"], model], check=True, timeout=300)
    bench = open_benchmark(str(make_benchmark(tmp_path / "bench", count=2, width=128, height=128)))
    made = []
    for out, items in ((tmp_path / "first", bench.items), (tmp_path / "second", bench.items[:1])):
        settings = [
            f"repo={BAGEL['REPO']}",
            f"python={BAGEL['PYTHON']}",
            "steps=3",
            f"log={tmp_path / 'log'}",
        ]
        kind = ADAPTERS.get("bagel")
        adapter = kind(parse_settings(kind.Settings, settings), model=str(model), device="cpu")
        outcome = runner.run("bagel", adapter, bench, items, out)
        assert outcome == Outcome(0, len(items), 0), records(out)
        made.append([(out / f"item-{k}.png").read_bytes() for k in range(len(items))])
        assert {(record["width"], record["height"]) for record in records(out)} == {(512, 512)}
    (one, other), (again,) = made
    assert one == again != other

"""What the tests of workers share: a worker that copies, an official one that is a toy, and records."""

import subprocess
import sys
import textwrap

import pytest
from helpers.worker_programs import HEAD

from motionedit_bench.adapters.workers.official import OfficialSettings, OfficialWorker
from motionedit_bench.files import read_lines
from motionedit_bench.workers import launching, setup
from motionedit_bench.workers.process import Launch, Worker
from motionedit_bench.workers.setup import PROGRAMS, Official

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


@pytest.fixture
def records():
    """Reads the records of a run's folder."""
    return lambda out: list(read_lines(out / "records.jsonl"))


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
    for module in (setup, launching):
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


@pytest.fixture
def make(tmp_path):
    """Makes a worker from the code that follows `HEAD`; all are ended afterwards."""
    made = []

    def make_worker(code, timeout=300.0, start_timeout=300.0, **changes):
        program = tmp_path / "program.py"
        program.write_text(HEAD + textwrap.dedent(code))
        launch = {
            "command": [sys.executable, "-I", "-S", str(program)],  # these start quickest
            "log": tmp_path / "logs" / "worker.log",
            "timeout": timeout,
            "start_timeout": start_timeout,
            "hello": {"model": None, "device": "cpu", "settings": {}},
        }
        made.append(Worker(Launch(**(launch | changes))))
        return made[-1]

    yield make_worker
    for worker in made:
        worker.close()

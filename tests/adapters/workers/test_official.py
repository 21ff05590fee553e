"""Official code as workers: the declarations, the programs, and the environments that they run in."""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from motionedit_bench.adapters import ADAPTERS, parse_settings
from motionedit_bench.adapters.workers import base
from motionedit_bench.adapters.workers.official import official_of
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import AdapterError, EditFailed, EditRefused, UsageError
from motionedit_bench.running import run as running
from motionedit_bench.running.run import Outcome
from motionedit_bench.workers import setup
from motionedit_bench.workers.setup import PROGRAMS, Official, missing, revision_of, set_up

OFFICIAL = ["bagel", "uniworld_v1", "step1x_edit", "ultraedit", "anyedit"]


@pytest.mark.parametrize("name", OFFICIAL)
def test_each_official_one_is_declared_in_full(name):
    kind = ADAPTERS.get(name)
    assert kind.official.name == name
    assert kind.default_model
    assert kind.licence
    assert official_of(name) is kind.official
    own_settings = (
        set(kind.Settings.model_fields) - set(base.WorkerSettings.model_fields) - {"repo", "python"}
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


@pytest.mark.slow
def test_set_up_then_run_then_what_is_missing(toy, bench, tmp_path):
    kind, repo = toy
    assert kind.state() == "needs `mebench worker setup toy --repo CHECKOUT`"
    with pytest.raises(AdapterError, match=r"toy needs `mebench worker setup toy.*; or set repo=CHECKOUT"):
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
        settings = parse_settings(kind.Settings, ["steps=9", f"log={tmp_path / 'log'}"])
        return kind(settings, model=str(weights))

    assert running.run("toy", make(), opened, opened.items[:2], tmp_path / "out") == Outcome(0, 2, 0)
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
        running.run("toy", make(), opened, opened.items, tmp_path / "out")

    (setup.PROGRAMS / "requirements-toy.txt").write_text("# others\n")
    assert missing(kind.official) == (
        "its requirements have changed since: `mebench worker setup toy --repo CHECKOUT` again"
    )
    (setup.PROGRAMS / "requirements-toy.txt").write_text("# none\n")
    (folder / "venv" / "bin" / "python").unlink()
    assert "its Python" in kind.state()
    (repo / "inside" / "toy.py").unlink()
    assert re.search("its checkout .* lost inside/toy.py", kind.state())
    (folder / "setup.json").write_text("[]")
    assert kind.state().startswith("needs ")


def test_a_checkout_without_its_history_is_used_with_a_warning(toy, tmp_path, capfd):
    kind, repo = toy
    shutil.rmtree(repo / ".git")
    said = f"mebench: {repo} is no git checkout: which commit of https://example.org/toy "
    folder = set_up(kind.official, repo)
    first, *more = (line for line in capfd.readouterr().err.splitlines() if line.startswith("mebench: "))
    assert first == f"mebench: making {folder / 'venv'}: about 6 GB with PyTorch in it, and some minutes"
    assert more == [said + "runs will not be recorded"]

    (tmp_path / "weights").mkdir()
    adapter = kind(
        parse_settings(kind.Settings, [f"log={tmp_path / 'log'}"]), model=str(tmp_path / "weights")
    )
    adapter.load()
    adapter.close()
    assert capfd.readouterr().err == said + "ran is not recorded\n"
    assert adapter.provenance()["official_code"] == {"url": "https://example.org/toy", "commit": None}


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
    (setup.folder(kind.official) / "venv").parent.mkdir(parents=True)
    (setup.folder(kind.official) / "venv").write_text("in the way")
    with pytest.raises(AdapterError, match=r"cannot make the environment: `.*-m venv.*` exited with status"):
        set_up(kind.official, repo, sys.executable)
    assert "venv" in capfd.readouterr().err
    assert kind.state().startswith("needs ")


def test_a_place_that_is_set_by_hand_has_to_be_one(toy, tmp_path):
    kind, repo = toy

    def load(**place):
        kind(parse_settings(kind.Settings, [f"{key}={value}" for key, value in place.items()])).load()

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

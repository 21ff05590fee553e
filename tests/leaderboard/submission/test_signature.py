"""Signatures of OpenSSH, by keys made here."""

import shutil
import subprocess

import pytest
from helpers.honest_submission import look_at, seal
from helpers.hostile import change, rejected, zipped

from motionedit_bench.leaderboard.submission.history import note
from motionedit_bench.leaderboard.submission.recording import keep
from motionedit_bench.leaderboard.submission.standing import checked
from motionedit_bench.records import digest

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no OpenSSH on this machine")


@pytest.fixture
def keys(tmp_path):
    for name in ("ann", "bob"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(tmp_path / name)]
        subprocess.run(made, check=True, stdin=subprocess.DEVNULL)
    return {name: tmp_path / name for name in ("ann", "bob")}


def sign(folder, key, namespace="mebench"):
    path = folder / "checksums.json"
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace, str(path)]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def lay(board, folder):
    """Put a submission on a board."""
    place = board / "submissions" / "shifter" / digest((folder / "checksums.json").read_bytes())
    place.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(place)
    note(place.parent, "submitted", place.name)
    return place


def test_a_signature_that_holds_names_its_key(spoiled, benchmark, keys):
    sign(spoiled, keys["ann"])
    verdict = look_at(spoiled, benchmark, sample=0)
    assert verdict.findings == []
    told = subprocess.run(["ssh-keygen", "-l", "-f", keys["ann"]], capture_output=True, text=True, check=True)
    assert verdict.key == told.stdout.split()[1]
    assert look_at(zipped(spoiled), benchmark, sample=0).key == verdict.key


@pytest.mark.parametrize("how", ["of something else", "for something else", "rubbish", "empty", "two"])
def test_any_other_is_found(spoiled, benchmark, keys, how):
    sign(spoiled, keys["ann"], "file" if how == "for something else" else "mebench")
    path = spoiled / "checksums.json.sig"
    if how == "of something else":
        change("card.json", contact="somebody@example.org")(spoiled)
        seal(spoiled)
    elif how == "two":
        path.write_bytes(path.read_bytes()[:-60] + path.read_bytes())
    elif how != "for something else":
        path.write_bytes(b"rubbish" if how == "rubbish" else b"")
    assert "signature" in {one.kind for one in rejected(spoiled, benchmark).findings}


def test_a_key_may_replace_what_it_submitted_and_no_other(spoiled, benchmark, keys, tmp_path):
    board = tmp_path / "board"
    second = shutil.copytree(spoiled, tmp_path / "second")
    sign(spoiled, keys["ann"])
    first = lay(board, spoiled)
    verdict = look_at(first, benchmark, board)
    keep(board, verdict, None)
    assert checked(board, "shifter", first.name).record.key == verdict.key
    change("card.json", contact="somebody@example.org")(second)
    seal(second)
    made = lay(board, second)
    for key, kinds in ((None, ["owner"]), ("bob", ["owner"]), ("ann", [])):
        (made / "checksums.json.sig").unlink(missing_ok=True)
        if key is not None:
            sign(made, keys[key])
        found = look_at(made, benchmark, board, sample=0, by="whoever").findings
        assert [one.kind for one in found] == kinds, key


def test_without_openssh_a_signature_gives_no_right(spoiled, benchmark, keys, monkeypatch):
    sign(spoiled, keys["ann"])
    monkeypatch.setenv("PATH", "/nowhere")
    verdict = look_at(spoiled, benchmark, sample=0)
    assert (verdict.key, verdict.findings) == (None, [])
    assert "signed, and not verified" in verdict.notes[0]

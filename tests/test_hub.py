"""What the hub's client runs into, where other libraries wrap it, and where nobody answers."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, OfflineModeIsEnabled

from motionedit_bench.errors import AdapterError
from motionedit_bench.hub import AWAY, Trouble, advice, fetch, trouble_behind, trouble_of


def wrapped(error: Exception) -> Exception:
    """As libraries above the hub's client raise it."""
    try:
        try:
            raise error
        except Exception as inner:
            raise OSError("we could not load it") from inner
    except OSError as outer:
        return outer


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OfflineModeIsEnabled("offline"), Trouble.OFFLINE),
        (LocalEntryNotFoundError("not here"), Trouble.UNREACHABLE),
        (ConnectionResetError("reset"), Trouble.UNREACHABLE),
        (PermissionError("not yours"), None),
        (ValueError("another"), None),
    ],
)
def test_a_trouble_is_found_behind_what_wraps_it(error: Exception, trouble: Trouble | None) -> None:
    assert trouble_of(error) is trouble
    assert trouble_of(wrapped(error)) is None
    found = trouble_behind(wrapped(error))
    assert found == (None if trouble is None else (trouble, error))


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_its_line(trouble: Trouble) -> None:
    said = advice(trouble, ConnectionError(), "org/model", "v9")
    assert "org/model" in said
    assert "\n" not in said
    assert set(AWAY) < set(Trouble)


JUDGE = """
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.metrics.judge.local import Local
try:
    Local("org/judge", "cpu")
except WeightsUnavailable as error:
    print(error)
"""

SUBMISSION = """
from motionedit_bench.errors import StorageError
from motionedit_bench.leaderboard.submission.destination import deliver
from motionedit_bench.leaderboard.submission.packing import CHECKSUMS, Package
try:
    deliver(Package("mine", {CHECKSUMS: b""}, 1, 1), "hf://datasets/org/board")
except StorageError as error:
    print(error)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "offline", "said"),
    [
        (JUDGE, "1", "judge local:org/judge: org/judge is not on this machine, and HF_HUB_OFFLINE"),
        (SUBMISSION, "0", "the hub does not take the submission to org/board now ("),
    ],
)
def test_a_hub_that_cannot_be_asked_is_one_line(
    tmp_path: Path, program: str, offline: str, said: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    environment = os.environ | {
        "HF_ENDPOINT": f"http://127.0.0.1:{closed}",
        "HF_HOME": str(tmp_path),
        "HF_TOKEN": "hf_x",
        "HF_HUB_OFFLINE": offline,
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said), done.stdout
    assert done.stdout.count("\n") == 1


def test_without_a_home_folder_the_user_is_told_what_to_set(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HOME", "~/.cache/huggingface")
    with pytest.raises(AdapterError, match="no home folder to keep downloads in: set HF_HOME to a folder"):
        fetch("owner/name", None, "config.json")

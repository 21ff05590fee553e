"""Output that is narrow in what it can hold, closed, or full: one line or none, never a traceback."""

import os
import subprocess
import sys

import pytest

from motionedit_bench.progress import silenced

COMMAND = [sys.executable, "-m", "motionedit_bench"]


def run(*arguments, environment=None, shell=""):
    command = " ".join([*COMMAND, *arguments, shell])
    surroundings = {**os.environ, **(environment or {})}
    return subprocess.run(["bash", "-c", command], capture_output=True, env=surroundings, timeout=120)


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
def test_an_encoding_without_arrows_is_no_obstacle(encoding):
    program = (
        "import sys; sys.argv = ['mebench', 'list', 'metrics']\n"
        "from motionedit_bench import cli\n"
        "cli.invoke = lambda _: print('psnr \\u2191 m\\u00f6del \\U0001f600')\n"
        "cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"psnr \\u2191 m")
    assert b"\\U0001f600" in done.stdout


@pytest.mark.parametrize(
    ("shell", "status", "words"),
    [
        ("> /dev/full", 2, "mebench: cannot write the output: no space left on device\n"),
        (">&-", 0, ""),
        ("| true; exit ${PIPESTATUS[0]}", 0, ""),
        ("| head -1; exit ${PIPESTATUS[0]}", 0, ""),
        ("2>&-", 0, ""),
    ],
)
def test_output_that_goes_nowhere_is_no_crash(shell, status, words):
    done = run("list", shell=shell)
    assert (done.returncode, done.stderr.decode()) == (status, words)


def test_quiet_is_without_messages_and_with_results_and_errors(mebench, bench, tmp_path, monkeypatch):
    monkeypatch.setattr("motionedit_bench.progress.QUIET_SECONDS", 0.0)
    run = ("run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "p" / "m")
    status, out, err = mebench(*run, "--quiet")
    assert (status, out, err) == (0, f"{tmp_path / 'p' / 'm'}: 4 edited, 0 failed, 0 there already\n", "")
    assert "TQDM_DISABLE" not in os.environ
    (tmp_path / "p" / "notes").mkdir()
    assert mebench("validate", tmp_path / "p", "-q")[2] == ""
    assert "passed over notes" in mebench("validate", tmp_path / "p")[2]
    assert "done, 0 failed" in mebench(*run[:-1], tmp_path / "p" / "n")[2]
    assert mebench("validate", "-q", tmp_path / "absent")[2].startswith("mebench: no predictions folder")


def test_quiet_puts_the_surroundings_back(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "0")
    with silenced():
        assert os.environ["TQDM_DISABLE"] == "1"
    assert os.environ["TQDM_DISABLE"] == "0"


@pytest.mark.parametrize("arguments", [[], ["leaderboard"], ["weights"], ["worker"]])
def test_a_group_alone_prints_its_help_as_a_page(mebench, arguments):
    status, out, err = mebench(*arguments)
    assert (status, out) == (2, "")
    lines = err.split("\n")
    assert lines[0].startswith(f"Usage: mebench {' '.join(arguments)}".strip())
    assert "Commands:" in lines
    assert max(map(len, lines)) <= 100

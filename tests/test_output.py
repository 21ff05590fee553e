"""Output that is narrow in what it can hold, closed, or full: one line or none, never a traceback."""

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "motionedit_bench"]


def run(*arguments, environment=None, shell=""):
    command = " ".join([*COMMAND, *arguments, shell])
    surroundings = {**os.environ, **(environment or {})}
    return subprocess.run(["bash", "-c", command], capture_output=True, env=surroundings, timeout=600)


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


@pytest.mark.parametrize("arguments", [[], ["leaderboard"], ["weights"], ["worker"]])
def test_a_group_alone_prints_its_help_as_a_page(mebench, arguments):
    status, out, err = mebench(*arguments)
    assert (status, out) == (2, "")
    lines = err.split("\n")
    assert lines[0].startswith(f"Usage: mebench {' '.join(arguments)}".strip())
    assert "Commands:" in lines
    assert max(map(len, lines)) <= 100

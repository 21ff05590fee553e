"""What the shell is told when somebody presses the tabulator."""

import os
import shutil
import subprocess
import sys

import pytest

from motionedit_bench.cli import invoke

BASH = """
mebench() { PYTHON -c 'from motionedit_bench.cli import main; main()' "$@"; }
eval "$(_MEBENCH_COMPLETE=bash_source mebench)"
complete -p mebench
"""


@pytest.fixture
def complete(monkeypatch, capsys):
    """What ``bash`` is told of a line; each entry is its kind and its text."""

    def call(*words):
        monkeypatch.setenv("_MEBENCH_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["mebench", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        capsys.readouterr()
        with pytest.raises(SystemExit):
            invoke([])
        return capsys.readouterr().out.split()

    return call


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lead"], ["plain,leaderboard"]),
        (["score", "pre"], ["dir,pre"]),
        (["run", "--adapter", "step1"], ["plain,step1x_edit"]),
        (["run", "--qui"], ["plain,--quiet"]),
        (["leaderboard", "--by"], ["plain,--by-category"]),
        (["leaderboard", "che"], ["plain,check", "dir,che"]),
        (["leaderboard", "preds", "--wi"], ["plain,--wide"]),
        (["train", "--dry"], ["plain,--dry-run"]),
        (["list", "a"], ["plain,adapters"]),
    ],
)
def test_what_can_follow(complete, words, told):
    assert complete(*words) == told


@pytest.mark.parametrize(("shell", "word"), [("zsh", "compdef"), ("fish", "complete")])
def test_the_other_shells_have_their_scripts(monkeypatch, capsys, shell, word):
    monkeypatch.setenv("_MEBENCH_COMPLETE", f"{shell}_source")
    with pytest.raises(SystemExit):
        invoke([])
    assert f"{word} " in capsys.readouterr().out


def test_bash_takes_the_line_of_the_docs():
    shell = shutil.which("bash")
    script = BASH.replace("PYTHON", sys.executable)
    done = subprocess.run([shell, "-ec", script], capture_output=True, text=True, env=os.environ.copy())
    assert done.stdout == "complete -o nosort -F _mebench_completion mebench\n", done.stderr

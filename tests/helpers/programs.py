"""Programs for a plain shell: stand-ins, and `mebench` itself."""

import os
import stat
import subprocess
import sys

from helpers import nursery


def program(folder, name, text):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/usr/bin/env bash\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def forked(folder, socket):
    """Let `mebench` there be what starts at once; see `helpers.nursery`."""
    program(
        folder / "bin", "mebench", f'exec "{sys.executable}" -I -S "{nursery.__file__}" ask {socket} "$@"'
    )


def start(folder, words, where=None, **variables):
    """The words at work in a folder, or elsewhere with its programs, where `mebench` is this one."""
    if not (folder / "bin/mebench").exists():
        program(folder / "bin", "mebench", f'exec "{sys.executable}" -m motionedit_bench "$@"')
    surroundings = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", **variables}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(words, cwd=where or folder, env=surroundings, **pipes)


def ended(job):
    """Its status, standard output and standard error."""
    out, err = job.communicate(timeout=600)
    return job.returncode, out, err

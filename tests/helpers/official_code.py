"""Official code where it is set up, and tiny random checkpoints for it.

``MEBENCH_OFFICIAL`` names a cache in which ``mebench worker setup`` made environments.
"""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

TINY = Path(__file__).parents[1] / "adapters" / "workers" / "tiny"
"""The programs that build checkpoints, and what leads calls of CUDA to the CPU."""


def set_up(name):
    """The checkout and the Python of a model or judge, or a skip."""
    record = Path(os.environ.get("MEBENCH_OFFICIAL", "none"), "workers", name, "setup.json")
    if not record.is_file():
        pytest.skip(
            f"NOT RUN: {name}'s official code; name a cache where `mebench worker setup {name}` ran by "
            "MEBENCH_OFFICIAL"
        )
    made = json.loads(record.read_text())
    return made["repo"], made["python"]


def by_the_cpu(python, place):
    """A Python that leads calls of CUDA to the CPU."""
    place.write_text(f'#!/bin/sh\nPYTHONPATH="{TINY / "cuda_by_cpu"}" exec "{python}" "$@"\n')
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    return place


def build(python, name, repo, folder, *options):
    """A tiny checkpoint in that folder."""
    done = subprocess.run(
        [python, TINY / f"{name}.py", repo, folder, *options], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return folder

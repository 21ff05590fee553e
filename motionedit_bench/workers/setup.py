"""The environments that official code runs in: made once by ``mebench worker setup``, found again later."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motionedit_bench import cache, provenance
from motionedit_bench.errors import AdapterError, UsageError
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.progress import warn
from motionedit_bench.records import digest

PROGRAMS = Path(__file__).parent / "programs"
RECORD = "setup.json"
SIZE = "about 6 GB"
"""What an environment takes on the disk, most of it PyTorch and CUDA's libraries."""


@dataclass(frozen=True)
class Official:
    """A model's official code.

    ``name`` is that of the adapter or judge, the program and the requirements; ``files`` are some by which a
    checkout is recognized; ``pythons`` are the versions that the pinned requirements exist for.
    """

    name: str
    url: str
    files: tuple[str, ...]
    pythons: tuple[str, ...]

    @property
    def requirements(self) -> Path:
        """The pinned requirements, a file that pip reads."""
        return PROGRAMS / f"requirements-{self.name}.txt"


@dataclass(frozen=True)
class Place:
    """A checkout of official code, and the Python that runs it."""

    repo: Path
    python: Path


def folder(official: Official) -> Path:
    """Where the environment is, or would be."""
    return cache.location() / "workers" / official.name


def missing(official: Official) -> str | None:
    """What has to be done before the code can run, in one line; ``None`` where nothing has."""
    setup = f"`mebench worker setup {official.name} --repo CHECKOUT`"
    record = _read(official)
    if record is None:
        return f"needs {setup}"
    place = Place(Path(record["repo"]), Path(record["python"]))
    absent = _absent(official, place.repo)
    if absent:
        return f"its checkout {place.repo} lost {absent}: {setup} again"
    if not os.access(place.python, os.X_OK):
        return f"its Python {place.python} is gone: {setup} again"
    if record["requirements"] != digest(official.requirements.read_bytes()):
        return f"its requirements have changed since: {setup} again"
    return None


def find_place(official: Official, repo: Path | None, python: Path | None) -> Place:
    """The checkout and Python given, and for what is not given those of the setup.

    Raises:
        AdapterError: they are not there, or not set up.
    """
    if repo is None or python is None:
        reason = missing(official)
        record = _read(official)
        if reason or record is None:
            raise AdapterError(
                f"{official.name} {reason}; or set repo=CHECKOUT and python=PYTHON of an environment of yours"
            )
        repo, python = repo or Path(record["repo"]), python or Path(record["python"])
    place = Place(repo.expanduser().absolute(), python.expanduser().absolute())
    absent = _absent(official, place.repo)
    if absent:
        raise AdapterError(f"{place.repo} is no checkout of {official.url}: it has no {absent}")
    if not os.access(place.python, os.X_OK):
        raise AdapterError(f"{place.python} is no Python that can be run: set another with python=")
    return place


def set_up(official: Official, repo: Path, python: str | None = None) -> Path:
    """Make the environment, from the pinned requirements, and record the checkout; the environment's folder.

    An environment that is there is made anew. What it will take, and what pip prints, goes to standard
    error.

    Raises:
        UsageError: no such checkout, or a Python of a version that the pins do not exist for.
        AdapterError: the environment cannot be made.
        StorageError: the cache cannot be written.
    """
    repo = repo.expanduser().absolute()
    absent = _absent(official, repo)
    if absent:
        raise UsageError(
            f"{repo} is no checkout of {official.url}: it has no {absent}; fetch it with `git clone` first"
        )
    interpreter = _interpreter(official, python)
    cache.directory()
    place = make_folder(folder(official))
    (place / RECORD).unlink(missing_ok=True)
    environment = place / "venv"
    warn(f"making {environment}: {SIZE} with PyTorch in it, and some minutes")
    if revision_of(repo) is None:
        warn(f"{repo} is no git checkout: which commit of {official.url} runs will not be recorded")
    _run([interpreter, "-m", "venv", "--clear", str(environment)], "make the environment")
    inside = environment / "bin" / "python"
    _run(
        [str(inside), "-m", "pip", "install", "--requirement", str(official.requirements)],
        f"install {official.requirements.name}",
    )
    record = {
        "repo": str(repo),
        "commit": revision_of(repo),
        "url": official.url,
        "python": str(inside),
        "requirements": digest(official.requirements.read_bytes()),
        "made": provenance.now(),
    }
    write_whole(place / RECORD, (json.dumps(record, indent=1) + "\n").encode())
    return place


def revision_of(repo: Path) -> str | None:
    """The commit that a checkout is at, with ``+`` for local changes; ``None`` where git cannot say."""
    git = ["git", "-C", str(repo)]
    try:
        top = subprocess.run(
            [*git, "rev-parse", "--show-toplevel", "HEAD"], capture_output=True, text=True, timeout=30
        )
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = top.stdout.split("\n")
    if top.returncode != 0 or changed.returncode != 0 or Path(lines[0]) != repo.resolve():
        return None
    return lines[1] + ("+" if changed.stdout.strip() else "")


def _read(official: Official) -> dict[str, Any] | None:
    try:
        record = json.loads((folder(official) / RECORD).read_bytes())
    except (OSError, ValueError):
        return None
    known = isinstance(record, dict) and all(
        isinstance(record.get(key), str) for key in ("repo", "python", "requirements")
    )
    return record if known else None


def _absent(official: Official, repo: Path) -> str | None:
    return next((name for name in official.files if not (repo / name).is_file()), None)


def _interpreter(official: Official, python: str | None) -> str:
    """The Python to make the environment with: the one given, else the first of a fitting version."""
    known = " or ".join(official.pythons)
    if python is not None:
        found = shutil.which(python)
        version = _version(found) if found else None
        if found is None or version is None:
            raise UsageError(f"--python {python} cannot be run: give the path of a Python {known}")
        if version not in official.pythons:
            raise UsageError(
                f"--python {python} is {version}, and {official.name}'s pinned requirements exist for {known}"
            )
        return found
    for candidate in (sys.executable, *(shutil.which(f"python{version}") for version in official.pythons)):
        if candidate and _version(candidate) in official.pythons:
            return candidate
    raise UsageError(
        f"{official.name}'s pinned requirements exist for Python {known}, and none is found: "
        "name one with --python"
    )


def _version(python: str) -> str | None:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        ran = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.stdout.strip() if ran.returncode == 0 else None


def _run(command: list[str], what: str) -> None:
    try:
        status = subprocess.run(command, stdout=sys.stderr.fileno(), stdin=subprocess.DEVNULL).returncode
    except OSError as error:
        raise AdapterError(f"cannot {what}: {error}") from error
    if status != 0:
        raise AdapterError(
            f"cannot {what}: `{' '.join(command)}` exited with status {status}, as shown above"
        )

"""Where a submission goes: an archive, a folder, a git checkout, or a data set on the hub."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from motionedit_bench import texts
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.files import make_folder, read_lines, write_whole
from motionedit_bench.leaderboard.submission.checkout import git
from motionedit_bench.leaderboard.submission.history import STATUS, SUBMISSIONS, current, note
from motionedit_bench.leaderboard.submission.packing import Package
from motionedit_bench.stores.url import is_url

HUB = "hf://datasets/"
_PART = r"[A-Za-z0-9](?:[\w.-]*\w)?"
REPOSITORY = re.compile(rf"(?!.*(?:--|\.\.)){_PART}/{_PART}(?<!\.git)", re.ASCII)
"""OWNER/NAME as the hub knows them."""


def deliver(package: Package, destination: str) -> str:
    """Put a submission there; returns where it is.

    A checkout of git gets one commit with this submission alone. A board's folder (also a checkout's)
    holds it at ``submissions/<model>/<hash>/``; an earlier submission of the model stays and is
    marked as replaced.

    Raises:
        UsageError: no such destination. StorageError: it cannot be written. MebenchError: git or the
            hub refuses.
    """
    if destination.startswith(HUB):
        return _to_hub(package, destination.removeprefix(HUB))
    if is_url(destination):
        raise UsageError(f"a submission cannot go to {destination}: give X.zip, a folder, or {HUB}OWNER/NAME")
    path = Path(destination)
    if path.suffix.lower() == ".zip":
        make_folder(path.parent)
        content = package.as_zip()
        if not path.exists():
            write_whole(path, content)
        elif not path.is_file() or path.read_bytes() != content:
            raise UsageError(
                f"{path} is there already, and is not this submission: remove it, or name another"
            )
        return str(path)
    _check_twins(path / SUBMISSIONS, package.model)
    folder = _own_place(path, package.model) / package.hash
    if any(event.get("hash") == package.hash for event in read_lines(folder.parent / STATUS)):
        raise UsageError(f"{folder} is there already: the very same submission was made before")
    for name, content in package.files.items():
        make_folder((folder / name).parent)
        write_whole(folder / name, content)
    note(folder.parent, "submitted", package.hash)
    if (path / ".git").exists():
        _commit(path, folder.parent, f"Submit {package.model} {package.hash[:12]}")
    return str(folder)


def _check_twins(submissions: Path, model: str) -> None:
    """Make sure that the model's folder is nobody else's on a disk that does not tell cases apart."""
    for path in submissions.glob("*/"):
        if path.name != model and texts.same(path.name) == texts.same(model):
            raise UsageError(
                f"{submissions} has a model {path.name!r}: {model!r} is the same name on some systems, "
                "choose another"
            )


def withdraw(model: str, reason: str, destination: str) -> str:
    """Mark a model's current submission on a board as withdrawn; it stays there.

    Raises:
        UsageError: there is none, or the reason is no text for a board.
    """
    try:
        texts.line(reason)
    except ValueError as error:
        raise UsageError(f"--reason {error}: say it in plain words, on one line") from error
    path = Path(destination)
    now = current(path).get(model)
    if now is None:
        raise UsageError(f"{destination} has no submission of {model}")
    folder = _own_place(path, model)
    note(folder, "withdrawn", now.name, reason)
    if (path / ".git").exists():
        _commit(path, folder, f"Withdraw {model} {now.name[:12]}")
    return str(now)


def _commit(checkout: Path, folder: Path, message: str) -> None:
    """Commit that folder, and nothing else that may lie in the checkout or be staged."""
    place = str(folder.relative_to(checkout))
    git(checkout, "add", "--force", "--", place)
    git(checkout, "commit", "--quiet", "--no-verify", "-m", message, "--", place)


def _own_place(board: Path, model: str) -> Path:
    """Where a model's submissions lie in a board's folder.

    Raises:
        UsageError: a link leads elsewhere.
    """
    folder = make_folder(board) / SUBMISSIONS / model
    for path in (folder.parent, folder, folder / STATUS):
        if path.is_symlink():
            raise UsageError(f"{path} is a link: a board keeps its submissions in its own folder")
    return folder


def _to_hub(package: Package, repository: str) -> str:
    if not REPOSITORY.fullmatch(repository):
        raise UsageError(f"the destination must look like {HUB}OWNER/NAME, but got {HUB}{repository}")
    from huggingface_hub import CommitOperationAdd, HfApi

    from motionedit_bench.hub import AWAY, trouble_of

    base = f"{SUBMISSIONS}/{package.model}/{package.hash}"
    operations = [CommitOperationAdd(f"{base}/{name}", content) for name, content in package.files.items()]
    try:
        made = HfApi().create_commit(
            repository,
            operations,
            commit_message=f"Submit {package.model} {package.hash[:12]}",
            repo_type="dataset",
            create_pr=True,
        )
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        said = " ".join(str(error).split())[:200] or type(error).__name__
        if trouble in AWAY:
            raise StorageError(
                f"the hub does not take the submission to {repository} now ({said}): "
                "check the network, or try again later"
            ) from error
        raise StorageError(
            f"the hub refuses the submission to {repository} ({said}): "
            "log in with `hf auth login`, or check the name"
        ) from error
    return str(made.pr_url or made.commit_url)


def told(package: Package) -> Iterator[tuple[str, Any]]:
    """File and size of everything in a package, for people."""
    for name in sorted(package.files):
        yield name, len(package.files[name])

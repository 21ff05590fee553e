"""The Hugging Face hub: model files pinned to a commit, and what its client runs into in words of ours."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Literal

from huggingface_hub import (
    HfApi,
    constants,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    snapshot_download,
    try_to_load_from_cache,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from motionedit_bench.errors import AdapterError

log = logging.getLogger(__name__)

TIMEOUT = 10
"""Seconds to wait for the hub's first answer. It is asked once: retries are for downloads under way."""

NOT_LOADED_ENDS = (".bin", ".pt", ".pth", ".ckpt", ".msgpack", ".h5", ".onnx", ".gguf")
"""How files end that hold the same weights in forms that are not loaded where there are safetensors."""

NOT_LOADED = tuple(f"*{end}" for end in NOT_LOADED_ENDS)

_TRANSPORTS = ("httpx", "httpx2", "requests", "urllib3")
"""The libraries that one version or another of the hub's client speaks HTTP with; none is caught by name,
since only the one in use is installed."""


class HubUnreachable(AdapterError):
    """The hub does not answer, or must not be asked."""


@dataclass(frozen=True)
class HubFile:
    """A file of a hub repository, on this machine.

    ``commit`` is the repository's commit that it is from; ``offline`` says that the hub could not be
    asked, so that a newer commit may exist.
    """

    path: Path
    commit: str
    offline: bool = False


def split_revision(reference: str) -> tuple[str, str | None]:
    """A reference ``ID[@REVISION]`` as id and revision.

    >>> split_revision("Qwen/Qwen-Image-Edit@v1"), split_revision("Qwen/Qwen-Image-Edit")
    (('Qwen/Qwen-Image-Edit', 'v1'), ('Qwen/Qwen-Image-Edit', None))
    """
    repository, _, revision = reference.partition("@")
    return repository, revision or None


def fetch(repository: str, revision: str | None, file: str) -> HubFile | None:
    """One file of a model repository, downloaded unless it is cached; ``None`` if there is no such file.

    The revision (the main branch if ``None``) is resolved to a commit first. Where the hub cannot
    be asked, the copy cached last for that revision serves, and a warning says so.

    Raises:
        AdapterError: no such repository or revision, no access, no room, or no hub and no cached copy.
    """
    try:
        with hub_errors(repository, revision):
            try:
                answer = get_hf_file_metadata(
                    hf_hub_url(repository, file, revision=revision), timeout=TIMEOUT
                )
            except EntryNotFoundError:
                return None
            if answer.commit_hash is None:
                raise HubUnreachable(f"{constants.ENDPOINT} is no hub: check HF_ENDPOINT and any proxy")
            fresh = Path(hf_hub_download(repository, file, revision=revision))
            return HubFile(fresh, _commit(fresh, file))
    except HubUnreachable:
        here = cached(repository, revision, file)
        if here is None:
            raise
        found = HubFile(here, _commit(here, file), offline=True)
        log.warning("the hub does not answer: using the cached copy of %s at %s", repository, found.commit)
        return found


def snapshot(
    repository: str, revision: str | None, kind: Literal["model", "dataset"] = "model", fetched: bool = False
) -> Path:
    """The folder of a repository's files, named by its commit, downloaded unless it is cached.

    Where the hub must not be asked, or with ``fetched``, it is the one that is cached whole.

    Raises:
        AdapterError: no such repository or revision, no access, no room, or no hub and no cached copy.
    """
    with hub_errors(repository, revision):
        found = snapshot_download(
            repository,
            revision=revision,
            repo_type=kind,
            ignore_patterns=list(NOT_LOADED),
            local_files_only=fetched or is_offline(),
        )
    return Path(found)


def bytes_of(repository: str, revision: str | None, kind: Literal["model", "dataset"] = "model") -> int:
    """About how many bytes `snapshot` downloads, by what the hub says of its files.

    Raises:
        AdapterError: see `snapshot`.
    """
    with hub_errors(repository, revision):
        about = HfApi().repo_info(
            repository, revision=revision, repo_type=kind, timeout=TIMEOUT, files_metadata=True
        )
    files = (file for file in about.siblings or () if not file.rfilename.endswith(NOT_LOADED_ENDS))
    return sum(file.size or 0 for file in files)


def cached(repository: str, revision: str | None, file: str) -> Path | None:
    """A file of a model repository, if it is on this machine; nobody is asked."""
    try:
        found = try_to_load_from_cache(repository, file, revision=revision)
    except HFValidationError:  # no name of a repository, so that there is none
        return None
    return Path(found) if isinstance(found, str) else None


def is_offline() -> bool:
    """Whether the environment says that nothing outside this machine may be asked (``HF_HUB_OFFLINE``)."""
    return bool(constants.HF_HUB_OFFLINE)


def _commit(path: Path, file: str) -> str:
    """The commit in the path of a cached file, ``.../snapshots/COMMIT/FILE``."""
    return path.parents[len(Path(file).parts) - 1].name


def check_cache() -> None:
    """Let pass only where the hub's client knows a place for what it downloads.

    Raises:
        AdapterError: that would be in a home folder, and there is none (the client makes one named ``~``).
    """
    if constants.HF_HOME.startswith("~"):
        raise AdapterError("there is no home folder to keep downloads in: set HF_HOME to a folder")


@contextmanager
def hub_errors(repository: str, revision: str | None = None) -> Iterator[None]:
    """Raise what the hub's client raises as an `AdapterError` of one line that says what to do.

    The network's own failures become `HubUnreachable`. Whatever is not of the hub, the network or the
    cache folder passes unchanged.
    """
    check_cache()
    try:
        yield
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is not None:
            kind = HubUnreachable if trouble in AWAY else AdapterError
            raise kind(advice(trouble, error, repository, revision)) from error
        if isinstance(error, OSError):
            raise AdapterError(
                f"{repository} cannot be saved to {constants.HF_HUB_CACHE} ({error}): "
                "make room there, or set HF_HOME to another folder"
            ) from error
        raise


class Trouble(Enum):
    """What the hub's client can run into."""

    GATED = auto()
    ABSENT = auto()
    NO_REVISION = auto()
    NO_ID = auto()
    REFUSED = auto()
    OFFLINE = auto()
    FAILING = auto()
    UNREACHABLE = auto()


AWAY = (Trouble.OFFLINE, Trouble.FAILING, Trouble.UNREACHABLE)
"""The troubles that say nothing about the repository asked for."""

_KINDS: tuple[tuple[type[Exception], Trouble], ...] = (
    (GatedRepoError, Trouble.GATED),
    (RepositoryNotFoundError, Trouble.ABSENT),
    (RevisionNotFoundError, Trouble.NO_REVISION),
    (HFValidationError, Trouble.NO_ID),
    (OfflineModeIsEnabled, Trouble.OFFLINE),
    (LocalEntryNotFoundError, Trouble.OFFLINE if constants.HF_HUB_OFFLINE else Trouble.UNREACHABLE),
)
"""The client's classes, each before those that it is derived from."""


def trouble_of(error: BaseException) -> Trouble | None:
    """Which trouble an error is; ``None`` where it is none of the hub's or the network's."""
    for kind, trouble in _KINDS:
        if isinstance(error, kind):
            return trouble
    if isinstance(error, HfHubHTTPError):
        return Trouble.REFUSED if _status(error) in (401, 403) else Trouble.FAILING
    foreign = type(error).__module__.partition(".")[0] in _TRANSPORTS
    return Trouble.UNREACHABLE if foreign or isinstance(error, ConnectionError | TimeoutError) else None


def trouble_behind(error: BaseException) -> tuple[Trouble, BaseException] | None:
    """The first trouble among an error and what it was raised from, for what other libraries wrap."""
    chain: BaseException | None = error
    while chain is not None:
        trouble = trouble_of(chain)
        if trouble is not None:
            return trouble, chain
        chain = chain.__cause__ or chain.__context__
    return None


def advice(trouble: Trouble, error: BaseException, repository: str, revision: str | None = None) -> str:
    """In one line what is in the way of a model's files, and what to do."""
    hub = constants.ENDPOINT
    match trouble:
        case Trouble.GATED:
            return (
                f"{repository} is gated: accept its licence at {hub}/{repository}, "
                "then log in with `hf auth login`"
            )
        case Trouble.ABSENT:
            return (
                f"no folder here and no model on {hub} is named {repository!r}, or it is private: "
                "check the spelling, or log in with `hf auth login`"
            )
        case Trouble.NO_REVISION:
            return f"{repository} has no revision {revision!r}: see {hub}/{repository}/commits"
        case Trouble.NO_ID:
            return (
                f"{repository!r} is neither a folder here nor a hub id: "
                "give a folder that exists, or ORG/NAME[@REVISION]"
            )
        case Trouble.REFUSED:
            return f"{hub} refuses access to {repository} ({_status(error)}): log in with `hf auth login`"
        case Trouble.OFFLINE:
            return (
                f"{repository} is not on this machine, and HF_HUB_OFFLINE keeps it from being fetched: "
                "unset that, or give a local folder"
            )
        case Trouble.FAILING:
            return f"{hub} answers {_status(error)} for {repository}: try again later"
        case Trouble.UNREACHABLE:
            return (
                f"{hub} cannot be reached for {repository} ({type(error).__name__}): "
                "check the network, or give a local folder"
            )


def _status(error: BaseException) -> int | None:
    return getattr(getattr(error, "response", None), "status_code", None)


__all__ = [
    "AWAY",
    "HubFile",
    "HubUnreachable",
    "Trouble",
    "advice",
    "bytes_of",
    "cached",
    "check_cache",
    "fetch",
    "hub_errors",
    "is_offline",
    "snapshot",
    "split_revision",
    "trouble_behind",
    "trouble_of",
]

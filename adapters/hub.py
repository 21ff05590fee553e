"""Model files from the Hugging Face hub, pinned to a commit, with errors that say what to do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import (
    constants,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
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
            path = Path(hf_hub_download(repository, file, revision=revision))
            return HubFile(path, _commit(path, file))
    except HubUnreachable:
        cached = try_to_load_from_cache(repository, file, revision=revision)
        if not isinstance(cached, str):
            raise
        found = HubFile(Path(cached), _commit(Path(cached), file), offline=True)
        log.warning("the hub does not answer: using the cached copy of %s at %s", repository, found.commit)
        return found


def _commit(path: Path, file: str) -> str:
    """The commit in the path of a cached file, ``.../snapshots/COMMIT/FILE``."""
    return path.parents[len(Path(file).parts) - 1].name


@contextmanager
def hub_errors(repository: str, revision: str | None = None) -> Iterator[None]:
    """Raise what the hub's client raises as an `AdapterError` of one line that says what to do.

    The network's own failures become `HubUnreachable`. Whatever is not of the hub, the network or the
    cache folder passes unchanged.
    """
    hub = constants.ENDPOINT
    try:
        yield
    except GatedRepoError as error:
        raise AdapterError(
            f"{repository} is gated: accept its licence at {hub}/{repository}, "
            "then log in with `hf auth login`"
        ) from error
    except RepositoryNotFoundError as error:
        raise AdapterError(
            f"no folder here and no model on {hub} is named {repository!r}, or it is private: "
            "check the spelling, or log in with `hf auth login`"
        ) from error
    except RevisionNotFoundError as error:
        raise AdapterError(
            f"{repository} has no revision {revision!r}: see {hub}/{repository}/commits"
        ) from error
    except HFValidationError as error:
        raise AdapterError(
            f"{repository!r} is neither a folder here nor a hub id: "
            "give a folder that exists, or ORG/NAME[@REVISION]"
        ) from error
    except OfflineModeIsEnabled as error:
        raise HubUnreachable(
            f"{repository} is not on this machine, and HF_HUB_OFFLINE keeps it from being fetched: "
            "unset that, or give a local folder"
        ) from error
    except LocalEntryNotFoundError as error:
        raise HubUnreachable(_unreachable(repository, error)) from error
    except HfHubHTTPError as error:
        status = getattr(error.response, "status_code", None)
        if status in (401, 403):
            raise AdapterError(
                f"{hub} refuses access to {repository} ({status}): log in with `hf auth login`"
            ) from error
        raise HubUnreachable(f"{hub} answers {status} for {repository}: try again later") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in _TRANSPORTS:
            raise HubUnreachable(_unreachable(repository, error)) from error
        if isinstance(error, OSError):
            raise AdapterError(
                f"{repository} cannot be saved to {constants.HF_HUB_CACHE} ({error}): "
                "make room there, or set HF_HOME to another folder"
            ) from error
        raise


def _unreachable(repository: str, error: Exception) -> str:
    return (
        f"{constants.ENDPOINT} cannot be reached for {repository} ({type(error).__name__}): "
        "check the network, or give a local folder"
    )


__all__ = ["HubFile", "HubUnreachable", "fetch", "hub_errors", "split_revision"]

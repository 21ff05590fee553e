"""The worker's side of the protocol, for programs that run in a model's own Python environment.

Standard library only, for Python 3.9 and later. Import it before anything else: from then on what
the model prints, to standard output too and from C code, goes to standard error, and what it reads
from standard input is empty. docs/worker-protocol.md describes the protocol.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

Edit = Callable[[Any], "dict[str, Any] | None"]
Rate = Callable[[Any], "dict[str, Any]"]


class Refused(Exception):
    """The model declined to make this edit, or to judge it."""


class Unparsed(Exception):
    """What a judge's model said holds no score; the text is what it said."""


def _take_over(number: int, instead: int) -> int:
    """A private copy of a file descriptor, in whose place another one is put."""
    copy = os.dup(number)
    os.dup2(instead, number)
    return copy


_answers = os.fdopen(_take_over(1, 2), "wb", buffering=0)
_empty = os.open(os.devnull, os.O_RDONLY)
_requests = os.fdopen(_take_over(0, _empty), "rb")


def checkout(package_folder: str = ".") -> Path:
    """The checkout named on the command line, put first where modules are looked for.

    It takes the place of this program's own folder, so that nothing here hides a package of the model's.
    """
    repo = Path(sys.argv[1])
    sys.path[0] = str(repo / package_folder)
    return repo


def serve(load: Callable[[dict[str, Any]], tuple[Edit | Rate, dict[str, Any]]]) -> None:
    """Answer requests until standard input is closed, and then exit at once, even from an edit.

    ``load`` gets the start request (``model``, ``device``, ``settings``) and returns the function
    that makes an edit, and what was loaded, as JSON values. That function gets the edit request
    (``instruction``, ``input``, ``output``, ``seed``) and writes the image; it may raise `Refused`, and may
    return what of the instruction the model did not read, as `cut` says it. A judge's function gets
    the requests ``rate`` and ``prefer`` and returns what to answer, as JSON values; it may raise `Unparsed`
    as well.
    """
    waiting: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_receive, args=(waiting,), daemon=True).start()
    edit = None
    while True:
        request = waiting.get()
        try:
            if request["do"] == "start":
                edit, about = load(request)
                answer: dict[str, Any] = {"ok": True, "provenance": about}
            elif edit is None:
                raise RuntimeError("an edit was asked for before the start")
            else:
                answer = {"ok": True, **(edit(request) or {})}
            line = json.dumps({"id": request["id"], **answer}, allow_nan=False)
        except Exception as error:  # noqa: BLE001 (becomes the answer's reason)
            line = json.dumps({"id": request["id"], **_failure(error)})
        _answers.write((line + "\n").encode())


def _failure(error: Exception) -> dict[str, Any]:
    """The answer where there is no result."""
    if isinstance(error, Refused):
        return {"ok": False, "refused": True, "reason": str(error)}
    if isinstance(error, Unparsed):
        return {"ok": False, "unparsed": True, "reason": str(error)}
    traceback.print_exc()
    return {"ok": False, "reason": f"{type(error).__name__}: {error}"}


def _receive(waiting: queue.Queue[dict[str, Any]]) -> None:
    for line in _requests:
        waiting.put(json.loads(line))
    sys.stderr.flush()
    os._exit(0)


def device_of(request: dict[str, Any]) -> str:
    """The device to run on; ``auto`` is the GPU where PyTorch sees one."""
    import torch

    asked = str(request["device"])
    return asked if asked != "auto" else "cuda" if torch.cuda.is_available() else "cpu"


def need_cuda(request: dict[str, Any], whose: str) -> None:
    """Say at once where the official code, ``whose`` it is, cannot run: it calls CUDA by name.

    Raises:
        ValueError: another device is asked for, or PyTorch sees no GPU.
    """
    import torch

    if request["device"] not in ("auto", "cuda"):
        raise ValueError(f"{whose} runs on the device cuda only, and {request['device']} is asked for")
    if not torch.cuda.is_available():
        raise ValueError(f"{whose} runs on the device cuda only, and PyTorch in its environment sees none")


def picture_of(result: Any) -> Any:
    """The picture in what a diffusers pipeline returned.

    Raises:
        Refused: the model's safety checker withheld it, and a black one is in its place.
    """
    if any(getattr(result, "nsfw_content_detected", None) or ()):
        raise Refused("the model's safety checker withheld the picture")
    return result.images[0]


def cut(prompt: str, pipeline: Any, *names: str) -> dict[str, Any]:
    """``cut``: which of the pipeline's tokenizers of those names cut this prompt, its tokens and how many are
    read; empty where none does."""
    found = {}
    for name in names:
        tokenizer = getattr(pipeline, name, None)
        if tokenizer is not None:
            tokens = len(tokenizer(prompt, truncation=False).input_ids)
            if tokens > tokenizer.model_max_length:
                found[name] = {"tokens": tokens, "read": tokenizer.model_max_length}
    return {"cut": found} if found else {}


def find_model(reference: str, *needed: str) -> tuple[str, dict[str, Any]]:
    """The folder of a model given as a folder or as ``ID[@REVISION]`` on the hub, and its revision.

    From the hub come the files that are ``needed``, as patterns such as ``vae/*``, or all where none
    are named. A folder has no commit: in its place is a SHA-256 over its files' names and sizes, and
    each one's first and last MiB.
    """
    folder = Path(reference).expanduser()
    if folder.is_dir():
        return str(folder), {"revision": _digest(folder), "revision_is": "SHA-256, sizes and ends of files"}
    from huggingface_hub import snapshot_download

    name, _, revision = reference.partition("@")
    found = snapshot_download(name, revision=revision or None, allow_patterns=list(needed) or None)
    return found, {"revision": Path(found).name, "revision_is": "commit on the hub"}


def versions(*names: str) -> dict[str, str]:
    """The installed versions of those distributions, without those that are not installed."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _digest(folder: Path, end: int = 2**20) -> str:
    total = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = file.stat().st_size
        total.update(f"{file.relative_to(folder).as_posix()}:{size}\n".encode())
        with file.open("rb") as stream:
            total.update(stream.read(end))
            stream.seek(max(end, size - end))
            total.update(stream.read(end))
    return total.hexdigest()

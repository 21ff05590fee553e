"""Adapters in a Python file that is not installed: ``path/to/file.py:Class``."""

import sys
import traceback
from collections.abc import Iterator
from inspect import isabstract
from pathlib import Path
from types import ModuleType

from motionedit_bench.adapters.base import Adapter
from motionedit_bench.errors import AdapterError, UsageError, unknown_name
from motionedit_bench.records import digest


def is_file(name: str) -> bool:
    """Whether an adapter is named by a file rather than by a registered name.

    >>> is_file("models/mine.py:Mine"), is_file("shift")
    (True, False)
    """
    return name.partition(".py:")[1] != "" or name.endswith(".py")


def class_in(name: str) -> str:
    """The class that ``path/to/file.py:Class`` names.

    >>> class_in("models/mine.py:Mine")
    'Mine'

    Raises:
        UsageError: none is named.
    """
    wanted = name.rpartition(".py")[2].removeprefix(":")
    if not wanted:
        raise UsageError(f"{name!r} names no class: write FILE.py:CLASS")
    return wanted


def load(name: str) -> type[Adapter]:
    """The adapter class that ``path/to/file.py:Class`` names; its `Adapter.source` says which file it was.

    The file may import its neighbours: its folder joins ``sys.path``, in the last place.

    Raises:
        UsageError: no class is named, no such file, no such class, or the class is no adapter.
        AdapterError: the file cannot be imported.
    """
    wanted = class_in(name)
    path = Path(name[: -len(wanted) - 1]).expanduser().resolve()
    if not path.is_file():
        raise UsageError(f"no file {path}, which --adapter {name} names")
    content = path.read_bytes()
    module = _run(path, content)
    found = getattr(module, wanted, None)
    if found is None:
        raise unknown_name(f"class of {path.name}", wanted, _adapters(module))
    if not (isinstance(found, type) and issubclass(found, Adapter)):
        raise UsageError(f"{wanted} in {path.name} is no subclass of motionedit_bench.adapters.Adapter")
    if isabstract(found):
        raise UsageError(f"{wanted} in {path.name} has no method edit(self, item, seed)")
    found.source = {"name": path.name, "sha256": digest(content)}
    return found


def _run(path: Path, content: bytes) -> ModuleType:
    """The module that the very bytes make whose digest is recorded, past any cache of compiled code."""
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    module = ModuleType(f"adapter_file_{digest(content)[:16]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # as the import statement does: dataclasses look there
    try:
        exec(compile(content, path, "exec"), vars(module))
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        said = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
        raise AdapterError(
            f"{path.name} cannot be imported: {type(error).__name__}: {said or 'no message'} "
            f"({_place(error, path)})"
        ) from error
    return module


def _place(error: BaseException, path: Path) -> str:
    """The line of the file at which importing it stopped."""
    lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if Path(at.filename) == path]
    if isinstance(error, SyntaxError) and error.filename and not lines:
        return f"{Path(error.filename).name}:{error.lineno}"
    return f"{path.name}:{lines[-1]}" if lines else path.name


def _adapters(module: ModuleType) -> Iterator[str]:
    """The names of the adapters that are written in the module."""
    for name, value in vars(module).items():
        if isinstance(value, type) and issubclass(value, Adapter) and value.__module__ == module.__name__:
            yield name

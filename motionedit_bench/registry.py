"""One registry for everything that has a name: adapters, metrics, flow estimators, judges.

Entries are strings ``package.module:Class`` and stay strings until they are asked for, so that
listing names imports nothing. Third parties join by entry point; those are read only when a name
is not found here.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Generic, TypeVar

from motionedit_bench.errors import unknown_name

T = TypeVar("T")


class Registry(Generic[T]):
    """Names of one kind, each standing for a class that is imported on first use.

    >>> shapes = Registry("shape")
    >>> shapes.register("path", "pathlib:PurePosixPath")
    >>> shapes.get("path").__name__
    'PurePosixPath'
    """

    def __init__(self, kind: str, group: str | None = None) -> None:
        self.kind = kind
        self.group = group
        self._targets: dict[str, str] = {}

    def register(self, name: str, target: str) -> None:
        """Give ``name`` to the class at ``target`` ("package.module:Class").

        Raises:
            ValueError: the name is taken, or the target is not of that form.
        """
        if name in self._targets:
            raise ValueError(f"{self.kind} {name!r} is taken by {self._targets[name]}")
        if target.count(":") != 1:
            raise ValueError(f"target of {self.kind} {name!r} must be 'module:Class', got {target!r}")
        self._targets[name] = target

    def get(self, name: str) -> type[T]:
        """The class of that name.

        Raises:
            UsageError: no such name here or among the installed entry points.
        """
        module, attribute = self._place(name)
        found: type[T] = getattr(import_module(module), attribute)
        return found

    def docstring(self, name: str) -> str | None:
        """What the class of that name says of itself, read from its file; nothing is imported but packages.

        Raises:
            UsageError: as `get`.
        """
        module, attribute = self._place(name)
        spec = find_spec(module)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return self.get(name).__doc__
        with open(spec.origin, encoding="utf-8") as file:
            for node in ast.parse(file.read()).body:
                if isinstance(node, ast.ClassDef) and node.name == attribute:
                    return ast.get_docstring(node)
        return self.get(name).__doc__  # made otherwise than by a class statement

    def _place(self, name: str) -> tuple[str, str]:
        """The module of a name's class, and what it is called there."""
        target = self._targets.get(name) or self._installed().get(name)
        if target is None:
            raise unknown_name(self.kind, name, self.names())
        module, _, attribute = target.partition(":")
        return module, attribute

    def names(self) -> list[str]:
        """All names, those of installed third parties last."""
        return [*self._targets, *(n for n in self._installed() if n not in self._targets)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def _installed(self) -> dict[str, str]:
        return {} if self.group is None else _entry_points(self.group, tuple(sys.path))


@cache
def _entry_points(group: str, _path: tuple[str, ...]) -> dict[str, str]:
    """What packages declare in a group, ``module:Class`` by name; read once for each path they are on."""
    return {point.name: point.value for point in entry_points(group=group)}

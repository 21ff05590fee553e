"""Templates of pages, filled with escaping on."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


def template(package: str, name: str, filters: Mapping[str, Callable[..., Any]] | None = None) -> Template:
    """The template of that name beside a package's modules; what it is given and is no `Markup` is text."""
    environment = Environment(
        loader=PackageLoader(package, "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= filters or {}
    return environment.get_template(name)

"""What a pipeline gives its denoiser: it is called, and stopped at the denoiser's first step.

So the conditions of a training are, number for number, those of the pipeline's own edits: it encodes the
prompt and the picture itself, and nothing here knows how.
"""

from collections.abc import Callable
from typing import Any

from torch import nn


class _Reached(Exception):
    """The denoiser was called; carries its arguments by name."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        super().__init__("the denoiser was reached")
        self.arguments = arguments


def first_call(denoiser: nn.Module, edit: Callable[[], object]) -> dict[str, Any]:
    """The named arguments of the first call of ``denoiser`` within ``edit()``, which ends there.

    Raises:
        RuntimeError: ``edit`` ended without such a call.
    """

    def stop(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        if given:
            raise TypeError("the denoiser was called with arguments that have no name")
        raise _Reached(named)

    hook = denoiser.register_forward_pre_hook(stop, with_kwargs=True)
    try:
        edit()
    except _Reached as reached:
        return reached.arguments
    finally:
        hook.remove()
    raise RuntimeError("the pipeline ended without calling its denoiser")

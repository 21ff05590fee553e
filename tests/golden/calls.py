"""What each diffusers adapter passes to its pipeline, beside what the pipeline's own example passes.

``python tests/golden/calls.py`` prints the table that docs/models-called.md holds. No weights are needed:
the arguments are recorded where the pipeline would be called, with the adapter's defaults and an input of
1280x720.
"""

import ast
import inspect
import io
import sys
from importlib import import_module
from typing import Any

import diffusers
import numpy as np
from PIL import Image

from motionedit_bench.adapters import ADAPTERS
from motionedit_bench.adapters.diffusers.engine import DiffusersAdapter
from motionedit_bench.records import Item, Picture

SIZE = (1280, 720)
INSTRUCTION = "raise both arms"
NOT_COMPARED = {"prompt", "image", "input_images", "generator", "output_type"}
"""Arguments that every edit has its own of, or that only say how the picture is handed back."""


class Recorder:
    """In the place of a pipeline: keeps what it is called with, and returns a picture or a video."""

    def __init__(self, field: str, video: bool) -> None:
        self.field = field
        self.shape = (1, 2, 8, 8, 3) if video else (1, 8, 8, 3)
        self.given: dict[str, Any] = {}

    def __call__(self, **given: Any) -> Any:
        self.given = given
        return type("Result", (), {self.field: np.zeros(self.shape)})()


def adapters() -> dict[str, type[DiffusersAdapter]]:
    found = {name: ADAPTERS.get(name) for name in ADAPTERS}
    return {name: kind for name, kind in found.items() if issubclass(kind, DiffusersAdapter)}


def recorded(kind: type[DiffusersAdapter]) -> dict[str, Any]:
    """The keyword arguments that reach the pipeline; pictures as their size."""
    adapter = kind()
    adapter._pipeline = recorder = Recorder(kind.result, kind.frame is not None)
    content = io.BytesIO()
    Image.new("RGB", SIZE).save(content, "PNG")
    adapter.edit(Item("a", INSTRUCTION, Picture("a.png", content.getvalue)), 7)
    return {name: _told(value) for name, value in recorder.given.items()}


def pipeline_of(kind: type[DiffusersAdapter]) -> type:
    made: type = getattr(diffusers, kind.runs_as or kind.pipelines[0])
    return made


def parameters(pipeline: type) -> dict[str, Any]:
    """The arguments that the pipeline's call takes, with their defaults."""
    return {
        name: one.default
        for name, one in inspect.signature(pipeline.__call__).parameters.items()  # type: ignore[operator]
    }


def example(pipeline: type) -> dict[str, Any]:
    """The arguments of the calls in the example of the pipeline's module, as far as they are plain values."""
    text = getattr(import_module(pipeline.__module__), "EXAMPLE_DOC_STRING", "")
    stripped = (line.strip() for line in text.splitlines())
    code = ast.parse("\n".join(line[4:] for line in stripped if line.startswith((">>> ", "... "))))
    named: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for node in ast.walk(code):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            named[ast.unparse(node.targets[0])] = node.value.value
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("pipe", "pipeline"):
            for one in node.keywords:
                if isinstance(one.value, ast.Constant):
                    found[str(one.arg)] = one.value.value
                elif isinstance(one.value, ast.Name) and one.value.id in named:
                    found[str(one.arg)] = named[one.value.id]
    return found


def differences(kind: type[DiffusersAdapter]) -> dict[str, tuple[Any, Any]]:
    """By argument: what the adapter passes, and what the example has, or the default, where they differ."""
    ours, pipeline = recorded(kind), pipeline_of(kind)
    theirs = parameters(pipeline) | example(pipeline)
    return {
        name: (value, theirs[name])
        for name, value in ours.items()
        if name not in NOT_COMPARED and value != theirs[name]
    }


def table() -> str:
    """The table, in Markdown."""
    rows = [
        "| adapter | model and pipeline | passed | otherwise in the example, or by default |",
        "|---|---|---|---|",
    ]
    for name, kind in adapters().items():
        passed = {
            key: value for key, value in recorded(kind).items() if key not in ("generator", "output_type")
        }
        apart = {key: theirs for key, (_, theirs) in differences(kind).items()}
        model = f"`{kind.default_model}` `{pipeline_of(kind).__name__}`"
        rows.append(f"| `{name}` | {model} | {_listed(passed)} | {_listed(apart) or '-'} |")
    return "\n".join(rows) + "\n"


def _told(value: Any) -> Any:
    if isinstance(value, Image.Image):
        return f"{value.width}x{value.height}"
    return [_told(one) for one in value] if isinstance(value, list) else value


def _listed(values: dict[str, Any]) -> str:
    """Arguments as code; a long text is cut."""
    texts = {name: repr(value) for name, value in values.items() if value != INSTRUCTION}
    short = {name: text if len(text) <= 40 else f"{text[:32]}...'" for name, text in texts.items()}
    return ", ".join(f"`{name}={text}`" for name, text in short.items()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(table())

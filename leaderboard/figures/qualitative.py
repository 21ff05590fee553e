"""Edits beside each other: a row an item, with its input, its target and what each model made of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageOps

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.figures.paper import (
    FAINT,
    GREY,
    INK,
    MARGIN,
    SMALL,
    axes_at,
    wrapped,
)

DOTS = 300
"""Pixels an inch that pictures are brought to."""
LEAST = 0.45
"""Inches: pictures are not drawn narrower."""
TALLEST = 1.25
"""A row is this many times as high as a picture is wide at most; higher pictures are drawn smaller."""
GAP, LINE = 0.04, 0.12
"""Inches between pictures, and from one line of text to the next."""


@dataclass(frozen=True)
class Cell:
    """A picture, or ``instead`` why there is none; ``below`` it a score, or why there is none."""

    picture: Image.Image | None
    instead: str = ""
    below: str = ""


@dataclass(frozen=True)
class Line:
    """One item: input, target and edits, in the order of the heads."""

    instruction: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """All of them; ``scored`` says what the scores are of."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    scored: str


def picture_width(columns: int, width: float) -> float:
    """Inches that each of so many pictures in a row has.

    Raises:
        UsageError: they would be too small to be looked at.
    """
    each = (width - 2 * MARGIN - GAP * (columns - 1)) / columns
    if each < LEAST:
        raise UsageError(
            f"{columns - 2} models do not fit into {width} inches: --models A,B for fewer, or --width page"
        )
    return each


def draw(found: Sheet, width: float) -> Figure:
    """The rows below each other, ``width`` inches wide: instruction, pictures, scores.

    Raises:
        UsageError: the pictures would be too small to be looked at.
    """
    each = picture_width(len(found.heads), width)
    heads = [wrapped(head, each + GAP / 2, SMALL) for head in found.heads]
    heading = LINE * (1 + max(head.count("\n") for head in heads))
    texts = [wrapped(line.instruction, width - 2 * MARGIN) for line in found.lines]
    captions = [LINE * (1 + text.count("\n")) + GAP for text in texts]
    highs = [each * min(TALLEST, _ratio(line)) for line in found.lines]
    height = 2 * MARGIN + heading + sum(captions) + sum(highs) + (LINE + GAP) * len(highs)
    figure = Figure(figsize=(width, height))

    def write(text: str, x: float, y: float, **how: object) -> None:
        """A text whose first line stands within a line's height below ``y``, inches."""
        down = y + 0.75 * LINE + LINE * text.count("\n")
        style: dict[str, Any] = {"va": "baseline", "linespacing": 1.0, **how}
        figure.text(x / width, 1 - down / height, text, **style)

    lefts = [MARGIN + place * (each + GAP) for place in range(len(heads))]
    for left, head in zip(lefts, heads, strict=True):
        write(head, left + each / 2, MARGIN, ha="center", fontsize=SMALL, color=GREY)
    top = MARGIN + heading
    for line, text, caption, high in zip(found.lines, texts, captions, highs, strict=True):
        write(text, MARGIN, top)
        top += caption
        for left, cell in zip(lefts, line.cells, strict=True):
            _picture(figure, cell, (left, top, each, high))
            write(cell.below, left + each / 2, top + high, ha="center", fontsize=SMALL)
        write(found.scored, lefts[0], top + high, fontsize=SMALL, color=GREY)
        top += high + LINE + GAP
    return figure


def _ratio(line: Line) -> float:
    """How high a row is for its width: as its first picture, the input."""
    picture = next((cell.picture for cell in line.cells if cell.picture is not None), None)
    return picture.height / picture.width if picture is not None else 1.0


def _picture(figure: Figure, cell: Cell, room: tuple[float, float, float, float]) -> None:
    """A picture in the middle of its room (left, top, width, height), or the word that stands there."""
    left, top, width, height = room
    if cell.picture is None:
        panel = axes_at(figure, *room)
        panel.set(xticks=[], yticks=[], facecolor=FAINT)
        panel.spines[:].set_visible(False)
        word = wrapped(cell.instead, width - GAP, SMALL)
        panel.text(0.5, 0.5, word, ha="center", va="center", fontsize=SMALL, color=INK, linespacing=1.0)
        return
    size = (max(1, round(width * DOTS)), max(1, round(height * DOTS)))
    shown = ImageOps.contain(cell.picture, size, Image.Resampling.LANCZOS)
    wide, high = shown.width / DOTS, shown.height / DOTS
    panel = axes_at(figure, left + (width - wide) / 2, top + (height - high) / 2, wide, high)
    panel.imshow(np.asarray(shown), interpolation="none", aspect="auto")
    panel.set_axis_off()

"""Draws views as one PNG picture, or as one HTML page that needs nothing else."""

import base64
import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, ImageOps

from motionedit_bench.errors import UsageError
from motionedit_bench.files import write_whole
from motionedit_bench.images import encode_png
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.leaderboard.view.edit import Drawn, View
from motionedit_bench.leaderboard.view.motion import Motion
from motionedit_bench.leaderboard.view.motion import scale as error_scale
from motionedit_bench.metrics.flow.colour import wheel

SUFFIXES = (".png", ".html")
COLUMNS = 3
PANEL = 480
"""A panel's longer side, pixels; smaller pictures are enlarged to it."""
MARGIN, GAP = 36, 14
SMALL, TEXT = 16, 22
INK, GREY, FRAME = "#1c1c1e", "#6b6b70", "#dcdce0"
HEAD = 9
"""Length of an arrow's head, pixels."""
KEY = 76
"""Side of the colour wheel, pixels."""
SCALE = 3 * KEY, KEY // 6
"""Sides of the error's scale, pixels."""

Pixels = npt.NDArray[np.uint8]


def write(views: Sequence[View], path: Path) -> None:
    """Write the views below each other, as the file's suffix says.

    Raises:
        UsageError: the suffix is neither .png nor .html.
        StorageError: the file cannot be written.
    """
    check_suffix(path)
    write_whole(path, page(views).encode() if path.suffix == ".html" else encode_png(picture(views)))


def check_suffix(path: Path) -> None:
    """Let only names of files pass that `write` knows how to write.

    Raises:
        UsageError: it is another one.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError(f"--out must end in {' or '.join(SUFFIXES)}, but got {path.name!r}")


def picture(views: Sequence[View]) -> Image.Image:
    """The views as one picture."""
    return ImageOps.expand(_stack([_card(view) for view in views], 2 * MARGIN), MARGIN, "white")


def _card(view: View) -> Image.Image:
    panels = [
        _stack([_line(title, SMALL, GREY), _panel(view.drawn, title)], 6) for title in view.drawn.panels
    ]
    rows = [_row(panels[start : start + COLUMNS], GAP) for start in range(0, len(panels), COLUMNS)]
    width = max(PANEL, *(row.width for row in rows))
    values = [
        _stack([_line(name, SMALL, GREY), _line(value or "-", TEXT, INK)], 4)
        for name, value in view.numbers.items()
    ]
    key = [_key(view, width)] if view.legend else []
    return _stack(
        [
            _stack(
                [*_lines(view.heading, SMALL, GREY, width), *_lines(view.instruction, TEXT, INK, width)], 8
            ),
            *rows,
            *_wrapped(values, 2 * GAP, width),
            *(line for note in view.notes for line in _lines(note, SMALL, GREY, width)),
            *key,
        ],
        GAP + 4,
    )


def _key(view: View, width: int) -> Image.Image:
    """What the colours and arrows mean."""
    lines = (part for line in view.legend for part in _lines(line, SMALL, GREY, width - KEY - 2 * GAP))
    scale = [
        _line("0", SMALL, GREY),
        Image.fromarray(error_scale(*SCALE)),
        _line(str(view.scale), SMALL, GREY),
    ]
    return _row(
        [
            Image.fromarray(wheel(4 * KEY)).resize((KEY, KEY), Image.Resampling.LANCZOS),
            _stack([*lines, _row(scale, 8)], 8),
        ],
        2 * GAP,
    )


def _stack(parts: Sequence[Image.Image], gap: int) -> Image.Image:
    """Pictures below each other, flush left."""
    height = sum(part.height for part in parts) + gap * (len(parts) - 1)
    whole = Image.new("RGB", (max(part.width for part in parts), height), "white")
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height + gap
    return whole


def _row(parts: Sequence[Image.Image], gap: int) -> Image.Image:
    """Pictures beside each other, flush at the top."""
    width = sum(part.width for part in parts) + gap * (len(parts) - 1)
    whole = Image.new("RGB", (width, max(part.height for part in parts)), "white")
    left = 0
    for part in parts:
        whole.paste(part, (left, 0))
        left += part.width + gap
    return whole


def _wrapped(parts: Sequence[Image.Image], gap: int, width: int) -> list[Image.Image]:
    """Rows of pictures, as many in each as fit."""
    rows: list[list[Image.Image]] = [[]]
    for part in parts:
        if rows[-1] and sum(other.width + gap for other in rows[-1]) + part.width > width:
            rows.append([])
        rows[-1].append(part)
    return [_row(row, gap) for row in rows]


def _line(text: str, size: int, colour: str) -> Image.Image:
    """One line of text."""
    line = Image.new("RGB", (max(1, _length(text, size)), round(1.25 * size)), "white")
    ImageDraw.Draw(line).text((0, 0), text, colour, ImageFont.load_default(size))
    return line


def _lines(text: str, size: int, colour: str, width: int) -> list[Image.Image]:
    """A text broken between words into lines of that width."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_line(line, size, colour) for line in lines]


def _length(text: str, size: int) -> int:
    """How long a line of text is, pixels."""
    return math.ceil(ImageFont.load_default(size).getlength(text))


def _panel(drawn: Drawn, title: str) -> Image.Image:
    """The picture at the size of a panel, with its arrows, in a thin frame that shows where white ends."""
    image = Image.fromarray(drawn.panels[title])
    scale = PANEL / max(image.size)
    width, height = (max(1, round(scale * side)) for side in image.size)
    fitted = image.resize((width, height), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(fitted)
    if title in drawn.motions:
        for x, y, dx, dy in drawn.motions[title].arrows.arrows:
            along = drawn.enlargement
            start, end = (scale * x, scale * y), (scale * (x + along * dx), scale * (y + along * dy))
            for colour, thick in (("white", 4), (INK, 2)):
                for line in _arrow(start, end):
                    draw.line(line, colour, thick)
    draw.rectangle((0, 0, fitted.width - 1, fitted.height - 1), outline=FRAME)
    return fitted


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> list[list[tuple[float, float]]]:
    """The lines of an arrow: its shaft and its head, which is at most half as long."""
    length = math.dist(start, end)
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    size = min(HEAD, length / 2)
    sides = [
        (end[0] - size * math.cos(angle + turn), end[1] - size * math.sin(angle + turn))
        for turn in (0.5, -0.5)
    ]
    return [[start, end], [sides[0], end, sides[1]]]


def page(views: Sequence[View]) -> str:
    """The views as one page, with all pictures inside."""
    made = template("motionedit_bench.leaderboard.view", "edits.html", {"webp": _webp, "path": _path})
    return made.render(views=views, wheel=wheel(KEY), ramp=error_scale(*SCALE)) + "\n"


def _path(motion: Motion, times: int) -> str:
    """All arrows of a motion as the path of a drawing in its own pixels."""
    parts = []
    for x, y, dx, dy in motion.arrows.arrows:
        for line in _arrow((x, y), (x + times * dx, y + times * dy)):
            parts.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in line))
    return "".join(parts)


def _webp(pixels: Pixels) -> str:
    """A picture as its own address."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="WEBP", quality=90)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"

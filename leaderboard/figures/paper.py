"""How figures of a paper look and are written: widths, type, colours, and the same bytes each time."""

import io
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from motionedit_bench.errors import UsageError
from motionedit_bench.files import write_whole
from motionedit_bench.progress import warn
from motionedit_bench.texts import visible
from motionedit_bench.version import VERSION

WIDTHS = {"column": 3.3, "page": 6.9}
"""Inches: a column of a two-column paper, and both."""
SUFFIXES = (".pdf", ".svg", ".png")

TEXT, SMALL = 8.0, 6.5
"""Points."""
INK, GREY, FAINT = "#1c1c1e", "#6b6b70", "#dcdce0"
BLUE, ORANGE = "#0072b2", "#d55e00"
"""Told apart by everybody (Okabe and Ito 2008), and in grey."""
EN_DASH, MINUS = "\u2013", "\u2212"
MARGIN = 0.03
"""Inches around a figure."""

STYLE: Any = {
    "font.family": ["STIXGeneral", "DejaVu Sans"],  # both come with matplotlib
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "axes.titlesize": TEXT,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.linewidth": 0.5,
    "xtick.major.width": 0.5,
    "xtick.major.size": 2.0,
    "ytick.major.size": 0.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # names of models are text
    "pdf.fonttype": 42,  # whole outlines, which conferences ask for
    "svg.fonttype": "path",  # the same wherever it is opened
    "svg.hashsalt": "mebench",
    "savefig.dpi": 300,
}


def check_suffix(path: Path) -> None:
    """Let only names of files pass that `write` knows how to write.

    Raises:
        UsageError: it is another one.
    """
    if path.suffix not in SUFFIXES:
        known = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise UsageError(f"--out must end in {known}, but got {path.name!r}")


def write(draw: Callable[[], Figure], path: Path, caption: str) -> None:
    """Draw a figure and write it as the file's suffix says, with its caption in the file's own description.

    Raises:
        UsageError: the suffix is none of `SUFFIXES`.
        StorageError: the file cannot be written.
    """
    check_suffix(path)
    write_whole(path, encoded(draw, path.suffix, caption))


def encoded(draw: Callable[[], Figure], suffix: str, caption: str) -> bytes:
    """The bytes of that file: equal figures give equal bytes within one version of matplotlib."""
    maker = f"mebench {VERSION}"
    about: dict[str, dict[str, Any]] = {
        ".pdf": {"Creator": maker, "Subject": caption, "CreationDate": None},
        ".svg": {"Creator": maker, "Description": caption, "Date": None},
        ".png": {"Software": maker, "Description": caption},
    }
    buffer = io.BytesIO()
    with styled(), _telling_of_glyphs():
        draw().savefig(buffer, format=suffix[1:], metadata=about[suffix])
    return buffer.getvalue()


@contextmanager
def styled() -> Iterator[None]:
    """Figures drawn within look as here, whatever the user's settings of matplotlib are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


@contextmanager
def _telling_of_glyphs() -> Iterator[None]:
    """Characters that no font here has are told in one line, not each by a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    lacking = [str(one.message) for one in caught if "missing from font" in str(one.message)]
    for one in caught:
        if str(one.message) not in lacking:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if lacking:
        warn("the figure has boxes for characters that its fonts lack: rename what has them, in a copy")


def axes_at(
    figure: Figure, left: float, top: float, width: float, height: float, shared: Axes | None = None
) -> Axes:
    """Axes at a place in inches from the figure's upper left corner, with the same scale as ``shared``."""
    across, down = figure.get_size_inches()
    place = (left / across, 1 - (top + height) / down, width / across, height / down)
    return figure.add_axes(place, sharex=shared)


def length(text: str, size: float = TEXT) -> float:
    """How long the longest line of a text is, inches."""
    font = FontProperties(family=STYLE["font.family"], size=size)
    lines = [line for line in text.split("\n") if line]
    widths = [text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] for line in lines]
    return max(widths, default=0.0) / 72


def wrapped(text: str, width: float, size: float = TEXT) -> str:
    """A text in lines that are at most so many inches long, nothing of it left out.

    Lines end after a space, a hyphen, an underscore or a dot, and within a word where it has none.
    """
    text, lines = visible(text), []
    while length(text, size) > width:
        ends = range(2, len(text))
        fitting = 1 + bisect_right(ends, width, key=lambda end: length(text[:end], size))
        end = max(text.rfind(mark, 0, fitting) for mark in " -_.") + 1 or fitting
        lines.append(text[:end].rstrip())
        text = text[end:]
    return "\n".join([*lines, text])
